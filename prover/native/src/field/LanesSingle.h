// Lanes.h on one scalar element. A kernel header.
#pragma once

#include "field/Fp.h"

namespace straddle::STRADDLE_ISA {

/// One bit a lane.
using LaneMask = unsigned char;

template <class P>
struct Lanes {
  static constexpr int kCount = 1;
  static constexpr LaneMask kAll = 1;
  Fp<P> v;

  static Lanes zero() { return {Fp<P>::zero()}; }
  static Lanes one() { return {Fp<P>::one()}; }
  /// The same external element in every lane.
  static Lanes broadcast(const Element& external) { return {{external}}; }

  static Lanes mul(const Lanes& a, const Lanes& b) { return {Fp<P>::mul(a.v, b.v)}; }
  static Lanes sqr(const Lanes& a) { return {Fp<P>::sqr(a.v)}; }
  static Lanes add(const Lanes& a, const Lanes& b) { return {Fp<P>::add(a.v, b.v)}; }
  template <int K>
  static Lanes sub(const Lanes& a, const Lanes& b) {
    return {Fp<P>::sub(a.v, b.v)};
  }
  template <int K>
  static Lanes fold(const Lanes& a) {
    return a;
  }
  static Lanes canonical(const Lanes& a) { return a; }

  LaneMask isZero() const { return v.isZero(); }
  static LaneMask equals(const Lanes& a, const Lanes& b) { return a.v == b.v; }
  /// a in the lanes of the mask, b in the others.
  static Lanes select(LaneMask mask, const Lanes& a, const Lanes& b) { return (mask & 1) ? a : b; }

  /// kCount consecutive external elements.
  static Lanes load(const Element* external) { return {{*external}}; }
  /// Canonical external elements; accepts bounds up to 84.
  void store(Element* external) const { *external = v.e; }
  static Lanes loadPacked(const Element* packed) { return {{*packed}}; }
  /// Accepts bounds up to 5.
  void storePacked(Element* packed) const { *packed = v.e; }

  /// Two elements that stand side by side (64 bytes) at each of kCount places. External ones have a bound of 16.
  static void loadPairs(const Element* const* external, Lanes& first, Lanes& second) {
    first = {{external[0][0]}};
    second = {{external[0][1]}};
  }
  static void loadPackedPairs(const Element* const* packed, Lanes& first, Lanes& second) {
    loadPairs(packed, first, second);
  }
  static void storePackedPairs(Element* const* packed, const Lanes& first, const Lanes& second) {
    packed[0][0] = first.v.e;
    packed[0][1] = second.v.e;
  }
  /// One element (32 bytes) at each of kCount places. External ones have a bound of 16.
  static Lanes gather(const Element* const* external) { return {{*external[0]}}; }
  static Lanes gatherPacked(const Element* const* packed) { return {{*packed[0]}}; }
};

}  // namespace straddle::STRADDLE_ISA
