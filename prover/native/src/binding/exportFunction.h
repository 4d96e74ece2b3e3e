#pragma once

#include <napi.h>

#include "binding/jsError.h"

namespace straddle::binding {

using NativeFunction = Napi::Value (*)(const Napi::CallbackInfo& info);

template <NativeFunction function>
Napi::Value withJsErrors(const Napi::CallbackInfo& info) {
  try {
    return function(info);
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw jsErrorOf(info.Env(), std::current_exception());
  }
}

/// Puts a function on the addon: `exportFunction<poseidonHash>(exports, "poseidonHash")`. What it throws (CoreError
/// or any std::exception) becomes a JavaScript Error with a `.code`.
template <NativeFunction function>
void exportFunction(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<withJsErrors<function>>(exports.Env(), name));
}

}  // namespace straddle::binding
