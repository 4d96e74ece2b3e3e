// What the curves need of Lanes beside its own operations. Bounds as in field/Lanes.h. A kernel header.
//
//   reduced          from any bound up to 84 to a bound of 2
//   negatedIf<K>     K p - a in the lanes of the mask, a in the others, for a at most K p; the bound stays
//   signedDifference<K>  (+-a) - (+-b) + K p with the signs of two masks, for a and b of at most K; at most 2 K
//   minusSigned<K>   a - (+-b), reduced, for b of at most K
//   minusBoth<K>     a - b - c, reduced, for b and c of at most K
//   productSum       a b + c d with one reduction, for bounds with |a| |b| + |c| |d| <= 84; the result is below 2p
#pragma once

#include "field/Lanes.h"

namespace straddle::STRADDLE_ISA {

#define STRADDLE_INLINE inline __attribute__((always_inline))

#ifdef STRADDLE_IFMA

/// The quotient is estimated from the top word: floor(w4 * 84 / 2^52), where 2^260 / p = 84.6. It is at most the true
/// quotient, and short of it by at most 0.64 + 1, so that less than 1.65 p is left.
template <class P>
STRADDLE_INLINE Lanes<P> reduced(const Lanes<P>& a) {
  // a's words need not be settled, as long as the last one is not negative.
  using L = Lanes<P>;
  // 2^260 - p, so that the multiple is subtracted by adding; what leaves the top word is dropped.
  constexpr detail::Words5 p = detail::multiple52(P::kModulus, 1);
  constexpr u64 n0 = detail::kMask52 + 1 - p.w[0], n1 = detail::kMask52 - p.w[1], n2 = detail::kMask52 - p.w[2],
                n3 = detail::kMask52 - p.w[3], n4 = detail::kMask52 - p.w[4];
  const auto q = L::high(_mm512_setzero_si512(), a.w[4], L::word(84));
  const auto r0 = L::low(a.w[0], q, L::word(n0));
  const auto r1 = L::high(L::low(a.w[1], q, L::word(n1)), q, L::word(n0));
  const auto r2 = L::high(L::low(a.w[2], q, L::word(n2)), q, L::word(n1));
  const auto r3 = L::high(L::low(a.w[3], q, L::word(n3)), q, L::word(n2));
  const auto r4 = L::high(L::low(a.w[4], q, L::word(n4)), q, L::word(n3));
  L r = L::settle(r0, r1, r2, r3, r4);
  r.w[4] = _mm512_and_si512(r.w[4], L::word(detail::kMask52));
  return r;
}

template <int K, class P>
STRADDLE_INLINE Lanes<P> unsettledNegatedIf(LaneMask mask, const Lanes<P>& a) {
  constexpr detail::Words5 kp = detail::multiple52(P::kModulus, K);
  Lanes<P> r;
#pragma GCC unroll 5
  for (int i = 0; i < 5; ++i) r.w[i] = _mm512_mask_sub_epi64(a.w[i], mask, Lanes<P>::word(kp.w[i]), a.w[i]);
  return r;
}

/// a - b + K p, word by word.
template <int K, class P>
STRADDLE_INLINE Lanes<P> unsettledSub(const Lanes<P>& a, const Lanes<P>& b) {
  constexpr detail::Words5 kp = detail::multiple52(P::kModulus, K);
  Lanes<P> r;
#pragma GCC unroll 5
  for (int i = 0; i < 5; ++i) {
    r.w[i] = _mm512_add_epi64(_mm512_sub_epi64(a.w[i], b.w[i]), Lanes<P>::word(kp.w[i]));
  }
  return r;
}

template <int K, class P>
STRADDLE_INLINE Lanes<P> signedDifference(const Lanes<P>& a, LaneMask minusA, const Lanes<P>& b, LaneMask minusB) {
  const Lanes<P> r = unsettledSub<K>(unsettledNegatedIf<K>(minusA, a), unsettledNegatedIf<K>(minusB, b));
  return Lanes<P>::settle(r.w[0], r.w[1], r.w[2], r.w[3], r.w[4]);
}

// One p more than the bound asks for keeps the last word positive before carries are settled.
template <int K, class P>
STRADDLE_INLINE Lanes<P> minusSigned(const Lanes<P>& a, const Lanes<P>& b, LaneMask minusB) {
  return reduced(unsettledSub<K + 1>(a, unsettledNegatedIf<K>(minusB, b)));
}
template <int K, class P>
STRADDLE_INLINE Lanes<P> minus(const Lanes<P>& a, const Lanes<P>& b) {
  return reduced(unsettledSub<K + 1>(a, b));
}
template <int K, class P>
STRADDLE_INLINE Lanes<P> minusBoth(const Lanes<P>& a, const Lanes<P>& b, const Lanes<P>& c) {
  Lanes<P> r = unsettledSub<2 * K + 1>(a, b);
#pragma GCC unroll 5
  for (int i = 0; i < 5; ++i) r.w[i] = _mm512_sub_epi64(r.w[i], c.w[i]);
  return reduced(r);
}

/// The highest bits of kCount words.
STRADDLE_INLINE LaneMask signs(const std::uint32_t* words) {
  return _mm256_movepi32_mask(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(words)));
}

template <int K, class P>
STRADDLE_INLINE Lanes<P> negatedIf(LaneMask mask, const Lanes<P>& a) {
  return Lanes<P>::select(mask, sub<K>(Lanes<P>::zero(), a), a);
}

/// Lanes::mul with twice the products before each word's reduction: the accumulators stay below 2^57.
template <class P>
STRADDLE_INLINE Lanes<P> productSum(const Lanes<P>& a, const Lanes<P>& b, const Lanes<P>& c, const Lanes<P>& d) {
  using L = Lanes<P>;
  using V = typename L::V;
  constexpr detail::Words5 p = detail::multiple52(P::kModulus, 1);
  const V p0 = L::word(p.w[0]), p1 = L::word(p.w[1]), p2 = L::word(p.w[2]), p3 = L::word(p.w[3]), p4 = L::word(p.w[4]);
  const V inverse = L::word(P::kNegatedInverse52), zero = _mm512_setzero_si512();
  V r0 = zero, r1 = zero, r2 = zero, r3 = zero, r4 = zero;
#pragma GCC unroll 5
  for (int i = 0; i < 5; ++i) {
    const V y = b.w[i], z = d.w[i];
    r0 = L::low(L::low(r0, a.w[0], y), c.w[0], z);
    const V m = L::low(zero, r0, inverse);
    V n0 = L::high(L::low(L::high(L::low(r1, a.w[1], y), a.w[0], y), c.w[1], z), c.w[0], z);
    V n1 = L::high(L::low(L::high(L::low(r2, a.w[2], y), a.w[1], y), c.w[2], z), c.w[1], z);
    V n2 = L::high(L::low(L::high(L::low(r3, a.w[3], y), a.w[2], y), c.w[3], z), c.w[2], z);
    V n3 = L::high(L::low(L::high(L::low(r4, a.w[4], y), a.w[3], y), c.w[4], z), c.w[3], z);
    V n4 = L::high(L::high(zero, a.w[4], y), c.w[4], z);
    const V carry = _mm512_srli_epi64(L::low(r0, m, p0), 52);
    r0 = L::high(L::low(_mm512_add_epi64(n0, carry), m, p1), m, p0);
    r1 = L::high(L::low(n1, m, p2), m, p1);
    r2 = L::high(L::low(n2, m, p3), m, p2);
    r3 = L::high(L::low(n3, m, p4), m, p3);
    r4 = L::high(n4, m, p4);
  }
  return L::settle(r0, r1, r2, r3, r4);
}

#else

template <class P>
STRADDLE_INLINE Lanes<P> reduced(const Lanes<P>& a) {
  return a;
}

/// Without a branch: signs are as good as random.
template <int K, class P>
STRADDLE_INLINE Lanes<P> negatedIf(LaneMask mask, const Lanes<P>& a) {
  return {Fp<P>::select(0 - static_cast<u64>(mask & 1), Fp<P>::neg(a.v), a.v)};
}

template <int K, class P>
STRADDLE_INLINE Lanes<P> signedDifference(const Lanes<P>& a, LaneMask minusA, const Lanes<P>& b, LaneMask minusB) {
  return sub<K>(negatedIf<K>(minusA, a), negatedIf<K>(minusB, b));
}
template <int K, class P>
STRADDLE_INLINE Lanes<P> minusSigned(const Lanes<P>& a, const Lanes<P>& b, LaneMask minusB) {
  return sub<K>(a, negatedIf<K>(minusB, b));
}
template <int K, class P>
STRADDLE_INLINE Lanes<P> minus(const Lanes<P>& a, const Lanes<P>& b) {
  return sub<K>(a, b);
}
template <int K, class P>
STRADDLE_INLINE Lanes<P> minusBoth(const Lanes<P>& a, const Lanes<P>& b, const Lanes<P>& c) {
  return sub<K>(sub<K>(a, b), c);
}
STRADDLE_INLINE LaneMask signs(const std::uint32_t* words) { return static_cast<LaneMask>(*words >> 31); }

#endif

#undef STRADDLE_INLINE

}  // namespace straddle::STRADDLE_ISA
