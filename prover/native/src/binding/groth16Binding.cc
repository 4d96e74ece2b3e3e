#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "binding/JobRunner.h"
#include "binding/arguments.h"
#include "binding/exportFunction.h"
#include "binding/implementationArgument.h"
#include "binding/registry.h"
#include "field/Bn254.h"
#include "formats/FileBytes.h"
#include "formats/Wtns.h"
#include "groth16/ProvingKey.h"
#include "groth16/VerifyingKey.h"
#include "groth16/prove.h"
#include "kernels/Kernels.h"
#include "ntt/Ntt.h"
#include "ntt/PageBuffer.h"
#include "parallel/ThreadPool.h"

namespace straddle::binding {

namespace {

constexpr std::size_t kProofElements = 8;
/// alpha1, beta2, gamma2, delta2.
constexpr std::size_t kVerifyingKeyElements = 2 + 3 * 4;
constexpr std::uint64_t kMostSignals = 1 << 20;

using KeyHandle = std::shared_ptr<const ProvingKey>;
constexpr napi_type_tag kKeyTag = {0x9d1f0c5ab3e64c27, 0x8a42f7716e03d95b};

std::vector<Element> elementsOf(const Bytes& bytes) {
  std::vector<Element> elements(bytes.size / sizeof(Element));
  if (!elements.empty()) std::memcpy(elements.data(), bytes.data, elements.size() * sizeof(Element));
  return elements;
}

std::vector<Element> elementsArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name) {
  const Bytes bytes = bytesArgument(info, index, name);
  if (bytes.size % sizeof(Element) != 0 || bytes.size / sizeof(Element) > kMostSignals) {
    throw CoreError("CORE_ARGUMENT_INVALID", std::string("Argument ") + name + " must be numbers of 32 bytes each.");
  }
  return elementsOf(bytes);
}

/// Points cross the binding as plain coordinates, in files and in the core they are in Montgomery form.
void convertFq(const Kernels& kernels, FieldOperation operation, std::vector<Element>& elements) {
  kernels.field.scalar(Field::fq, operation, elements.data(), elements.data(), elements.data(), elements.size());
}

bool areBelowFq(const std::vector<Element>& elements) {
  for (const Element& e : elements) {
    if (detail::atLeast({{e.limb[0], e.limb[1], e.limb[2], e.limb[3]}}, detail::kFqModulus)) return false;
  }
  return true;
}

template <class Point>
Point takePoint(const Element*& from) {
  Point point;
  std::memcpy(&point, from, sizeof point);
  from += sizeof point / sizeof(Element);
  return point;
}

template <class Point>
void putPoint(std::vector<Element>& to, const Point& point) {
  Element elements[sizeof(Point) / sizeof(Element)];
  std::memcpy(elements, &point, sizeof point);
  to.insert(to.end(), std::begin(elements), std::end(elements));
}

Napi::Uint8Array valueOf(Napi::Env env, const std::vector<Element>& elements) {
  return bytesValue(env, elements.data(), elements.size() * sizeof(Element));
}

class LoadKeyJob final : public Job {
 public:
  LoadKeyJob(const Kernels& kernels, std::string path, ProvingKey::Options options, unsigned threads)
      : kernels_(kernels), path_(std::move(path)), options_(options), threads_(threads) {}

  void run(JobContext& context) override {
    ThreadPool pool(threads_);
    const auto onProgress = [&](double fraction, const char* stage) { context.progress(fraction, stage); };
    key_ = std::make_shared<const ProvingKey>(kernels_, path_, options_, pool, &context.cancel(), onProgress);
  }

  Napi::Value result(Napi::Env env) override {
    const auto free = [](Napi::Env, KeyHandle* handle) { delete handle; };
    Napi::External<KeyHandle> handle = Napi::External<KeyHandle>::New(env, new KeyHandle(key_), free);
    handle.TypeTag(&kKeyTag);
    const Zkey& zkey = key_->zkey();
    Napi::Object result = Napi::Object::New(env);
    result.Set("handle", handle);
    result.Set("wires", zkey.wires());
    result.Set("publicSignals", zkey.publicSignals());
    result.Set("domainSize", zkey.domainSize());
    result.Set("verifyingKey", verifyingKeyValue(env));
    return result;
  }

 private:
  Napi::Value verifyingKeyValue(Napi::Env env) const {
    const VerifyingKey& key = key_->verifyingKey();
    std::vector<Element> elements;
    putPoint(elements, key.alpha1);
    putPoint(elements, key.beta2);
    putPoint(elements, key.gamma2);
    putPoint(elements, key.delta2);
    for (const AffineG1& point : key.ic) putPoint(elements, point);
    convertFq(kernels_, FieldOperation::fromMontgomery, elements);
    return valueOf(env, elements);
  }

  const Kernels& kernels_;
  const std::string path_;
  const ProvingKey::Options options_;
  const unsigned threads_;
  KeyHandle key_;
};

/// loadProvingKey(path, checkPoints, threads, implementation, onProgress?): job of a LoadedKey (groth16Addon.ts)
Napi::Value loadProvingKey(const Napi::CallbackInfo& info) {
  if (!info[1].IsBoolean()) throw CoreError("CORE_ARGUMENT_INVALID", "Argument checkPoints must be a boolean.");
  ProvingKey::Options options;
  options.checkPoints = info[1].As<Napi::Boolean>().Value();
  auto job = std::make_unique<LoadKeyJob>(implementationByName(info, 3), stringArgument(info, 0, "path"), options,
                                          threadsArgument(info, 2));
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info[4]);
}

KeyHandle& keyArgument(const Napi::CallbackInfo& info, std::size_t index) {
  if (!info[index].IsExternal() || !info[index].As<Napi::External<KeyHandle>>().CheckTypeTag(&kKeyTag)) {
    throw CoreError("CORE_ARGUMENT_INVALID", "Argument key must be the handle of a loaded proving key.");
  }
  return *info[index].As<Napi::External<KeyHandle>>().Data();
}

/// unloadProvingKey(handle): proofs under way go on; the file is unmapped after the last.
Napi::Value unloadProvingKey(const Napi::CallbackInfo& info) {
  keyArgument(info, 0).reset();
  return info.Env().Undefined();
}

class ProveJob final : public Job {
 public:
  ProveJob(KeyHandle key, std::string path, PinnedBytes bytes, std::optional<Blinding> blinding, unsigned threads)
      : key_(std::move(key)), path_(std::move(path)), bytes_(std::move(bytes)), threads_(threads) {
    options_.blinding = blinding;
  }
  ~ProveJob() override { wipe(&options_.blinding, sizeof options_.blinding); }

  void run(JobContext& context) override {
    const PageBuffer witness = readWitness(context.cancel());
    options_.onProgress = [&](double fraction, const char* step) { context.progress(fraction, step); };
    ThreadPool pool(threads_);
    done_ = prove(*key_, witness.as<Element>(), pool, context.cancel(), options_);
  }

  Napi::Value result(Napi::Env env) override {
    std::vector<Element> proof;
    putPoint(proof, done_.proof.a);
    putPoint(proof, done_.proof.b);
    putPoint(proof, done_.proof.c);
    convertFq(key_->kernels(), FieldOperation::fromMontgomery, proof);
    Napi::Object result = Napi::Object::New(env);
    result.Set("proof", valueOf(env, proof));
    result.Set("publicSignals", valueOf(env, done_.publicSignals));
    return result;
  }

 private:
  /// A checked copy of the values, which nobody can change any more and which is overwritten in the end.
  PageBuffer readWitness(const CancelToken& cancel) const {
    if (path_.empty()) return copyThenCheck({bytes_.data(), bytes_.size()});
    const FileBytes file(path_, Wtns::kRole, Wtns::kMostBytes);
    const WipedLater wiped{file.bytes()};
    cancel.check();
    const Wtns witness(file.bytes());
    witness.checkCount(key_->zkey().wires());
    cancel.check();
    PageBuffer values(witness.values().bytes(), true);
    std::memcpy(values.as<void>(), witness.values().data, witness.values().bytes());
    return values;
  }

  /// JavaScript can write to its bytes at any time: what is checked must be the copy.
  PageBuffer copyThenCheck(ByteView file) const {
    PageBuffer copy(file.size, true);
    if (file.size > 0) std::memcpy(copy.as<void>(), file.data, file.size);
    const Wtns witness({copy.as<std::uint8_t>(), file.size});
    witness.checkCount(key_->zkey().wires());
    // To the front, where they are aligned.
    std::memmove(copy.as<void>(), witness.values().data, witness.values().bytes());
    return copy;
  }

  struct WipedLater {
    ByteView bytes;
    ~WipedLater() { wipe(const_cast<std::uint8_t*>(bytes.data), bytes.size); }
  };

  const KeyHandle key_;
  const std::string path_;
  const PinnedBytes bytes_;
  const unsigned threads_;
  ProveOptions options_;
  ProofWithSignals done_{};
};

/// Both scalars, 32 bytes each, below r; or undefined.
std::optional<Blinding> blindingArgument(const Napi::CallbackInfo& info, std::size_t index) {
  if (info[index].IsUndefined()) return std::nullopt;
  const Bytes bytes = bytesArgument(info, index, "blinding", sizeof(Blinding));
  Blinding blinding;
  std::memcpy(&blinding, bytes.data, sizeof blinding);
  for (const Element* e : {&blinding.r, &blinding.s}) {
    if (detail::atLeast({{e->limb[0], e->limb[1], e->limb[2], e->limb[3]}}, detail::kFrModulus)) {
      throw CoreError("CORE_ARGUMENT_INVALID", "Argument blinding must be two numbers below the field's order.");
    }
  }
  return blinding;
}

/// proveGroth16(key, witness path or bytes, threads, blinding or undefined, onProgress?): job of a ProofBytes
Napi::Value proveGroth16(const Napi::CallbackInfo& info) {
  const KeyHandle& key = keyArgument(info, 0);
  if (key == nullptr) throw CoreError("CORE_ARGUMENT_INVALID", "This proving key was unloaded.");
  const bool isPath = info[1].IsString();
  std::string path = isPath ? stringArgument(info, 1, "witness") : std::string();
  if (isPath && path.empty()) throw CoreError("PROVER_WITNESS_INVALID", "The witness has no path.");
  PinnedBytes bytes = isPath ? PinnedBytes() : pinnedArgument(info, 1, "witness");
  auto job = std::make_unique<ProveJob>(key, std::move(path), std::move(bytes), blindingArgument(info, 3),
                                        threadsArgument(info, 2));
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info[4]);
}

class VerifyJob final : public Job {
 public:
  VerifyJob(const Kernels& kernels, std::vector<Element> key, std::vector<Element> signals, std::vector<Element> proof)
      : kernels_(kernels), key_(std::move(key)), signals_(std::move(signals)), proof_(std::move(proof)) {}

  void run(JobContext&) override {
    if (!areBelowFq(key_) || !areBelowFq(proof_)) return;
    convertFq(kernels_, FieldOperation::toMontgomery, key_);
    convertFq(kernels_, FieldOperation::toMontgomery, proof_);
    const Element* from = key_.data();
    VerifyingKey key;
    key.alpha1 = takePoint<AffineG1>(from);
    key.beta2 = takePoint<AffineG2>(from);
    key.gamma2 = takePoint<AffineG2>(from);
    key.delta2 = takePoint<AffineG2>(from);
    while (from < key_.data() + key_.size()) key.ic.push_back(takePoint<AffineG1>(from));
    from = proof_.data();
    Groth16Proof proof;
    proof.a = takePoint<AffineG1>(from);
    proof.b = takePoint<AffineG2>(from);
    proof.c = takePoint<AffineG1>(from);
    holds_ = key.isSound(kernels_) && verifyProof(kernels_, key, signals_, proof);
  }

  Napi::Value result(Napi::Env env) override { return Napi::Boolean::New(env, holds_); }

 private:
  const Kernels& kernels_;
  std::vector<Element> key_, signals_, proof_;
  bool holds_ = false;
};

/// verifyGroth16(verifyingKey, publicSignals, proof, implementation): job of a boolean
Napi::Value verifyGroth16(const Napi::CallbackInfo& info) {
  std::vector<Element> key = elementsArgument(info, 0, "verifyingKey");
  if (key.size() < kVerifyingKeyElements + 2 || key.size() % 2 != 0) {
    throw CoreError("CORE_ARGUMENT_INVALID", "Argument verifyingKey must be alpha, beta, gamma, delta and at least one point.");
  }
  std::vector<Element> signals = elementsArgument(info, 1, "publicSignals");
  std::vector<Element> proof = elementsOf(bytesArgument(info, 2, "proof", kProofElements * sizeof(Element)));
  auto job = std::make_unique<VerifyJob>(implementationByName(info, 3), std::move(key), std::move(signals),
                                         std::move(proof));
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info.Env().Undefined());
}

class TransformJob final : public Job {
 public:
  TransformJob(const Kernels& kernels, std::vector<Element> values, std::string what, unsigned logSize, unsigned threads)
      : kernels_(kernels), values_(std::move(values)), what_(std::move(what)), logSize_(logSize), threads_(threads) {}

  void run(JobContext& context) override {
    const Ntt ntt(kernels_, logSize_);
    ThreadPool pool(threads_);
    if (what_ == "evaluate") ntt.evaluate(pool, values_.data(), &context.cancel());
    if (what_ == "interpolate") ntt.interpolate(pool, values_.data(), &context.cancel());
    if (what_ == "quotient") {
      Element* const all[3] = {values_.data(), values_.data() + ntt.size(), values_.data() + 2 * ntt.size()};
      ntt.multiply(pool, all[0], all[1], all[2], &context.cancel());
      ntt.toCoset(pool, all, 3, &context.cancel());
      ntt.joinQuotient(pool, all[0], all[1], all[2], &context.cancel());
    }
    values_.resize(ntt.size());
  }

  Napi::Value result(Napi::Env env) override { return valueOf(env, values_); }

 private:
  const Kernels& kernels_;
  std::vector<Element> values_;
  const std::string what_;
  const unsigned logSize_, threads_;
};

/// transformFr(values, what, threads, implementation): job of the transformed values (groth16Addon.ts says which)
Napi::Value transformFr(const Napi::CallbackInfo& info) {
  std::vector<Element> values = elementsArgument(info, 0, "values");
  std::string what = stringArgument(info, 1, "what");
  const bool isQuotient = what == "quotient";
  if (!isQuotient && what != "evaluate" && what != "interpolate") {
    throw CoreError("CORE_ARGUMENT_INVALID", "Argument what must be evaluate, interpolate or quotient.");
  }
  const std::size_t size = isQuotient ? values.size() / 2 : values.size();
  unsigned log = 0;
  while (std::size_t{1} << log < size) log++;
  if (std::size_t{1} << log != size || (isQuotient && 2 * size != values.size())) {
    throw CoreError("CORE_ARGUMENT_INVALID", "Argument values must be a power of two.");
  }
  for (const Element& e : values) {
    if (detail::atLeast({{e.limb[0], e.limb[1], e.limb[2], e.limb[3]}}, detail::kFrModulus)) {
      throw CoreError("CORE_ARGUMENT_INVALID", "Argument values must be below the field's order.");
    }
  }
  if (isQuotient) values.resize(3 * size);
  auto job = std::make_unique<TransformJob>(implementationByName(info, 3), std::move(values), std::move(what), log,
                                            threadsArgument(info, 2));
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info.Env().Undefined());
}

}  // namespace

void registerGroth16(Napi::Env, Napi::Object exports) {
  exportFunction<loadProvingKey>(exports, "loadProvingKey");
  exportFunction<unloadProvingKey>(exports, "unloadProvingKey");
  exportFunction<proveGroth16>(exports, "proveGroth16");
  exportFunction<verifyGroth16>(exports, "verifyGroth16");
  exportFunction<transformFr>(exports, "transformFr");
}

}  // namespace straddle::binding
