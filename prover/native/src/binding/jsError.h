#pragma once

#include <napi.h>

#include <exception>

#include "formats/CoreError.h"

namespace straddle::binding {

/// The JavaScript Error of a C++ exception: CoreError keeps its code, exhausted memory is CORE_OUT_OF_MEMORY, anything
/// else is a defect of the core, CORE_INTERNAL. A Napi::Error is passed on as it is.
Napi::Error jsErrorOf(Napi::Env env, const std::exception_ptr& error);

}  // namespace straddle::binding
