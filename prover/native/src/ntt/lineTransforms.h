// The transforms of kNttGroup lines at once, in scratch memory where nothing needs repacking. A kernel header.
//
// Both directions multiply before they add (Cooley, Tukey), so that a level raises the bound of a value by 2 p and no
// more: input bounded by 2, output by 8 + 2 (levels - 2), which for 14 levels is 32.
#pragma once

#include "kernels/NttKernel.h"
#include "ntt/Uniform.h"

namespace straddle::STRADDLE_ISA {

/// Vectors that hold one element of each of the kNttGroup lines.
inline constexpr std::size_t kNttVectors = kNttGroup / FrLanes::kCount;

/// u + w v and u - w v.
inline __attribute__((always_inline)) void butterfly(FrLanes& u, FrLanes& v, const FrLanes& w) {
  const FrLanes t = mul(v, w);
  v = sub<2>(u, t);
  u = add(u, t);
}

/// The same with w = 1, for v below kBound.
template <int kBound>
inline __attribute__((always_inline)) void plainButterfly(FrLanes& u, FrLanes& v) {
  const FrLanes t = v;
  v = sub<kBound>(u, t);
  u = add(u, t);
}

/// Two levels at once on the four elements at `at`, `stride` apart; the second level has its own factor for each half.
struct Four {
  FrLanes a, b, c, d;

  static __attribute__((always_inline)) Four load(const FrLanes* at, std::size_t stride) {
    return {at[0], at[stride], at[2 * stride], at[3 * stride]};
  }
  __attribute__((always_inline)) void store(FrLanes* at, std::size_t stride) const {
    at[0] = a, at[stride] = b, at[2 * stride] = c, at[3 * stride] = d;
  }
};

/// Values of the polynomial with coefficients s[i] at the powers of a root of unity w of order 2^logLength, natural order
/// in, bit-reversed out. Splits modulo X^m - z^2 into modulo X^(m/2) - z and + z; z = roots[b] for block b of any level,
/// roots[b] = w^(b bit-reversed).
inline void toBitReversed(FrLanes* s, unsigned logLength, const Uniform* roots) {
  const std::size_t length = std::size_t{1} << logLength;
  const std::size_t first = length / 4 * kNttVectors;
  const FrLanes fourth = roots[1].lanes();
  for (std::size_t i = 0; i < first; ++i) {
    Four x = Four::load(s + i, first);
    plainButterfly<2>(x.a, x.c);
    plainButterfly<2>(x.b, x.d);
    plainButterfly<4>(x.a, x.b);
    butterfly(x.c, x.d, fourth);
    x.store(s + i, first);
  }
  unsigned level = 2;
  for (; level + 1 < logLength; level += 2) {
    const std::size_t stride = (length >> (level + 2)) * kNttVectors;
    for (std::size_t block = 0; block < std::size_t{1} << level; ++block) {
      const FrLanes w = roots[block].lanes(), w0 = roots[2 * block].lanes(), w1 = roots[2 * block + 1].lanes();
      FrLanes* const base = s + 4 * stride * block;
      for (std::size_t i = 0; i < stride; ++i) {
        Four x = Four::load(base + i, stride);
        butterfly(x.a, x.c, w);
        butterfly(x.b, x.d, w);
        butterfly(x.a, x.b, w0);
        butterfly(x.c, x.d, w1);
        x.store(base + i, stride);
      }
    }
  }
  if (level == logLength) return;
  for (std::size_t block = 0; block < length / 2; ++block) {
    const FrLanes w = roots[block].lanes();
    FrLanes* const base = s + 2 * kNttVectors * block;
    for (std::size_t i = 0; i < kNttVectors; ++i) butterfly(base[i], base[kNttVectors + i], w);
  }
}

/// The two lowest levels of fromBitReversed where all of their factors but the fourth root of unity are 1.
inline void plainStart(FrLanes* s, std::size_t length, const Uniform* roots) {
  const FrLanes fourth = roots[3].lanes();
  for (std::size_t block = 0; block < length / 4; ++block) {
    FrLanes* const base = s + 4 * kNttVectors * block;
    for (std::size_t i = 0; i < kNttVectors; ++i) {
      Four x = Four::load(base + i, kNttVectors);
      plainButterfly<2>(x.a, x.b);
      plainButterfly<2>(x.c, x.d);
      plainButterfly<4>(x.a, x.c);
      butterfly(x.b, x.d, fourth);
      x.store(base + i, kNttVectors);
    }
  }
}

/// Values of the polynomial whose coefficients stand at their bit-reversed places, in natural order, at the points
/// h w^j; roots[m / 2 + j] = h_m w_m^j where h_m and w_m are h and w to the power length / m. `isPlain`: h is 1.
inline void fromBitReversed(FrLanes* s, unsigned logLength, const Uniform* roots, bool isPlain) {
  const std::size_t length = std::size_t{1} << logLength;
  unsigned level = 0;
  if (isPlain) {
    plainStart(s, length, roots);
    level = 2;
  }
  for (; level + 1 < logLength; level += 2) {
    const std::size_t quarter = std::size_t{1} << level;
    const std::size_t stride = quarter * kNttVectors;
    for (std::size_t block = 0; block < length; block += 4 * quarter) {
      for (std::size_t j = 0; j < quarter; ++j) {
        const FrLanes w = roots[quarter + j].lanes();
        const FrLanes w0 = roots[2 * quarter + j].lanes(), w1 = roots[3 * quarter + j].lanes();
        FrLanes* const base = s + (block + j) * kNttVectors;
        for (std::size_t i = 0; i < kNttVectors; ++i) {
          Four x = Four::load(base + i, stride);
          butterfly(x.a, x.b, w);
          butterfly(x.c, x.d, w);
          butterfly(x.a, x.c, w0);
          butterfly(x.b, x.d, w1);
          x.store(base + i, stride);
        }
      }
    }
  }
  if (level == logLength) return;
  const std::size_t half = length / 2;
  for (std::size_t j = 0; j < half; ++j) {
    const FrLanes w = roots[half + j].lanes();
    for (std::size_t i = 0; i < kNttVectors; ++i) butterfly(s[j * kNttVectors + i], s[(half + j) * kNttVectors + i], w);
  }
}

}  // namespace straddle::STRADDLE_ISA
