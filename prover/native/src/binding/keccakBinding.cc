// keccak256 for JavaScript, of many pieces at once: a call costs more than a hash. Synchronous.
#include <cstring>
#include <vector>

#include "binding/arguments.h"
#include "binding/exportFunction.h"
#include "binding/registry.h"
#include "formats/CoreError.h"
#include "keccak/keccak256.h"

namespace straddle::binding {

namespace {

/// The lengths, and that they make up the whole of the data.
std::vector<std::uint32_t> lengthsArgument(const Napi::CallbackInfo& info, std::size_t index, std::size_t dataSize) {
  if (index >= info.Length() || !info[index].IsTypedArray() ||
      info[index].As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) {
    throw CoreError("CORE_ARGUMENT_INVALID", "Argument lengths must be a Uint32Array.");
  }
  const auto array = info[index].As<Napi::Uint32Array>();
  std::vector<std::uint32_t> lengths(array.Data(), array.Data() + array.ElementLength());
  std::uint64_t sum = 0;
  for (const std::uint32_t length : lengths) sum += length;
  if (sum != dataSize) {
    throw CoreError("CORE_ARGUMENT_INVALID", "The lengths make up " + std::to_string(sum) + " bytes, and data has " +
                                                 std::to_string(dataSize) + ".");
  }
  return lengths;
}

/// keccak256Many(data: Uint8Array, lengths: Uint32Array, hashes: Uint8Array): void
Napi::Value keccak256Many(const Napi::CallbackInfo& info) {
  const Bytes data = bytesArgument(info, 0, "data");
  const std::vector<std::uint32_t> lengths = lengthsArgument(info, 1, data.size);
  std::uint8_t* out = outputArgument(info, 2, "hashes", lengths.size() * kKeccakBytes);
  std::vector<std::uint8_t> hashes(lengths.size() * kKeccakBytes);
  // Kept apart until the end: the caller's output may be its data.
  const std::uint8_t* piece = data.data;
  std::uint8_t* hash = hashes.data();
  for (const std::uint32_t length : lengths) {
    keccak256(piece, length, hash);
    piece += length;
    hash += kKeccakBytes;
  }
  if (!hashes.empty()) std::memcpy(out, hashes.data(), hashes.size());
  return info.Env().Undefined();
}

}  // namespace

void registerKeccak(Napi::Env, Napi::Object exports) { exportFunction<keccak256Many>(exports, "keccak256Many"); }

}  // namespace straddle::binding
