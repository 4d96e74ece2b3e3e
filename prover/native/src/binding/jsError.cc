#include "binding/jsError.h"

#include "formats/coreErrorOf.h"

namespace straddle::binding {

Napi::Error jsErrorOf(Napi::Env env, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Napi::Error& thrown) {
    return thrown;
  } catch (...) {
    const CoreError told = coreErrorOf(error);
    Napi::Error made = Napi::Error::New(env, told.what());
    made.Set("code", Napi::String::New(env, told.code()));
    return made;
  }
}

}  // namespace straddle::binding
