#include "binding/jsError.h"

#include <new>

namespace straddle::binding {

namespace {

Napi::Error makeError(Napi::Env env, const char* code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

}  // namespace

Napi::Error jsErrorOf(Napi::Env env, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Napi::Error& thrown) {
    return thrown;
  } catch (const CoreError& thrown) {
    return makeError(env, thrown.code(), thrown.what());
  } catch (const std::bad_alloc&) {
    return makeError(env, "CORE_OUT_OF_MEMORY", "Not enough memory for this job. Run fewer at once.");
  } catch (const std::exception& thrown) {
    return makeError(env, "CORE_INTERNAL", std::string("A defect of the native core: ") + thrown.what());
  } catch (...) {
    return makeError(env, "CORE_INTERNAL", "A defect of the native core: an exception of unknown type.");
  }
}

}  // namespace straddle::binding
