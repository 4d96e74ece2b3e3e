// Fq2 = Fq[u] / (u^2 + 1), one element at a time: what the coordinates of G2 are made of. A kernel header.
#pragma once

#include "field/Fp.h"

namespace straddle::STRADDLE_ISA {

struct Fq2 {
  Fq c0, c1;

  static constexpr Fq2 zero() { return {Fq::zero(), Fq::zero()}; }
  static constexpr Fq2 one() { return {Fq::one(), Fq::zero()}; }

  bool isZero() const { return c0.isZero() && c1.isZero(); }
  bool operator==(const Fq2& o) const { return c0 == o.c0 && c1 == o.c1; }
  bool operator!=(const Fq2& o) const { return !(*this == o); }

  static Fq2 add(const Fq2& a, const Fq2& b) { return {Fq::add(a.c0, b.c0), Fq::add(a.c1, b.c1)}; }
  static Fq2 sub(const Fq2& a, const Fq2& b) { return {Fq::sub(a.c0, b.c0), Fq::sub(a.c1, b.c1)}; }
  static Fq2 neg(const Fq2& a) { return {Fq::neg(a.c0), Fq::neg(a.c1)}; }
  static Fq2 dbl(const Fq2& a) { return add(a, a); }

  /// Karatsuba: three products in place of four.
  static Fq2 mul(const Fq2& a, const Fq2& b) {
    const Fq low = Fq::mul(a.c0, b.c0), high = Fq::mul(a.c1, b.c1);
    const Fq cross = Fq::mul(Fq::add(a.c0, a.c1), Fq::add(b.c0, b.c1));
    return {Fq::sub(low, high), Fq::sub(Fq::sub(cross, low), high)};
  }
  /// (c0 + c1)(c0 - c1) + 2 c0 c1 u.
  static Fq2 sqr(const Fq2& a) {
    const Fq product = Fq::mul(a.c0, a.c1);
    return {Fq::mul(Fq::add(a.c0, a.c1), Fq::sub(a.c0, a.c1)), Fq::dbl(product)};
  }
  /// 1/a, and 0 for 0: the conjugate over the norm.
  static Fq2 inverse(const Fq2& a) {
    const Fq norm = Fq::inverse(Fq::add(Fq::sqr(a.c0), Fq::sqr(a.c1)));
    return {Fq::mul(a.c0, norm), Fq::neg(Fq::mul(a.c1, norm))};
  }
  static Fq2 select(u64 mask, const Fq2& a, const Fq2& b) {
    return {Fq::select(mask, a.c0, b.c0), Fq::select(mask, a.c1, b.c1)};
  }
};

}  // namespace straddle::STRADDLE_ISA
