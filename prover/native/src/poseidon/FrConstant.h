// An element of Fr that is known when the core is compiled, in every form that kernels use.
#pragma once

#include "field/Bn254.h"

namespace straddle {

/// value * 2^exponent mod m, for value < m < 2^255.
constexpr detail::Words4 timesPowerOfTwo(detail::Words4 value, int exponent, const detail::Words4& m) {
  for (int i = 0; i < exponent; ++i) {
    const auto& w = value.w;
    const detail::Words4 doubled{{w[0] << 1, w[1] << 1 | w[0] >> 63, w[2] << 1 | w[1] >> 63, w[3] << 1 | w[2] >> 63}};
    value = detail::atLeast(doubled, m) ? detail::subtract(doubled, m) : doubled;
  }
  return value;
}

struct FrConstant {
  /// Montgomery form with R = 2^256, and with R = 2^260 in words of 52 bits.
  detail::Words4 external;
  detail::Words5 words52;

  explicit constexpr FrConstant(const detail::Words4& plain)
      : external(timesPowerOfTwo(plain, 256, FrParameters::kModulus)),
        words52(detail::multiple52(timesPowerOfTwo(plain, 260, FrParameters::kModulus), 1)) {}
};

}  // namespace straddle
