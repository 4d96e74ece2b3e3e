#include "binding/registry.h"

namespace straddle::binding {

void registerAll(Napi::Env env, Napi::Object exports) {
  registerCore(env, exports);
  registerFiles(env, exports);
  registerHash(env, exports);
  registerEddsa(env, exports);
  registerReduce(env, exports);
  registerSetup(env, exports);
}

}  // namespace straddle::binding
