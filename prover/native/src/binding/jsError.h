#pragma once

#include <napi.h>

#include <exception>

namespace straddle::binding {

/// The JavaScript Error of a C++ exception, with the code of its coreErrorOf. A Napi::Error is passed on as it is.
Napi::Error jsErrorOf(Napi::Env env, const std::exception_ptr& error);

}  // namespace straddle::binding
