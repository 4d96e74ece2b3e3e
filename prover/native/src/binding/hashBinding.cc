// Poseidon for JavaScript. Synchronous: a hash takes microseconds, and whoever hashes many at once says how many. But
// a chain, whose links cannot be hashed side by side, is a job.
#include <cstring>
#include <memory>
#include <vector>

#include "binding/JobRunner.h"
#include "binding/arguments.h"
#include "binding/bigintElement.h"
#include "binding/exportFunction.h"
#include "binding/registry.h"
#include "formats/CoreError.h"
#include "poseidon/Poseidon.h"

namespace straddle::binding {

namespace {

void requireFieldElements(const Element* values, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!isFieldElement(values[i])) {
      throw CoreError("CORE_ARGUMENT_INVALID", "Poseidon takes field elements: at least 0 and below the modulus.");
    }
  }
}

/// poseidon(inputs: bigint[]): bigint
Napi::Value poseidon(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::uint32_t count = arrayArgument(info, 0, "inputs");
  if (count < 1 || count > kPoseidonMaxInputs) {
    throw CoreError("CORE_ARGUMENT_INVALID", "Poseidon takes 1 to 16 inputs, not " + std::to_string(count) + ".");
  }
  Element inputs[kPoseidonMaxInputs], hash;
  for (std::uint32_t i = 0; i < count; ++i) inputs[i] = elementOf(env, itemOf(env, info[0], i));
  requireFieldElements(inputs, count);
  poseidonHash(kernels(), static_cast<int>(count), inputs, 1, &hash);
  return {env, bigintOf(env, hash)};
}

std::size_t hashCount(std::size_t values, int inputs) {
  if (values % inputs != 0) {
    throw CoreError("CORE_ARGUMENT_INVALID",
                    std::to_string(values) + " values are no whole number of hashes of " + std::to_string(inputs) + ".");
  }
  return values / inputs;
}

/// poseidonMany(inputsEach: number, values: bigint[]): bigint[]
Napi::Value poseidonMany(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const int inputs = static_cast<int>(integerArgument(info, 0, "inputsEach", 1, kPoseidonMaxInputs));
  const std::uint32_t count = arrayArgument(info, 1, "values");
  std::vector<Element> hashes(hashCount(count, inputs)), values(count);
  readElements(env, info[1], values.data(), count);
  requireFieldElements(values.data(), count);
  poseidonHash(kernels(), inputs, values.data(), hashes.size(), hashes.data());
  return bigintsOf(env, hashes.data(), hashes.size());
}

/// poseidonBytes(inputsEach: number, values: Uint8Array, hashes: Uint8Array): void; 32 bytes, lowest first, for each.
Napi::Value poseidonBytes(const Napi::CallbackInfo& info) {
  const int inputs = static_cast<int>(integerArgument(info, 0, "inputsEach", 1, kPoseidonMaxInputs));
  const Bytes bytes = bytesArgument(info, 1, "values");
  if (bytes.size % sizeof(Element) != 0) {
    throw CoreError("CORE_ARGUMENT_INVALID", "Argument values must be a whole number of 32 bytes.");
  }
  const std::size_t count = hashCount(bytes.size / sizeof(Element), inputs);
  std::uint8_t* out = outputArgument(info, 2, "hashes", count * sizeof(Element));
  // Copied: the caller's bytes may lie at any address, and may be the output's.
  std::vector<Element> values(count * inputs), hashes(count);
  if (count == 0) return info.Env().Undefined();
  std::memcpy(values.data(), bytes.data, bytes.size);
  requireFieldElements(values.data(), values.size());
  poseidonHash(kernels(), inputs, values.data(), count, hashes.data());
  std::memcpy(out, hashes.data(), count * sizeof(Element));
  return info.Env().Undefined();
}

/// Link i is the hash of the link before it, `before` at first, and value i: in their place.
class ChainJob final : public Job {
 public:
  ChainJob(const Element& before, std::vector<Element> links) : before_(before), links_(std::move(links)) {}

  void run(JobContext& context) override {
    for (Element& link : links_) {
      context.cancel().check();
      const Element pair[] = {before_, link};
      poseidonHash(kernels(), 2, pair, 1, &link);
      before_ = link;
    }
  }

  Napi::Value result(Napi::Env env) override { return bigintsOf(env, links_.data(), links_.size()); }

 private:
  Element before_;
  std::vector<Element> links_;
};

/// poseidonChain(before: bigint, values: bigint[]): {promise: Promise<bigint[]>, cancel()}
Napi::Value poseidonChain(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Element before = elementOf(env, info[0]);
  std::vector<Element> values(arrayArgument(info, 1, "values"));
  readElements(env, info[1], values.data(), static_cast<std::uint32_t>(values.size()));
  requireFieldElements(&before, 1);
  requireFieldElements(values.data(), values.size());
  return JobRunner::of(env).start(env, std::make_unique<ChainJob>(before, std::move(values)), env.Undefined());
}

}  // namespace

void registerHash(Napi::Env, Napi::Object exports) {
  exportFunction<poseidon>(exports, "poseidon");
  exportFunction<poseidonMany>(exports, "poseidonMany");
  exportFunction<poseidonBytes>(exports, "poseidonBytes");
  exportFunction<poseidonChain>(exports, "poseidonChain");
}

}  // namespace straddle::binding
