// PairingKernel's functions on points. A kernel header.
#pragma once

#include "pairing/pairing.h"

namespace straddle::STRADDLE_ISA {

inline bool isCanonicalFq(const Element& e) {
  return !detail::atLeast({{e.limb[0], e.limb[1], e.limb[2], e.limb[3]}}, detail::kFqModulus);
}

/// 3, and 3 / xi of the twist.
inline Fq curveConstant(const Fq*) { return Fq::fromSmall(3); }
inline Fq2 curveConstant(const Fq2*) {
  return scale(Fq2::inverse({Fq::fromSmall(9), Fq::one()}), Fq::fromSmall(3));
}

template <class F>
bool isOnCurve(const Affine<F>& p, const F& constant) {
  return p.isInfinity() || F::sqr(p.y) == F::add(F::mul(F::sqr(p.x), p.x), constant);
}

inline bool isG1(const AffineG1& point) {
  return isCanonicalFq(point.x) && isCanonicalFq(point.y) &&
         isOnCurve(affineOf(point), curveConstant(static_cast<const Fq*>(nullptr)));
}

inline bool isG2(const AffineG2& point) {
  const bool isCanonical = isCanonicalFq(point.x[0]) && isCanonicalFq(point.x[1]) && isCanonicalFq(point.y[0]) &&
                           isCanonicalFq(point.y[1]);
  if (!isCanonical) return false;
  const TwistPoint p = affineOf(point);
  if (!isOnCurve(p, curveConstant(static_cast<const Fq2*>(nullptr)))) return false;
  const detail::Words4& r = detail::kFrModulus;
  return Xyzz<Fq2>::multiply(Xyzz<Fq2>::from(p), {{r.w[0], r.w[1], r.w[2], r.w[3]}}).isInfinity();
}

/// True if the point has canonical coordinates and is at infinity or satisfies the curve's equation.
template <class F, class External>
bool isGoodPoint(const std::uint8_t* bytes, const F& constant) {
  External point;
  Element coordinates[sizeof(External) / sizeof(Element)];
  __builtin_memcpy(&point, bytes, sizeof point);
  __builtin_memcpy(coordinates, bytes, sizeof point);
  for (const Element& e : coordinates) {
    if (!isCanonicalFq(e)) return false;
  }
  return isOnCurve(affineOf(point), constant);
}

template <class F, class External>
std::size_t checkCurve(const std::uint8_t* points, std::size_t count) {
  const F constant = curveConstant(static_cast<const F*>(nullptr));
  for (std::size_t i = 0; i < count; ++i) {
    if (!isGoodPoint<F, External>(points + i * sizeof(External), constant)) return i;
  }
  return count;
}

/// Montgomery's ladder over Xyzz: a doubling and an addition for each bit, whichever it is.
template <class F>
Xyzz<F> multiplySecret(const Affine<F>& p, const Element& scalar) {
  Xyzz<F> low = Xyzz<F>::infinity(), high = Xyzz<F>::from(p);
  const auto select = [](u64 mask, const Xyzz<F>& a, const Xyzz<F>& b) {
    return Xyzz<F>{F::select(mask, a.x, b.x), F::select(mask, a.y, b.y), F::select(mask, a.zz, b.zz),
                   F::select(mask, a.zzz, b.zzz)};
  };
  for (int bit = 253; bit >= 0; --bit) {
    const u64 mask = 0 - (scalar.limb[bit >> 6] >> (bit & 63) & 1);
    const Xyzz<F> sum = Xyzz<F>::add(low, high);
    const Xyzz<F> doubled = Xyzz<F>::dbl(select(mask, high, low));
    low = select(mask, sum, doubled);
    high = select(mask, doubled, sum);
  }
  return low;
}

template <class F, class External>
External combine(const External* points, const Element* scalars, std::size_t count) {
  Xyzz<F> sum = Xyzz<F>::infinity();
  for (std::size_t i = 0; i < count; ++i) sum = Xyzz<F>::add(sum, multiplySecret(affineOf(points[i]), scalars[i]));
  const Affine<F> affine = sum.toAffine();
  External result;
  static_assert(sizeof result == sizeof affine);
  __builtin_memcpy(&result, &affine, sizeof result);
  return result;
}

inline AffineG1 externalOf(const Xyzz<Fq>& point) {
  const Affine<Fq> affine = point.toAffine();
  return {affine.x.e, affine.y.e};
}

/// All sums share the doublings.
inline AffineG1 combinePublicG1(const AffineG1* points, const Element* scalars, std::size_t count) {
  Xyzz<Fq> sum = Xyzz<Fq>::infinity();
  for (int bit = 253; bit >= 0; --bit) {
    sum = Xyzz<Fq>::dbl(sum);
    for (std::size_t i = 0; i < count; ++i) {
      if (scalars[i].limb[bit >> 6] >> (bit & 63) & 1) sum = Xyzz<Fq>::add(sum, affineOf(points[i]));
    }
  }
  return externalOf(sum);
}

inline constexpr PairingKernel kPairingKernel = {
    productIsOne,
    isG1,
    isG2,
    checkCurve<Fq, AffineG1>,
    checkCurve<Fq2, AffineG2>,
    combine<Fq, AffineG1>,
    combine<Fq2, AffineG2>,
    combinePublicG1,
};

}  // namespace straddle::STRADDLE_ISA
