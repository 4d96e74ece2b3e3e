// Sums of products with one Montgomery reduction in all, not one a product: the reduction is half of a multiplication.
// A kernel header.
//
// Word by word of the second factors: add a_j times that word for all j, then one step of the reduction. Between steps the
// sum has six words of 64 bits: 17 products and what went before stay below 17 * 2^(254 + 64) + 2^325.
#pragma once

#include "field/Fp.h"
#include "poseidon/PoseidonParameters.h"

namespace straddle::STRADDLE_ISA {

/// The running sum, lowest word first.
struct WideSum {
  u64 t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5 = 0;

  inline void addProduct(const u64* a, u64 y);
  inline void reduceStep();
};

#ifdef STRADDLE_ADX
inline void WideSum::addProduct(const u64* a, u64 y) {
  u64 lo, hi;
  asm("xorl %k[lo], %k[lo]\n\t"
      "mulxq (%[a]), %[lo], %[hi]\n\t"
      "adcxq %[lo], %[t0]\n\t"
      "adoxq %[hi], %[t1]\n\t"
      "mulxq 8(%[a]), %[lo], %[hi]\n\t"
      "adcxq %[lo], %[t1]\n\t"
      "adoxq %[hi], %[t2]\n\t"
      "mulxq 16(%[a]), %[lo], %[hi]\n\t"
      "adcxq %[lo], %[t2]\n\t"
      "adoxq %[hi], %[t3]\n\t"
      "mulxq 24(%[a]), %[lo], %[hi]\n\t"
      "adcxq %[lo], %[t3]\n\t"
      "adoxq %[hi], %[t4]\n\t"
      "movl $0, %k[lo]\n\t"
      "adcxq %[lo], %[t4]\n\t"
      "adoxq %[lo], %[t5]\n\t"
      "adcxq %[lo], %[t5]\n\t"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [t4] "+&r"(t4), [t5] "+&r"(t5),
        [lo] "=&r"(lo), [hi] "=&r"(hi)
      : [a] "r"(a), "d"(y), "m"(*reinterpret_cast<const u64(*)[4]>(a))
      : "cc");
}

inline void WideSum::reduceStep() {
  u64 lo, hi;
  asm("xorl %k[lo], %k[lo]\n\t"
      "mulxq %[m0], %[lo], %[hi]\n\t"
      "adcxq %[lo], %[t0]\n\t"
      "adoxq %[hi], %[t1]\n\t"
      "mulxq %[m1], %[lo], %[hi]\n\t"
      "adcxq %[lo], %[t1]\n\t"
      "adoxq %[hi], %[t2]\n\t"
      "mulxq %[m2], %[lo], %[hi]\n\t"
      "adcxq %[lo], %[t2]\n\t"
      "adoxq %[hi], %[t3]\n\t"
      "mulxq %[m3], %[lo], %[hi]\n\t"
      "adcxq %[lo], %[t3]\n\t"
      "adoxq %[hi], %[t4]\n\t"
      "movl $0, %k[lo]\n\t"
      "adcxq %[lo], %[t4]\n\t"
      "adoxq %[lo], %[t5]\n\t"
      "adcxq %[lo], %[t5]\n\t"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [t4] "+&r"(t4), [t5] "+&r"(t5),
        [lo] "=&r"(lo), [hi] "=&r"(hi)
      : "d"(t0 * FrParameters::kNegatedInverse), [m0] "m"(FrParameters::kModulus.w[0]),
        [m1] "m"(FrParameters::kModulus.w[1]), [m2] "m"(FrParameters::kModulus.w[2]),
        [m3] "m"(FrParameters::kModulus.w[3])
      : "cc");
  t0 = t1, t1 = t2, t2 = t3, t3 = t4, t4 = t5, t5 = 0;
}
#else
inline void WideSum::addProduct(const u64* a, u64 y) {
  u128 s = static_cast<u128>(a[0]) * y + t0;
  t0 = static_cast<u64>(s);
  s = static_cast<u128>(a[1]) * y + t1 + static_cast<u64>(s >> 64);
  t1 = static_cast<u64>(s);
  s = static_cast<u128>(a[2]) * y + t2 + static_cast<u64>(s >> 64);
  t2 = static_cast<u64>(s);
  s = static_cast<u128>(a[3]) * y + t3 + static_cast<u64>(s >> 64);
  t3 = static_cast<u64>(s);
  s = static_cast<u128>(t4) + static_cast<u64>(s >> 64);
  t4 = static_cast<u64>(s);
  t5 += static_cast<u64>(s >> 64);
}

inline void WideSum::reduceStep() {
  addProduct(FrParameters::kModulus.w, t0 * FrParameters::kNegatedInverse);
  t0 = t1, t1 = t2, t2 = t3, t3 = t4, t4 = t5, t5 = 0;
}
#endif

/// a - factor p where that is not negative; without a branch.
template <int kShift>
inline Fr subtractIfFits(const Fr& a) {
  static constexpr detail::Words4 m = FrParameters::kModulus;
  static constexpr detail::Words4 multiple =
      kShift == 0 ? m
                  : detail::Words4{{m.w[0] << kShift, m.w[1] << kShift | m.w[0] >> (64 - kShift),
                                    m.w[2] << kShift | m.w[1] >> (64 - kShift),
                                    m.w[3] << kShift | m.w[2] >> (64 - kShift)}};
  Fr d;
  u64 borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const u128 s = static_cast<u128>(a.e.limb[i]) - multiple.w[i] - borrow;
    d.e.limb[i] = static_cast<u64>(s);
    borrow = static_cast<u64>(s >> 64) & 1;
  }
  return Fr::select(0 - borrow, a, d);
}

/// The sum of a[j] b[j], at most kPoseidonMaxWidth of them: 17 p^2 / 2^256 + p is below 4.3 p, and that below 2^256.
inline Fr sumOfProducts(const Element* a, const Fr* b, int count) {
  WideSum sum;
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < count; ++j) sum.addProduct(a[j].limb, b[j].e.limb[i]);
    sum.reduceStep();
  }
  const Fr below5{{{sum.t0, sum.t1, sum.t2, sum.t3}}};
  return subtractIfFits<0>(subtractIfFits<1>(subtractIfFits<2>(below5)));
}

}  // namespace straddle::STRADDLE_ISA
