// The two fields of BN254 (EIP-196): Fq of the curve's coordinates, Fr of its scalars. Everything but the moduli is
// derived here at compile time.
#pragma once

#include <cstdint>

namespace straddle {

namespace detail {

struct Words4 {
  std::uint64_t w[4];
};

/// -m^-1 mod 2^64 by Newton's iteration; each step doubles the correct bits.
constexpr std::uint64_t negatedInverse(std::uint64_t m) {
  std::uint64_t inverse = 1;
  for (int i = 0; i < 6; ++i) inverse *= 2 - m * inverse;
  return 0 - inverse;
}

constexpr bool atLeast(const Words4& a, const Words4& b) {
  for (int i = 3; i >= 0; --i) {
    if (a.w[i] != b.w[i]) return a.w[i] > b.w[i];
  }
  return true;
}

constexpr Words4 subtract(const Words4& a, const Words4& b) {
  Words4 r{};
  std::uint64_t borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t d = a.w[i] - b.w[i];
    const std::uint64_t under = a.w[i] < b.w[i];
    r.w[i] = d - borrow;
    borrow = under | (d < borrow);
  }
  return r;
}

/// 2^exponent mod m, for m below 2^255.
constexpr Words4 powerOfTwo(int exponent, const Words4& m) {
  Words4 r{{1, 0, 0, 0}};
  for (int i = 0; i < exponent; ++i) {
    Words4 doubled{{r.w[0] << 1, r.w[1] << 1 | r.w[0] >> 63, r.w[2] << 1 | r.w[1] >> 63, r.w[3] << 1 | r.w[2] >> 63}};
    r = atLeast(doubled, m) ? subtract(doubled, m) : doubled;
  }
  return r;
}

struct Words5 {
  std::uint64_t w[5];
};

inline constexpr std::uint64_t kMask52 = (std::uint64_t{1} << 52) - 1;

/// factor * a in five 52-bit words; the product must stay below 2^260.
constexpr Words5 multiple52(const Words4& a, std::uint64_t factor) {
  const std::uint64_t words[5] = {a.w[0] & kMask52, (a.w[0] >> 52 | a.w[1] << 12) & kMask52,
                                  (a.w[1] >> 40 | a.w[2] << 24) & kMask52, (a.w[2] >> 28 | a.w[3] << 36) & kMask52,
                                  a.w[3] >> 16};
  Words5 r{};
  std::uint64_t carry = 0;
  for (int i = 0; i < 5; ++i) {
    const std::uint64_t t = words[i] * factor + carry;  // factor is small: below 2^8
    r.w[i] = t & kMask52;
    carry = t >> 52;
  }
  return r;
}

inline constexpr Words4 kFqModulus{{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029}};
inline constexpr Words4 kFrModulus{{0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029}};

template <const Words4& kModulusWords>
struct FieldParameters {
  static constexpr Words4 kModulus = kModulusWords;
  static constexpr std::uint64_t kNegatedInverse = negatedInverse(kModulusWords.w[0]);
  /// The same modulo 2^52, for 52-bit words.
  static constexpr std::uint64_t kNegatedInverse52 = kNegatedInverse & kMask52;
  /// Montgomery's 1 and the factor that brings a plain value into Montgomery form.
  static constexpr Words4 kOne = powerOfTwo(256, kModulusWords);
  static constexpr Words4 kSquare = powerOfTwo(512, kModulusWords);
  /// Fermat's exponent of the inverse.
  static constexpr Words4 kInverseExponent = subtract(kModulusWords, {{2, 0, 0, 0}});
};

}  // namespace detail

struct FqParameters : detail::FieldParameters<detail::kFqModulus> {};
struct FrParameters : detail::FieldParameters<detail::kFrModulus> {
  /// 2^28 divides r - 1; 5 is the smallest generator, and the one that snarkjs uses.
  static constexpr int kTwoAdicity = 28;
  static constexpr std::uint64_t kGenerator = 5;
};

}  // namespace straddle
