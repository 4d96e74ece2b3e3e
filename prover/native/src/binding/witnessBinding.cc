#include <memory>
#include <string>

#include "binding/JobRunner.h"
#include "binding/arguments.h"
#include "binding/exportFunction.h"
#include "binding/registry.h"
#include "formats/FileBytes.h"
#include "ntt/PageBuffer.h"
#include "witness/calculateWitness.h"

namespace straddle::binding {

namespace {

/// A program with the wire map of its circuit, if that was reduced.
struct LoadedProgram {
  explicit LoadedProgram(ByteView bytes) : program(bytes) {}

  Program program;
  WireMap map;

  const WireMap* wireMap() const { return map.empty() ? nullptr : &map; }
  std::size_t wires() const { return map.empty() ? program.wires().size() : map.size(); }
};

using Handle = std::shared_ptr<const LoadedProgram>;

/// Tells our handles from any other external value.
constexpr napi_type_tag kHandleTag = {0x5eb7a4c0d1f24e61, 0x93a0c8b7e6d5f412};

constexpr MappedFile::Role kRole = {"WITNESS_PROGRAM_MISSING", "WITNESS_PROGRAM_DAMAGED", "The witness program"};
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;

class LoadJob final : public Job {
 public:
  LoadJob(std::string programPath, std::string mapPath)
      : programPath_(std::move(programPath)), mapPath_(std::move(mapPath)) {}

  void run(JobContext&) override {
    const FileBytes file(programPath_, kRole, kMostBytes);
    auto loaded = std::make_shared<LoadedProgram>(file.bytes());
    if (!mapPath_.empty()) loaded->map = readWireMap(loaded->program, FileBytes(mapPath_, kRole, kMostBytes).bytes());
    loaded_ = std::move(loaded);
  }

  Napi::Value result(Napi::Env env) override {
    auto handle = Napi::External<Handle>::New(env, new Handle(loaded_), [](Napi::Env, Handle* kept) { delete kept; });
    handle.TypeTag(&kHandleTag);
    return handle;
  }

 private:
  const std::string programPath_, mapPath_;
  Handle loaded_;
};

class CalculateJob final : public Job {
 public:
  CalculateJob(Handle program, PinnedBytes inputs) : program_(std::move(program)), inputs_(std::move(inputs)) {}

  void run(JobContext& context) override {
    const std::size_t size = witnessFileSize(program_->wires());
    file_ = PageBuffer(size);
    calculateWitness(program_->program, {inputs_.data(), inputs_.size()}, program_->wireMap(), context.cancel(),
                     file_.as<std::uint8_t>());
    size_ = size;
  }

  /// The bytes are not copied: they are freed with the array.
  Napi::Value result(Napi::Env env) override {
    auto* kept = new PageBuffer(std::move(file_));
    auto buffer = Napi::ArrayBuffer::New(
        env, kept->as<void>(), size_, [](Napi::Env, void*, PageBuffer* memory) { delete memory; }, kept);
    return Napi::Uint8Array::New(env, size_, buffer, 0);
  }

 private:
  Handle program_;
  PinnedBytes inputs_;
  PageBuffer file_;
  std::size_t size_ = 0;
};

Handle handleArgument(const Napi::CallbackInfo& info, std::size_t index) {
  if (!info[index].IsExternal() || !info[index].As<Napi::External<Handle>>().CheckTypeTag(&kHandleTag)) {
    throw CoreError("CORE_ARGUMENT_INVALID", "program must be what loadWitnessProgram gave.");
  }
  return *info[index].As<Napi::External<Handle>>().Data();
}

/// loadWitnessProgram(programPath, wireMapPath): job of a handle. The second path may be empty.
Napi::Value loadWitnessProgram(const Napi::CallbackInfo& info) {
  auto job =
      std::make_unique<LoadJob>(stringArgument(info, 0, "programPath"), stringArgument(info, 1, "wireMapPath"));
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info.Env().Undefined());
}

/// calculateWitness(program, inputs, onProgress?): job of the .wtns file's bytes; calculateWitness.h has the inputs' layout.
Napi::Value calculateWitnessJob(const Napi::CallbackInfo& info) {
  auto job = std::make_unique<CalculateJob>(handleArgument(info, 0), pinnedArgument(info, 1, "inputs"));
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info[2]);
}

/// witnessWires(program): how many wires its witnesses have.
Napi::Value witnessWires(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(handleArgument(info, 0)->wires()));
}

}  // namespace

void registerWitness(Napi::Env env, Napi::Object exports) {
  exportFunction<loadWitnessProgram>(exports, "loadWitnessProgram");
  exportFunction<calculateWitnessJob>(exports, "calculateWitness");
  exportFunction<witnessWires>(exports, "witnessWires");
}

}  // namespace straddle::binding
