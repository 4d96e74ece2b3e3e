#include <cstring>
#include <memory>

#include "binding/JobRunner.h"
#include "binding/arguments.h"
#include "binding/exportFunction.h"
#include "binding/registry.h"
#include "formats/CoreError.h"
#include "formats/fieldBytes.h"
#include "setup/developmentKey.h"

namespace straddle::binding {

namespace {

class DevelopmentKeyJob final : public Job {
 public:
  DevelopmentKeyJob(DevelopmentKeyRequest request, unsigned threads) : request_(std::move(request)), threads_(threads) {}

  void run(JobContext& context) override {
    ThreadPool pool(threads_);
    writeDevelopmentKey(kernels(), pool, request_, context.cancel(),
                        [&](double fraction, const char* stage) { context.progress(fraction, stage); });
  }

  Napi::Value result(Napi::Env env) override { return env.Undefined(); }

 private:
  const DevelopmentKeyRequest request_;
  const unsigned threads_;
};

Element secretAt(const Bytes& secrets, std::size_t index) {
  const std::uint8_t* const bytes = secrets.data + index * kFieldBytes;
  Element element;
  std::memcpy(element.limb, bytes, kFieldBytes);
  const bool isZero = (element.limb[0] | element.limb[1] | element.limb[2] | element.limb[3]) == 0;
  if (isZero || !isBelowFr(bytes)) {
    throw CoreError("CORE_ARGUMENT_INVALID", "The secrets must be from 1 to r - 1.");
  }
  return element;
}

/// writeDevelopmentKey(r1csPath, zkeyPath, secrets, mark, threads, onProgress?): job of undefined (setupAddon.ts).
Napi::Value writeKey(const Napi::CallbackInfo& info) {
  DevelopmentKeyRequest request;
  request.r1csPath = stringArgument(info, 0, "r1csPath");
  request.zkeyPath = stringArgument(info, 1, "zkeyPath");
  const Bytes secrets = bytesArgument(info, 2, "secrets", 4 * kFieldBytes);
  request.waste = {secretAt(secrets, 0), secretAt(secrets, 1), secretAt(secrets, 2), secretAt(secrets, 3)};
  std::memcpy(request.mark, bytesArgument(info, 3, "mark", sizeof request.mark).data, sizeof request.mark);
  auto job = std::make_unique<DevelopmentKeyJob>(std::move(request), threadsArgument(info, 4));
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info[5]);
}

}  // namespace

void registerSetup(Napi::Env, Napi::Object exports) {
  exportFunction<writeKey>(exports, "writeDevelopmentKey");
}

}  // namespace straddle::binding
