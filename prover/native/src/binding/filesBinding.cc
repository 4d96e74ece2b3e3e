#include <memory>
#include <string>

#include "binding/JobRunner.h"
#include "binding/arguments.h"
#include "binding/exportFunction.h"
#include "binding/registry.h"
#include "formats/MappedFile.h"
#include "formats/R1cs.h"
#include "formats/Wtns.h"
#include "formats/Zkey.h"
#include "formats/inFile.h"
#include "parallel/ThreadPool.h"

namespace straddle::binding {

namespace {

class InspectZkeyJob final : public Job {
 public:
  InspectZkeyJob(std::string path, unsigned threads) : path_(std::move(path)), threads_(threads) {}

  void run(JobContext& context) override {
    const MappedFile file(path_, Zkey::kRole);
    ThreadPool pool(threads_);
    const Zkey key = inFile(path_, [&] {
      const Zkey parsed(file.bytes());
      file.adviseSequential({parsed.coefficientRecords().data, parsed.coefficientRecords().bytes()});
      parsed.checkCoefficients(pool, &context.cancel());
      return parsed;
    });
    file.checkUnchanged();
    wires_ = key.wires();
    publicSignals_ = key.publicSignals();
    domainSize_ = key.domainSize();
    coefficients_ = static_cast<double>(key.coefficientCount());
  }

  Napi::Value result(Napi::Env env) override {
    Napi::Object sizes = Napi::Object::New(env);
    sizes.Set("wires", wires_);
    sizes.Set("publicSignals", publicSignals_);
    sizes.Set("domainSize", domainSize_);
    sizes.Set("coefficients", coefficients_);
    return sizes;
  }

 private:
  std::string path_;
  unsigned threads_;
  std::uint32_t wires_ = 0, publicSignals_ = 0, domainSize_ = 0;
  double coefficients_ = 0;
};

class InspectWtnsJob final : public Job {
 public:
  explicit InspectWtnsJob(std::string path) : path_(std::move(path)) {}
  explicit InspectWtnsJob(PinnedBytes bytes) : bytes_(std::move(bytes)) {}

  void run(JobContext&) override {
    if (path_.empty()) {
      count_ = Wtns({bytes_.data(), bytes_.size()}).count();
      return;
    }
    const MappedFile file(path_, Wtns::kRole);
    count_ = inFile(path_, [&] { return Wtns(file.bytes()).count(); });
    file.checkUnchanged();
  }

  Napi::Value result(Napi::Env env) override { return Napi::Number::New(env, count_); }

 private:
  std::string path_;
  PinnedBytes bytes_;
  std::uint32_t count_ = 0;
};

class InspectR1csJob final : public Job {
 public:
  explicit InspectR1csJob(std::string path) : path_(std::move(path)) {}

  void run(JobContext& context) override {
    const MappedFile file(path_, R1cs::kRole);
    file.adviseSequential(file.bytes());
    inFile(path_, [&] { read(R1cs(file.bytes()), context.cancel()); });
    file.checkUnchanged();
  }

  void read(const R1cs& system, const CancelToken& cancel) {
    R1cs::Cursor cursor(system);
    R1cs::Constraint constraint;
    for (std::uint32_t index = 0; cursor.next(constraint); index++) {
      terms_ += static_cast<double>(constraint.a.count() + constraint.b.count() + constraint.c.count());
      if (index % 65536 == 0) cancel.check();
    }
    wires_ = system.wires();
    publicOutputs_ = system.publicOutputs();
    publicInputs_ = system.publicInputs();
    privateInputs_ = system.privateInputs();
    constraints_ = system.constraints();
  }

  Napi::Value result(Napi::Env env) override {
    Napi::Object sizes = Napi::Object::New(env);
    sizes.Set("wires", wires_);
    sizes.Set("publicOutputs", publicOutputs_);
    sizes.Set("publicInputs", publicInputs_);
    sizes.Set("privateInputs", privateInputs_);
    sizes.Set("constraints", constraints_);
    sizes.Set("terms", terms_);
    return sizes;
  }

 private:
  std::string path_;
  std::uint32_t wires_ = 0, publicOutputs_ = 0, publicInputs_ = 0, privateInputs_ = 0, constraints_ = 0;
  double terms_ = 0;
};

Napi::Value start(const Napi::CallbackInfo& info, std::unique_ptr<Job> job) {
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info.Env().Undefined());
}

std::string pathArgument(const Napi::CallbackInfo& info, std::size_t index) {
  std::string path = stringArgument(info, index, "path");
  if (path.empty()) throw CoreError("CORE_ARGUMENT_INVALID", "Argument path must not be empty.");
  return path;
}

/// inspectZkey(path, threads)
Napi::Value inspectZkey(const Napi::CallbackInfo& info) {
  return start(info, std::make_unique<InspectZkeyJob>(pathArgument(info, 0), threadsArgument(info, 1)));
}

/// inspectWtns(path or bytes)
Napi::Value inspectWtns(const Napi::CallbackInfo& info) {
  if (info[0].IsString()) return start(info, std::make_unique<InspectWtnsJob>(pathArgument(info, 0)));
  return start(info, std::make_unique<InspectWtnsJob>(pinnedArgument(info, 0, "witness")));
}

/// inspectR1cs(path)
Napi::Value inspectR1cs(const Napi::CallbackInfo& info) {
  return start(info, std::make_unique<InspectR1csJob>(pathArgument(info, 0)));
}

/// encodeWtns(values): bytes of a .wtns file
Napi::Value encodeWtns(const Napi::CallbackInfo& info) {
  const Bytes values = bytesArgument(info, 0, "values");
  if (values.size % 32 != 0 || values.size / 32 > UINT32_MAX) {
    throw CoreError("CORE_ARGUMENT_INVALID", "Argument values must be numbers of 32 bytes each.");
  }
  const auto file = Wtns::encode(values.data, static_cast<std::uint32_t>(values.size / 32));
  return bytesValue(info.Env(), file.data(), file.size());
}

}  // namespace

void registerFiles(Napi::Env, Napi::Object exports) {
  exportFunction<inspectZkey>(exports, "inspectZkey");
  exportFunction<inspectWtns>(exports, "inspectWtns");
  exportFunction<inspectR1cs>(exports, "inspectR1cs");
  exportFunction<encodeWtns>(exports, "encodeWtns");
}

}  // namespace straddle::binding
