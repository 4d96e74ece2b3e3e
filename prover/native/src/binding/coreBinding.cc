#include <memory>
#include <numeric>
#include <vector>

#include "binding/JobRunner.h"
#include "binding/arguments.h"
#include "binding/exportFunction.h"
#include "binding/registry.h"
#include "kernels/Kernels.h"
#include "parallel/ThreadPool.h"

namespace straddle::binding {

namespace {

/// Raised whenever a function's arguments or results change, so that an old binary beside new TypeScript is refused.
constexpr int kAbi = 1;

/// Counts on all threads: what shows that jobs, progress, cancellation and teardown work on a machine.
class SelfTestJob final : public Job {
 public:
  SelfTestJob(std::uint64_t steps, unsigned threads) : steps_(steps), threads_(threads) {}

  void run(JobContext& context) override {
    ThreadPool pool(threads_);
    std::vector<double> sums(pool.size(), 0);
    constexpr std::uint64_t kRounds = 20;
    for (std::uint64_t round = 0; round < kRounds; round++) {
      context.progress(static_cast<double>(round) / kRounds, "count");
      pool.parallelRanges(
          steps_, 4096,
          [&](std::size_t begin, std::size_t end, unsigned worker) {
            for (std::size_t index = begin; index < end; index++) sums[worker] += static_cast<double>(index % 3);
          },
          &context.cancel());
    }
    sum_ = std::accumulate(sums.begin(), sums.end(), 0.0) / kRounds;
  }

  Napi::Value result(Napi::Env env) override { return Napi::Number::New(env, sum_); }

 private:
  std::uint64_t steps_;
  unsigned threads_;
  double sum_ = 0;
};

/// selfTest(steps, threads, onProgress?): job of the sum of index % 3 over all index < steps.
Napi::Value selfTest(const Napi::CallbackInfo& info) {
  const std::uint64_t steps = integerArgument(info, 0, "steps", 0, 1ull << 40);
  auto job = std::make_unique<SelfTestJob>(steps, threadsArgument(info, 1));
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info[2]);
}

}  // namespace

void registerCore(Napi::Env env, Napi::Object exports) {
  exports.Set("abi", Napi::Number::New(env, kAbi));
  exports.Set("implementation", Napi::String::New(env, kernels().name));
  Napi::Array supported = Napi::Array::New(env);
  for (const InstructionSet set : {InstructionSet::portable, InstructionSet::adx, InstructionSet::ifma}) {
    if (const Kernels* found = kernelsOf(set)) supported.Set(supported.Length(), found->name);
  }
  exports.Set("implementations", supported);
  exportFunction<selfTest>(exports, "selfTest");
}

}  // namespace straddle::binding
