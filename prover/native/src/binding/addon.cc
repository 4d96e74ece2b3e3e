#include <napi.h>

#include "binding/JobRunner.h"
#include "binding/registry.h"

namespace {

// Called once for each JavaScript thread that loads the addon. All state is the Env's: there are no globals.
Napi::Object init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new straddle::binding::JobRunner(env));
  straddle::binding::registerAll(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(straddle_core, init)
