// Several field elements that go through the same steps at once: eight with AVX-512 IFMA, one without. A kernel header.
//
// Both variants have the same interface, so that an algorithm is written once. Values are only loosely reduced; whoever
// writes an algorithm keeps account of the bounds, in multiples of the modulus p:
//
//   mul, sqr      accept any two inputs whose bounds multiply to at most 84 (p^2); the result is below 2p
//   add           the bounds add up
//   sub<K>        a - b + K p, for b at most K p; the result is below (bound of a) + K
//   fold<K>       subtracts K p if that leaves no negative value: a bound of up to 2K becomes K
//   canonical     from below 2p to below p; only then do isZero and equals mean anything
//
// No bound may exceed 84 (with IFMA the radix 2^260 is 84.6 p; that is where all of these come from). The single-lane
// variant is always canonical: there, fold and canonical do nothing.
//
// Two memory layouts: "external" is an Element as in .zkey files; "packed" are the same 32 bytes in the variant's own
// Montgomery form and below 2^256 (5.2 p), for scratch memory between two steps of one algorithm.
#pragma once

#ifdef STRADDLE_IFMA
#include "field/LanesIfma.h"
#else
#include "field/LanesSingle.h"
#endif

namespace straddle::STRADDLE_ISA {

// The same operations as free functions: a template over fields writes sub<2>(a, b), not F::template sub<2>(a, b).
#define STRADDLE_INLINE inline __attribute__((always_inline))

template <class P>
STRADDLE_INLINE Lanes<P> mul(const Lanes<P>& a, const Lanes<P>& b) {
  return Lanes<P>::mul(a, b);
}
template <class P>
STRADDLE_INLINE Lanes<P> sqr(const Lanes<P>& a) {
  return Lanes<P>::sqr(a);
}
template <class P>
STRADDLE_INLINE Lanes<P> add(const Lanes<P>& a, const Lanes<P>& b) {
  return Lanes<P>::add(a, b);
}
template <int K, class P>
STRADDLE_INLINE Lanes<P> sub(const Lanes<P>& a, const Lanes<P>& b) {
  return Lanes<P>::template sub<K>(a, b);
}
template <int K, class P>
STRADDLE_INLINE Lanes<P> fold(const Lanes<P>& a) {
  return Lanes<P>::template fold<K>(a);
}
template <class P>
STRADDLE_INLINE Lanes<P> canonical(const Lanes<P>& a) {
  return Lanes<P>::canonical(a);
}
template <class P>
STRADDLE_INLINE Lanes<P> select(LaneMask mask, const Lanes<P>& a, const Lanes<P>& b) {
  return Lanes<P>::select(mask, a, b);
}

#undef STRADDLE_INLINE

using FqLanes = Lanes<FqParameters>;
using FrLanes = Lanes<FrParameters>;

}  // namespace straddle::STRADDLE_ISA
