#include <memory>

#include "binding/JobRunner.h"
#include "binding/arguments.h"
#include "binding/exportFunction.h"
#include "binding/registry.h"
#include "reduce/reduceCircuit.h"

namespace straddle::binding {

namespace {

constexpr std::uint64_t kMostFill = 1'000'000;

class ReduceJob final : public Job {
 public:
  ReduceJob(std::string circuitPath, std::string reducedPath, std::string wireMapPath, const reduce::Limits& limits)
      : circuitPath_(std::move(circuitPath)),
        reducedPath_(std::move(reducedPath)),
        wireMapPath_(std::move(wireMapPath)),
        limits_(limits) {}

  void run(JobContext& context) override {
    const MappedFile file(circuitPath_, R1cs::kRole);
    file.adviseSequential(file.bytes());
    const auto onProgress = [&](double fraction, const char* stage) {
      context.cancel().check();
      context.progress(fraction, stage);
    };
    done_ = reduce::reduceCircuit(R1cs(file.bytes()), reducedPath_, wireMapPath_, limits_, onProgress);
    file.checkUnchanged();
  }

  Napi::Value result(Napi::Env env) override {
    Napi::Object value = Napi::Object::New(env);
    const auto set = [&](const char* name, double number) { value.Set(name, Napi::Number::New(env, number)); };
    set("wiresBefore", done_.wiresBefore);
    set("wires", done_.wires);
    set("constraintsBefore", done_.constraintsBefore);
    set("constraints", done_.constraints);
    set("linearConstraints", done_.linearConstraints);
    set("termsBefore", static_cast<double>(done_.termsBefore));
    set("terms", static_cast<double>(done_.terms));
    return value;
  }

 private:
  const std::string circuitPath_, reducedPath_, wireMapPath_;
  const reduce::Limits limits_;
  reduce::Reduction done_{};
};

/// reduceCircuit(circuitPath, reducedPath, wireMapPath, maxFill, onProgress?): job of a Reduction (reduceAddon.ts).
Napi::Value reduceCircuit(const Napi::CallbackInfo& info) {
  reduce::Limits limits;
  limits.maxFill = static_cast<std::uint32_t>(integerArgument(info, 3, "maxFill", 0, kMostFill));
  auto job = std::make_unique<ReduceJob>(stringArgument(info, 0, "circuitPath"), stringArgument(info, 1, "reducedPath"),
                                         stringArgument(info, 2, "wireMapPath"), limits);
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info[4]);
}

}  // namespace

void registerReduce(Napi::Env env, Napi::Object exports) {
  exports.Set("reduceDefaultMaxFill", Napi::Number::New(env, reduce::Limits{}.maxFill));
  exportFunction<reduceCircuit>(exports, "reduceCircuit");
}

}  // namespace straddle::binding
