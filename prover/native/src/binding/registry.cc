#include "binding/registry.h"

namespace straddle::binding {

void registerAll(Napi::Env env, Napi::Object exports) {
  registerCore(env, exports);
  registerCurve(env, exports);
  registerFiles(env, exports);
  registerHash(env, exports);
  registerKeccak(env, exports);
  registerEddsa(env, exports);
  registerGroth16(env, exports);
  registerReduce(env, exports);
  registerSetup(env, exports);
  registerWitness(env, exports);
}

}  // namespace straddle::binding
