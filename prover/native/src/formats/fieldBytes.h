#pragma once

#include <cstdint>
#include <cstring>

#include "field/Bn254.h"

namespace straddle {

constexpr std::size_t kFieldBytes = 32;

/// Whether 32 little-endian bytes are a number below the modulus.
inline bool isBelow(const std::uint8_t* bytes, const detail::Words4& modulus) {
  detail::Words4 value{};
  std::memcpy(value.w, bytes, sizeof value.w);
  return !detail::atLeast(value, modulus);
}

inline bool isEqual(const std::uint8_t* bytes, const detail::Words4& number) {
  return std::memcmp(bytes, number.w, sizeof number.w) == 0;
}

inline bool isBelowFr(const std::uint8_t* bytes) { return isBelow(bytes, detail::kFrModulus); }

}  // namespace straddle
