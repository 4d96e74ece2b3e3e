// MsmKernel's functions. A kernel header.
#pragma once

#include <cstring>

#include "kernels/MsmKernel.h"
#include "msm/bucketSums.h"

namespace straddle::STRADDLE_ISA {

template <class G>
struct PointOperations {
  using L = typename G::Lanes;
  using S = typename G::Scalar;
  using Sum = Xyzz<S>;

  static Sum read(const PointSum* sum) {
    Sum s;
    std::memcpy(&s, sum->coordinates, sizeof s);
    return s;
  }
  static void write(PointSum* sum, const Sum& s) { std::memcpy(sum->coordinates, &s, sizeof s); }

  static void addTo(PointSum* a, const PointSum* b) { write(a, Sum::add(read(a), read(b))); }
  static void twice(PointSum* a, unsigned times) {
    Sum s = read(a);
    for (unsigned i = 0; i < times; ++i) s = Sum::dbl(s);
    write(a, s);
  }
  static void toAffine(const PointSum* a, Element* point) {
    const Affine<S> p = read(a).toAffine();
    std::memcpy(point, &p, sizeof p);
  }
  static void fromAffine(const Element* point, PointSum* sum) {
    Affine<S> p;
    std::memcpy(&p, point, sizeof p);
    write(sum, Sum::from(p));
  }
  static void multiply(PointSum* a, const Element* scalar) { write(a, Sum::multiply(read(a), *scalar)); }

  static bool coordinatesCanonical(const Element* place) {
    Element point[G::kElements];
    std::memcpy(point, place, sizeof point);
    for (int i = 0; i < G::kElements; ++i) {
      bool below = false;
      for (int j = 3; j >= 0; --j) {
        const u64 limb = point[i].limb[j], modulus = FqParameters::kModulus.w[j];
        if (limb == modulus) continue;
        below = limb < modulus;
        break;
      }
      if (!below) return false;
    }
    return true;
  }

  static bool onCurve(const Element* points, std::size_t count) {
    S b[L::kCount];
    for (int i = 0; i < L::kCount; ++i) b[i] = G::b();
    const L constant = reduced(G::gatherScalars(b));
    for (std::size_t begin = 0; begin < count; begin += L::kCount) {
      const Element* at[L::kCount];
      for (int i = 0; i < L::kCount; ++i) {
        // The last vector is filled up with its first point.
        at[i] = points + (begin + i < count ? begin + i : begin) * G::kElements;
        if (!coordinatesCanonical(at[i])) return false;
      }
      L x, y;
      G::load(at, x, y);
      x = reduced(x);
      y = reduced(y);
      const L cube = mul(x, sqr(x));
      const LaneMask on = canonical(reduced(sub<4>(sqr(y), add(cube, constant)))).isZero();
      const LaneMask infinite = canonical(x).isZero() & canonical(y).isZero();
      if ((on | infinite) != L::kAll) return false;
    }
    return true;
  }
};

using OperationsG1 = PointOperations<G1>;
using OperationsG2 = PointOperations<G2>;

inline std::size_t msmScratchBytes(Group group) {
  return group == Group::g1 ? BucketSums<G1>::scratchBytes() : BucketSums<G2>::scratchBytes();
}
inline void msmBucketSums(Group group, const BucketTask& task, void* scratch, PointSum* sum) {
  if (group == Group::g1) BucketSums<G1>::run(task, scratch, sum);
  else BucketSums<G2>::run(task, scratch, sum);
}
inline void msmAddSum(Group group, PointSum* a, const PointSum* b) {
  if (group == Group::g1) OperationsG1::addTo(a, b);
  else OperationsG2::addTo(a, b);
}
inline void msmDoubleSum(Group group, PointSum* a, unsigned times) {
  if (group == Group::g1) OperationsG1::twice(a, times);
  else OperationsG2::twice(a, times);
}
inline void msmToAffine(Group group, const PointSum* a, Element* point) {
  if (group == Group::g1) OperationsG1::toAffine(a, point);
  else OperationsG2::toAffine(a, point);
}
inline void msmFromAffine(Group group, const Element* point, PointSum* sum) {
  if (group == Group::g1) OperationsG1::fromAffine(point, sum);
  else OperationsG2::fromAffine(point, sum);
}
inline void msmMultiply(Group group, PointSum* a, const Element* scalar) {
  if (group == Group::g1) OperationsG1::multiply(a, scalar);
  else OperationsG2::multiply(a, scalar);
}
inline bool msmOnCurve(Group group, const Element* points, std::size_t count) {
  return group == Group::g1 ? OperationsG1::onCurve(points, count) : OperationsG2::onCurve(points, count);
}

inline constexpr MsmKernel kMsmKernel = {msmScratchBytes, msmBucketSums, msmAddSum,   msmDoubleSum,
                                         msmToAffine,     msmFromAffine, msmMultiply, msmOnCurve};

}  // namespace straddle::STRADDLE_ISA
