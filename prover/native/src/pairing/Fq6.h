// Fq6 = Fq2[v] / (v^3 - xi), xi = 9 + u. A kernel header.
#pragma once

#include "curve/Fq2.h"

namespace straddle::STRADDLE_ISA {

/// xi * a.
inline Fq2 mulByXi(const Fq2& a) {
  const Fq2 a2 = Fq2::dbl(a), a4 = Fq2::dbl(a2), a9 = Fq2::add(Fq2::dbl(a4), a);
  return {Fq::sub(a9.c0, a.c1), Fq::add(a9.c1, a.c0)};
}

inline Fq2 scale(const Fq2& a, const Fq& k) { return {Fq::mul(a.c0, k), Fq::mul(a.c1, k)}; }

inline Fq2 conjugate(const Fq2& a) { return {a.c0, Fq::neg(a.c1)}; }

struct Fq6 {
  Fq2 c0, c1, c2;

  static Fq6 zero() { return {Fq2::zero(), Fq2::zero(), Fq2::zero()}; }
  static Fq6 one() { return {Fq2::one(), Fq2::zero(), Fq2::zero()}; }
  bool operator==(const Fq6& o) const { return c0 == o.c0 && c1 == o.c1 && c2 == o.c2; }

  static Fq6 add(const Fq6& a, const Fq6& b) {
    return {Fq2::add(a.c0, b.c0), Fq2::add(a.c1, b.c1), Fq2::add(a.c2, b.c2)};
  }
  static Fq6 sub(const Fq6& a, const Fq6& b) {
    return {Fq2::sub(a.c0, b.c0), Fq2::sub(a.c1, b.c1), Fq2::sub(a.c2, b.c2)};
  }
  static Fq6 neg(const Fq6& a) { return {Fq2::neg(a.c0), Fq2::neg(a.c1), Fq2::neg(a.c2)}; }

  /// Karatsuba on each pair of coefficients: six products in place of nine.
  static Fq6 mul(const Fq6& a, const Fq6& b) {
    const Fq2 p0 = Fq2::mul(a.c0, b.c0), p1 = Fq2::mul(a.c1, b.c1), p2 = Fq2::mul(a.c2, b.c2);
    const Fq2 p12 = Fq2::sub(Fq2::sub(Fq2::mul(Fq2::add(a.c1, a.c2), Fq2::add(b.c1, b.c2)), p1), p2);
    const Fq2 p01 = Fq2::sub(Fq2::sub(Fq2::mul(Fq2::add(a.c0, a.c1), Fq2::add(b.c0, b.c1)), p0), p1);
    const Fq2 p02 = Fq2::sub(Fq2::sub(Fq2::mul(Fq2::add(a.c0, a.c2), Fq2::add(b.c0, b.c2)), p0), p2);
    return {Fq2::add(p0, mulByXi(p12)), Fq2::add(p01, mulByXi(p2)), Fq2::add(p02, p1)};
  }
  /// a * (b0 + b1 v).
  static Fq6 mulSparse(const Fq6& a, const Fq2& b0, const Fq2& b1) {
    const Fq2 p0 = Fq2::mul(a.c0, b0), p1 = Fq2::mul(a.c1, b1);
    const Fq2 p01 = Fq2::sub(Fq2::sub(Fq2::mul(Fq2::add(a.c0, a.c1), Fq2::add(b0, b1)), p0), p1);
    return {Fq2::add(p0, mulByXi(Fq2::mul(a.c2, b1))), p01, Fq2::add(Fq2::mul(a.c2, b0), p1)};
  }
  static Fq6 mulByFq(const Fq6& a, const Fq& k) { return {scale(a.c0, k), scale(a.c1, k), scale(a.c2, k)}; }
  /// v * a.
  static Fq6 mulByV(const Fq6& a) { return {mulByXi(a.c2), a.c0, a.c1}; }

  /// By the norm to Fq2.
  static Fq6 inverse(const Fq6& a) {
    const Fq2 t0 = Fq2::sub(Fq2::sqr(a.c0), mulByXi(Fq2::mul(a.c1, a.c2)));
    const Fq2 t1 = Fq2::sub(mulByXi(Fq2::sqr(a.c2)), Fq2::mul(a.c0, a.c1));
    const Fq2 t2 = Fq2::sub(Fq2::sqr(a.c1), Fq2::mul(a.c0, a.c2));
    const Fq2 crossed = Fq2::add(Fq2::mul(a.c2, t1), Fq2::mul(a.c1, t2));
    const Fq2 norm = Fq2::inverse(Fq2::add(Fq2::mul(a.c0, t0), mulByXi(crossed)));
    return {Fq2::mul(t0, norm), Fq2::mul(t1, norm), Fq2::mul(t2, norm)};
  }
};

}  // namespace straddle::STRADDLE_ISA
