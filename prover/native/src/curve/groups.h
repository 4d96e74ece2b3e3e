// G1 and G2 for code that is written once for both: types of coordinates and how points lie in memory. A kernel header.
#pragma once

#include <cstring>

#include "curve/Fq2Lanes.h"
#include "curve/Xyzz.h"

namespace straddle::STRADDLE_ISA {

#define STRADDLE_INLINE static inline __attribute__((always_inline))

/// External points, which may lie at any address.
struct PlaceOfPoint {
  /// x and y of points of G1, or the two halves of a coordinate of G2.
  STRADDLE_INLINE void loadPairs(const Element* const* at, FqLanes& first, FqLanes& second) {
#ifdef STRADDLE_IFMA
    FqLanes::loadPairs(at, first, second);
#else
    std::memcpy(&first, at[0], sizeof(Element));
    std::memcpy(&second, at[0] + 1, sizeof(Element));
#endif
  }
  STRADDLE_INLINE FqLanes gather(const Element* const* at) {
#ifdef STRADDLE_IFMA
    return FqLanes::gather(at);
#else
    FqLanes a;
    std::memcpy(&a, at[0], sizeof(Element));
    return a;
#endif
  }
};

struct G1 {
  using Lanes = FqLanes;
  using Scalar = Fq;
  using Point = AffineG1;
  /// Elements of a point.
  static constexpr int kElements = 2;

  STRADDLE_INLINE void load(const Element* const* at, Lanes& x, Lanes& y) {
    PlaceOfPoint::loadPairs(at, x, y);
  }
  STRADDLE_INLINE Lanes loadX(const Element* const* at) { return PlaceOfPoint::gather(at); }
  STRADDLE_INLINE void loadPacked(const Element* const* at, Lanes& x, Lanes& y) { Lanes::loadPackedPairs(at, x, y); }
  STRADDLE_INLINE Lanes loadPackedX(const Element* const* at) { return Lanes::gatherPacked(at); }
  STRADDLE_INLINE void storePacked(Element* const* at, const Lanes& x, const Lanes& y) {
    Lanes::storePackedPairs(at, x, y);
  }
  /// Lanes from and to scalars; bounds 16 and 84.
  static Lanes gatherScalars(const Scalar* s) { return Lanes::load(&s->e); }
  static void scatterScalars(const Lanes& a, Scalar* s) { a.store(&s->e); }
  /// A difference of two external coordinates, at most 32, as a factor of a product with a value of at most 2.
  STRADDLE_INLINE const Lanes& factor(const Lanes& a) { return a; }

  static Scalar b() { return Fq::fromSmall(3); }
};

struct G2 {
  using Lanes = Fq2Lanes;
  using Scalar = Fq2;
  using Point = AffineG2;
  static constexpr int kElements = 4;

  STRADDLE_INLINE void load(const Element* const* at, Lanes& x, Lanes& y) {
    x = loadX(at);
    const Element* ys[Lanes::kCount];
    for (int i = 0; i < Lanes::kCount; ++i) ys[i] = at[i] + 2;
    y = loadX(ys);
  }
  STRADDLE_INLINE Lanes loadX(const Element* const* at) {
    Lanes x;
    PlaceOfPoint::loadPairs(at, x.c0, x.c1);
    return x;
  }
  STRADDLE_INLINE void loadPacked(const Element* const* at, Lanes& x, Lanes& y) {
    x = loadPackedX(at);
    const Element* ys[Lanes::kCount];
    for (int i = 0; i < Lanes::kCount; ++i) ys[i] = at[i] + 2;
    y = loadPackedX(ys);
  }
  STRADDLE_INLINE Lanes loadPackedX(const Element* const* at) {
    Lanes x;
    FqLanes::loadPackedPairs(at, x.c0, x.c1);
    return x;
  }
  STRADDLE_INLINE void storePacked(Element* const* at, const Lanes& x, const Lanes& y) {
    FqLanes::storePackedPairs(at, x.c0, x.c1);
    Element* ys[Lanes::kCount];
    for (int i = 0; i < Lanes::kCount; ++i) ys[i] = at[i] + 2;
    FqLanes::storePackedPairs(ys, y.c0, y.c1);
  }
  static Lanes gatherScalars(const Scalar* s) {
    const Element* at[Lanes::kCount];
    for (int i = 0; i < Lanes::kCount; ++i) at[i] = &s[i].c0.e;
    return loadX(at);
  }
  static void scatterScalars(const Lanes& a, Scalar* s) {
    Element c0[Lanes::kCount], c1[Lanes::kCount];
    a.c0.store(c0);
    a.c1.store(c1);
    for (int i = 0; i < Lanes::kCount; ++i) s[i] = {{c0[i]}, {c1[i]}};
  }
  STRADDLE_INLINE Lanes factor(const Lanes& a) { return reduced(a); }

  /// The twist's constant, 3 / (9 + u).
  static Scalar b() {
    return Fq2::mul({Fq::fromSmall(3), Fq::zero()}, Fq2::inverse({Fq::fromSmall(9), Fq::one()}));
  }
};

#undef STRADDLE_INLINE

}  // namespace straddle::STRADDLE_ISA
