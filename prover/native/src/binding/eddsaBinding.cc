// EdDSA-Poseidon for JavaScript. Synchronous: a check takes tens of microseconds.
//
// A coordinate, scalar or message that is out of range makes a signature that does not hold, not an error: what is
// checked comes from strangers.
#include <cstring>
#include <vector>

#include "babyjubjub/Eddsa.h"
#include "binding/arguments.h"
#include "binding/bigintElement.h"
#include "binding/exportFunction.h"
#include "binding/registry.h"
#include "formats/CoreError.h"

namespace straddle::binding {

namespace {

constexpr std::size_t kElementsPerCheck = sizeof(SignatureCheck) / sizeof(Element);
constexpr std::size_t kSeedBytes = 32;

/// eddsaVerify(keyX, keyY, message, rX, rY, s: bigint): boolean
Napi::Value eddsaVerify(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Element values[kElementsPerCheck];
  for (std::size_t i = 0; i < kElementsPerCheck; ++i) values[i] = elementOf(env, info[i]);
  const SignatureCheck check{values[0], values[1], values[2], values[3], values[4], values[5]};
  std::uint8_t verdict = 0;
  verifyEddsa(kernels(), &check, 1, &verdict);
  return Napi::Boolean::New(env, verdict != 0);
}

/// eddsaVerifyMany(values: bigint[]): boolean[]; six values a signature, in eddsaVerify's order.
Napi::Value eddsaVerifyMany(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::uint32_t values = arrayArgument(info, 0, "values");
  if (values % kElementsPerCheck != 0) throw CoreError("CORE_ARGUMENT_INVALID", "A signature's check is six values.");
  const std::size_t count = values / kElementsPerCheck;
  std::vector<SignatureCheck> checks(count);
  std::vector<std::uint8_t> verdicts(count);
  readElements(env, info[0], reinterpret_cast<Element*>(checks.data()), values);
  verifyEddsa(kernels(), checks.data(), count, verdicts.data());
  Napi::Array result = Napi::Array::New(env, count);
  for (std::size_t i = 0; i < count; ++i) {
    result.Set(static_cast<std::uint32_t>(i), Napi::Boolean::New(env, verdicts[i] != 0));
  }
  return result;
}

/// eddsaVerifyBytes(checks: Uint8Array, verdicts: Uint8Array): void; 192 bytes a signature: six values of 32 bytes,
/// lowest first, in eddsaVerify's order. A verdict is 1 or 0.
Napi::Value eddsaVerifyBytes(const Napi::CallbackInfo& info) {
  const Bytes bytes = bytesArgument(info, 0, "checks");
  if (bytes.size % sizeof(SignatureCheck) != 0) {
    throw CoreError("CORE_ARGUMENT_INVALID", "Argument checks must be a whole number of 192 bytes.");
  }
  const std::size_t count = bytes.size / sizeof(SignatureCheck);
  std::uint8_t* verdicts = outputArgument(info, 1, "verdicts", count);
  if (count == 0) return info.Env().Undefined();
  std::vector<SignatureCheck> checks(count);
  std::memcpy(checks.data(), bytes.data, bytes.size);
  verifyEddsa(kernels(), checks.data(), count, verdicts);
  return info.Env().Undefined();
}

/// eddsaPublicKey(seed: Uint8Array): [x, y]
Napi::Value eddsaPublicKeyOf(const Napi::CallbackInfo& info) {
  const Bytes seed = bytesArgument(info, 0, "seed", kSeedBytes);
  Element key[2];
  eddsaPublicKey(kernels(), seed.data, key);
  return bigintsOf(info.Env(), key, 2);
}

/// eddsaSign(seed: Uint8Array, message: bigint): [rX, rY, s]
Napi::Value eddsaSign(const Napi::CallbackInfo& info) {
  const Bytes seed = bytesArgument(info, 0, "seed", kSeedBytes);
  const Element message = elementOf(info.Env(), info[1]);
  if (!isFieldElement(message)) throw CoreError("CORE_ARGUMENT_INVALID", "A message must be a field element.");
  Element signature[3];
  signEddsa(kernels(), seed.data, message, signature);
  return bigintsOf(info.Env(), signature, 3);
}

}  // namespace

void registerEddsa(Napi::Env, Napi::Object exports) {
  exportFunction<eddsaVerify>(exports, "eddsaVerify");
  exportFunction<eddsaVerifyMany>(exports, "eddsaVerifyMany");
  exportFunction<eddsaVerifyBytes>(exports, "eddsaVerifyBytes");
  exportFunction<eddsaPublicKeyOf>(exports, "eddsaPublicKey");
  exportFunction<eddsaSign>(exports, "eddsaSign");
}

}  // namespace straddle::binding
