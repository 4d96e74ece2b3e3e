// Fq2 over Lanes: several elements at once. A kernel header. A bound holds for both coordinates, in multiples of p:
//
//   mul       the left operand is at most 2, the right one at most 21; the result is below 2
//   sqr       at most 4; the result is below 4
//   the rest  as in field/Lanes.h and curve/lanesReduction.h
#pragma once

#include "curve/lanesReduction.h"

namespace straddle::STRADDLE_ISA {

#define STRADDLE_INLINE inline __attribute__((always_inline))

struct Fq2Lanes {
  static constexpr int kCount = FqLanes::kCount;
  static constexpr LaneMask kAll = FqLanes::kAll;
  FqLanes c0, c1;

  static Fq2Lanes zero() { return {FqLanes::zero(), FqLanes::zero()}; }
  static Fq2Lanes one() { return {FqLanes::one(), FqLanes::zero()}; }
  LaneMask isZero() const { return c0.isZero() & c1.isZero(); }
};

STRADDLE_INLINE Fq2Lanes add(const Fq2Lanes& a, const Fq2Lanes& b) { return {add(a.c0, b.c0), add(a.c1, b.c1)}; }
template <int K>
STRADDLE_INLINE Fq2Lanes sub(const Fq2Lanes& a, const Fq2Lanes& b) {
  return {sub<K>(a.c0, b.c0), sub<K>(a.c1, b.c1)};
}
STRADDLE_INLINE Fq2Lanes reduced(const Fq2Lanes& a) { return {reduced(a.c0), reduced(a.c1)}; }
STRADDLE_INLINE Fq2Lanes canonical(const Fq2Lanes& a) { return {canonical(a.c0), canonical(a.c1)}; }
STRADDLE_INLINE Fq2Lanes select(LaneMask mask, const Fq2Lanes& a, const Fq2Lanes& b) {
  return {select(mask, a.c0, b.c0), select(mask, a.c1, b.c1)};
}
template <int K>
STRADDLE_INLINE Fq2Lanes negatedIf(LaneMask mask, const Fq2Lanes& a) {
  return {negatedIf<K>(mask, a.c0), negatedIf<K>(mask, a.c1)};
}
template <int K>
STRADDLE_INLINE Fq2Lanes signedDifference(const Fq2Lanes& a, LaneMask minusA, const Fq2Lanes& b, LaneMask minusB) {
  return {signedDifference<K>(a.c0, minusA, b.c0, minusB), signedDifference<K>(a.c1, minusA, b.c1, minusB)};
}
template <int K>
STRADDLE_INLINE Fq2Lanes minusSigned(const Fq2Lanes& a, const Fq2Lanes& b, LaneMask minusB) {
  return {minusSigned<K>(a.c0, b.c0, minusB), minusSigned<K>(a.c1, b.c1, minusB)};
}
template <int K>
STRADDLE_INLINE Fq2Lanes minus(const Fq2Lanes& a, const Fq2Lanes& b) {
  return {minus<K>(a.c0, b.c0), minus<K>(a.c1, b.c1)};
}
template <int K>
STRADDLE_INLINE Fq2Lanes minusBoth(const Fq2Lanes& a, const Fq2Lanes& b, const Fq2Lanes& c) {
  return {minusBoth<K>(a.c0, b.c0, c.c0), minusBoth<K>(a.c1, b.c1, c.c1)};
}

STRADDLE_INLINE Fq2Lanes mul(const Fq2Lanes& a, const Fq2Lanes& b) {
#ifdef STRADDLE_IFMA
  // Four products but two reductions, which costs as much as Karatsuba's three of each and needs fewer additions.
  return {productSum(a.c0, b.c0, sub<2>(FqLanes::zero(), a.c1), b.c1), productSum(a.c0, b.c1, a.c1, b.c0)};
#else
  const FqLanes low = mul(a.c0, b.c0), high = mul(a.c1, b.c1);
  const FqLanes cross = mul(add(a.c0, a.c1), add(b.c0, b.c1));
  return {sub<2>(low, high), sub<2>(sub<2>(cross, low), high)};
#endif
}

STRADDLE_INLINE Fq2Lanes sqr(const Fq2Lanes& a) {
  const FqLanes product = mul(a.c0, a.c1);
  return {mul(add(a.c0, a.c1), sub<4>(a.c0, a.c1)), add(product, product)};
}

#undef STRADDLE_INLINE

}  // namespace straddle::STRADDLE_ISA
