// Points of y^2 = x^3 + b one at a time, without divisions: (X, Y, ZZ, ZZZ) stands for x = X/ZZ, y = Y/ZZZ with
// ZZ^3 = ZZZ^2; infinity has ZZ = 0. Formulas: hyperelliptic.org/EFD, "xyzz", for a = 0. A kernel header.
#pragma once

#include "curve/Fq2.h"

namespace straddle::STRADDLE_ISA {

template <class F>
struct Affine {
  F x, y;
  /// (0, 0) is on neither curve and stands for infinity.
  bool isInfinity() const { return x.isZero() && y.isZero(); }
};

template <class F>
struct Xyzz {
  F x, y, zz, zzz;

  static constexpr Xyzz infinity() { return {F::zero(), F::zero(), F::zero(), F::zero()}; }
  static Xyzz from(const Affine<F>& p) {
    return p.isInfinity() ? infinity() : Xyzz{p.x, p.y, F::one(), F::one()};
  }
  bool isInfinity() const { return zz.isZero(); }

  Affine<F> toAffine() const {
    if (isInfinity()) return {F::zero(), F::zero()};
    const F inverse = F::inverse(zzz);
    const F z = F::mul(inverse, zz);  // ZZ / ZZZ = 1/Z
    return {F::mul(x, F::sqr(z)), F::mul(y, inverse)};
  }

  static Xyzz dbl(const Xyzz& p) {
    if (p.isInfinity()) return p;
    const F u = F::dbl(p.y), v = F::sqr(u), w = F::mul(u, v), s = F::mul(p.x, v);
    const F square = F::sqr(p.x), m = F::add(F::dbl(square), square);
    const F x = F::sub(F::sqr(m), F::dbl(s));
    return {x, F::sub(F::mul(m, F::sub(s, x)), F::mul(w, p.y)), F::mul(v, p.zz), F::mul(w, p.zzz)};
  }

  static Xyzz add(const Xyzz& p, const Xyzz& q) {
    if (p.isInfinity()) return q;
    if (q.isInfinity()) return p;
    const F u1 = F::mul(p.x, q.zz), u2 = F::mul(q.x, p.zz), s1 = F::mul(p.y, q.zzz), s2 = F::mul(q.y, p.zzz);
    if (u1 == u2) return s1 == s2 ? dbl(p) : infinity();
    const F h = F::sub(u2, u1), r = F::sub(s2, s1), hh = F::sqr(h), hhh = F::mul(h, hh), v = F::mul(u1, hh);
    const F x = F::sub(F::sub(F::sqr(r), hhh), F::dbl(v));
    return {x, F::sub(F::mul(r, F::sub(v, x)), F::mul(s1, hhh)), F::mul(F::mul(p.zz, q.zz), hh),
            F::mul(F::mul(p.zzz, q.zzz), hhh)};
  }

  static Xyzz add(const Xyzz& p, const Affine<F>& q) {
    if (q.isInfinity()) return p;
    if (p.isInfinity()) return from(q);
    const F u2 = F::mul(q.x, p.zz), s2 = F::mul(q.y, p.zzz);
    if (p.x == u2) return p.y == s2 ? dbl(p) : infinity();
    const F h = F::sub(u2, p.x), r = F::sub(s2, p.y), hh = F::sqr(h), hhh = F::mul(h, hh), v = F::mul(p.x, hh);
    const F x = F::sub(F::sub(F::sqr(r), hhh), F::dbl(v));
    return {x, F::sub(F::mul(r, F::sub(v, x)), F::mul(p.y, hhh)), F::mul(p.zz, hh), F::mul(p.zzz, hhh)};
  }

  /// scalar * p for a plain scalar, by doubling and adding: the time depends on the scalar.
  static Xyzz multiply(const Xyzz& p, const Element& scalar) {
    Xyzz r = infinity();
    for (int bit = 255; bit >= 0; --bit) {
      r = dbl(r);
      if (scalar.limb[bit >> 6] >> (bit & 63) & 1) r = add(r, p);
    }
    return r;
  }
  static Xyzz multiplySmall(const Xyzz& p, u64 scalar) {
    Xyzz r = infinity();
    for (int bit = 63 - (scalar == 0 ? 63 : __builtin_clzll(scalar)); bit >= 0; --bit) {
      r = dbl(r);
      if (scalar >> bit & 1) r = add(r, p);
    }
    return r;
  }
};

}  // namespace straddle::STRADDLE_ISA
