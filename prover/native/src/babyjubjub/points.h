// Points of the curve in extended coordinates (u = X/Z, y = Y/Z, T = XY/Z), with the formulas dbl-2008-hwcd and
// add-2008-hwcd-3 of the Explicit-Formulas Database for a = -1. A kernel header; W: see poseidon/SingleWord.h.
//
// Bounds for LaneWords, in multiples of p: coordinates are below 2. Everything else is noted where it arises; products of
// two bounds stay at 64 or below, of 84.
#pragma once

#include "babyjubjub/BabyJubjub.h"
#include "poseidon/SingleWord.h"

namespace straddle::STRADDLE_ISA {

template <class W>
struct Point {
  W x, y, z, t;
  static Point identity() { return {W::zero(), W::one(), W::one(), W::zero()}; }
};

/// What an addition wants to know of its second point; zDouble = 2 Z.
template <class W>
struct Addend {
  W yPlusX, yMinusX, zDouble, dt2;
};

/// T is needed by the next addition only; without it a product is saved.
enum class WithT { no, yes };

template <class W>
inline Point<W> finish(const W& e, const W& f, const W& g, const W& h, WithT withT) {
  return {W::mul(e, f), W::mul(g, h), W::mul(f, g), withT == WithT::yes ? W::mul(e, h) : W::zero()};
}

// Not inlined, these two: in one long function compilers spill more than the calls cost.
template <class W>
__attribute__((noinline)) Point<W> doubled(const Point<W>& p, WithT withT) {
  const W a = W::sqr(p.x), b = W::sqr(p.y), zz = W::sqr(p.z);
  const W h = W::add(a, b);                                           // 4
  const W e = W::template sub<2>(h, W::sqr(W::add(p.x, p.y)));        // 6
  const W g = W::template sub<2>(a, b);                               // 4
  const W f = W::add(W::add(zz, zz), g);                              // 8
  return finish(e, f, g, h, withT);                                   // 6 * 8
}

/// p + q, or p - q in the lanes of `negative`; q's yPlusX, yMinusX and dt2 may have a bound of 16.
template <class W>
__attribute__((noinline)) Point<W> added(const Point<W>& p, W yPlusX, W yMinusX, const W& z, const W& dt2, typename W::Mask negative,
                      WithT withT) {
  W::swapIf(negative, yPlusX, yMinusX);
  const W a = W::mul(W::template sub<2>(p.y, p.x), yMinusX);          // 4 * 16
  const W b = W::mul(W::add(p.y, p.x), yPlusX);
  const W c = W::mul(p.t, dt2);
  W f = W::template sub<2>(z, c);                                     // 4 + 2
  W g = W::add(z, c);                                                 // 4 + 2
  W::swapIf(negative, f, g);
  return finish(W::template sub<2>(b, a), f, g, W::add(b, a), withT); // 6 * 6
}

template <class W>
inline Point<W> added(const Point<W>& p, const Addend<W>& q, typename W::Mask negative, WithT withT) {
  return added(p, q.yPlusX, q.yMinusX, W::mul(p.z, q.zDouble), q.dt2, negative, withT);
}

/// The second point has Z = 1.
template <class W>
inline Point<W> addedAffine(const Point<W>& p, const W& yPlusX, const W& yMinusX, const W& dt2,
                            typename W::Mask negative, WithT withT) {
  return added(p, yPlusX, yMinusX, W::add(p.z, p.z), dt2, negative, withT);
}

template <class W>
inline Addend<W> addendOf(const Point<W>& p) {
  return {W::add(p.y, p.x), W::template sub<2>(p.y, p.x), W::add(p.z, p.z), W::mul(p.t, W::constant(kJubjub2D))};
}

template <class W>
inline Point<W> eightTimes(const Point<W>& p) {
  return doubled(doubled(doubled(p, WithT::no), WithT::no), WithT::yes);
}

/// (u, y), plain and reduced coordinates of a bound of 2.
template <class W>
inline Point<W> pointOf(const W& u, const W& y) {
  return {u, y, W::one(), W::mul(u, y)};
}

/// -u^2 + y^2 = 1 + d u^2 y^2, as y^2 - u^2 - d u^2 y^2 - 1 = 0.
template <class W>
inline typename W::Mask isOnCurve(const W& u, const W& y) {
  const W uu = W::sqr(u), yy = W::sqr(y);
  const W right = W::add(W::one(), W::mul(W::constant(kJubjubD), W::mul(uu, yy)));  // 3
  const W difference = W::template sub<4>(W::template sub<2>(yy, uu), right);       // 8
  return W::isZero(W::mul(difference, W::one()));
}

/// Signed digits of kBits bits, lowest first: -2^(kBits-1) to 2^(kBits-1) - 1. The scalar must be below
/// 2^(kBits kCount - 1). No branch depends on it.
template <int kBits, int kCount>
inline void signedDigits(const u64* scalar, signed char* digits) {
  int carry = 0;
  for (int i = 0; i < kCount; ++i) {
    const int bit = i * kBits, word = bit >> 6, offset = bit & 63;
    u64 value = scalar[word] >> offset;
    if (offset + kBits > 64 && word < 3) value |= scalar[word + 1] << (64 - offset);
    const int digit = static_cast<int>(value & ((1 << kBits) - 1)) + carry;
    carry = (digit + (1 << (kBits - 1))) >> kBits;
    digits[i] = static_cast<signed char>(digit - (carry << kBits));
  }
}

}  // namespace straddle::STRADDLE_ISA
