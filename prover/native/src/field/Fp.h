// One field element in Montgomery form, R = 2^256, always below the modulus. A kernel header (see kernels/Kernels.h).
//
// Multiplication is Montgomery's with word-by-word reduction ("CIOS", Koc, Acar, Kaliski 1996). Both moduli leave the top
// two bits of the highest word free, so that no extra carry word is needed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "field/Bn254.h"
#include "field/Element.h"

#ifndef STRADDLE_ISA
#error "define STRADDLE_ISA (portable, adx or ifma) before a kernel header"
#endif

namespace straddle::STRADDLE_ISA {

using u64 = std::uint64_t;
using u128 = unsigned __int128;

template <class P>
struct Fp {
  Element e;

  static constexpr Fp zero() { return {{{0, 0, 0, 0}}}; }
  static constexpr Fp one() { return fromWords(P::kOne); }
  static constexpr Fp fromWords(const detail::Words4& w) { return {{{w.w[0], w.w[1], w.w[2], w.w[3]}}}; }
  static Fp from(const Element& element) { return {element}; }

  /// From a plain value below the modulus.
  static Fp fromPlain(const Element& plain) { return mul({plain}, fromWords(P::kSquare)); }
  static Fp fromSmall(u64 value) { return fromPlain({{value, 0, 0, 0}}); }
  Element toPlain() const { return mul(*this, {{{1, 0, 0, 0}}}).e; }

  bool isZero() const { return (e.limb[0] | e.limb[1] | e.limb[2] | e.limb[3]) == 0; }
  bool operator==(const Fp& o) const {
    return ((e.limb[0] ^ o.e.limb[0]) | (e.limb[1] ^ o.e.limb[1]) | (e.limb[2] ^ o.e.limb[2]) |
            (e.limb[3] ^ o.e.limb[3])) == 0;
  }
  bool operator!=(const Fp& o) const { return !(*this == o); }

  /// a where mask is all ones, b where it is zero; no branch, for secrets.
  static Fp select(u64 mask, const Fp& a, const Fp& b) {
    Fp r;
    for (int i = 0; i < 4; ++i) r.e.limb[i] = (a.e.limb[i] & mask) | (b.e.limb[i] & ~mask);
    return r;
  }

  static inline Fp add(const Fp& a, const Fp& b);
  static inline Fp sub(const Fp& a, const Fp& b);
  static Fp neg(const Fp& a) { return sub(zero(), a); }
  static Fp dbl(const Fp& a) { return add(a, a); }
  static inline Fp mul(const Fp& a, const Fp& b);
  static Fp sqr(const Fp& a) { return mul(a, a); }

  /// a^exponent for a public exponent (it branches on its bits).
  static Fp pow(const Fp& a, const detail::Words4& exponent) {
    Fp r = one();
    for (int bit = 255; bit >= 0; --bit) {
      r = sqr(r);
      if (exponent.w[bit >> 6] >> (bit & 63) & 1) r = mul(r, a);
    }
    return r;
  }

  /// 1/a, and 0 for 0, by Fermat: the exponent is public, so the time does not depend on a.
  static Fp inverse(const Fp& a) { return pow(a, P::kInverseExponent); }

 private:
  /// Subtracts the modulus if it fits; without a branch, since which it is cannot be predicted.
  static inline Fp reduceOnce(u64 t0, u64 t1, u64 t2, u64 t3);
};

using Fq = Fp<FqParameters>;
using Fr = Fp<FrParameters>;

}  // namespace straddle::STRADDLE_ISA

#ifdef STRADDLE_ADX
#include "field/FpAdx.h"
#else
#include "field/FpPortable.h"
#endif
