// One field element in Montgomery form, R = 2^256, always below the modulus. A kernel header (see kernels/Kernels.h).
//
// Multiplication is Montgomery's with word-by-word reduction ("CIOS", Koc, Acar, Kaliski 1996). Both moduli leave the top
// two bits of the highest word free, so that no extra carry word is needed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "field/Bn254.h"
#include "field/Element.h"

#ifndef STRADDLE_ISA
#error "define STRADDLE_ISA (portable, adx or ifma) before a kernel header"
#endif

namespace straddle::STRADDLE_ISA {

using u64 = std::uint64_t;
using u128 = unsigned __int128;

template <class P>
struct Fp {
  Element e;

  static constexpr Fp zero() { return {{{0, 0, 0, 0}}}; }
  static constexpr Fp one() { return fromWords(P::kOne); }
  static constexpr Fp fromWords(const detail::Words4& w) { return {{{w.w[0], w.w[1], w.w[2], w.w[3]}}}; }
  static Fp from(const Element& element) { return {element}; }

  /// From a plain value below the modulus.
  static Fp fromPlain(const Element& plain) { return mul({plain}, fromWords(P::kSquare)); }
  static Fp fromSmall(u64 value) { return fromPlain({{value, 0, 0, 0}}); }
  Element toPlain() const { return mul(*this, {{{1, 0, 0, 0}}}).e; }

  bool isZero() const { return (e.limb[0] | e.limb[1] | e.limb[2] | e.limb[3]) == 0; }
  bool operator==(const Fp& o) const {
    return ((e.limb[0] ^ o.e.limb[0]) | (e.limb[1] ^ o.e.limb[1]) | (e.limb[2] ^ o.e.limb[2]) |
            (e.limb[3] ^ o.e.limb[3])) == 0;
  }
  bool operator!=(const Fp& o) const { return !(*this == o); }

  /// a where mask is all ones, b where it is zero; no branch, for secrets.
  static Fp select(u64 mask, const Fp& a, const Fp& b) {
    Fp r;
    for (int i = 0; i < 4; ++i) r.e.limb[i] = (a.e.limb[i] & mask) | (b.e.limb[i] & ~mask);
    return r;
  }

  static Fp add(const Fp& a, const Fp& b) {
    Fp r;
    u128 carry = 0;
    for (int i = 0; i < 4; ++i) {
      carry += static_cast<u128>(a.e.limb[i]) + b.e.limb[i];
      r.e.limb[i] = static_cast<u64>(carry);
      carry >>= 64;
    }
    return reduceOnce(r);
  }

  static Fp sub(const Fp& a, const Fp& b) {
    Fp r;
    u64 borrow = 0;
    for (int i = 0; i < 4; ++i) {
      const u128 d = static_cast<u128>(a.e.limb[i]) - b.e.limb[i] - borrow;
      r.e.limb[i] = static_cast<u64>(d);
      borrow = static_cast<u64>(d >> 64) & 1;
    }
    const u64 mask = 0 - borrow;
    u128 carry = 0;
    for (int i = 0; i < 4; ++i) {
      carry += static_cast<u128>(r.e.limb[i]) + (P::kModulus.w[i] & mask);
      r.e.limb[i] = static_cast<u64>(carry);
      carry >>= 64;
    }
    return r;
  }

  static Fp neg(const Fp& a) { return sub(zero(), a); }
  static Fp dbl(const Fp& a) { return add(a, a); }
  static inline Fp mul(const Fp& a, const Fp& b);
  static Fp sqr(const Fp& a) { return mul(a, a); }

  /// a^exponent for a public exponent (it branches on its bits).
  static Fp pow(const Fp& a, const detail::Words4& exponent) {
    Fp r = one();
    for (int bit = 255; bit >= 0; --bit) {
      r = sqr(r);
      if (exponent.w[bit >> 6] >> (bit & 63) & 1) r = mul(r, a);
    }
    return r;
  }

  /// 1/a, and 0 for 0, by Fermat: the exponent is public, so the time does not depend on a.
  static Fp inverse(const Fp& a) { return pow(a, P::kInverseExponent); }

 private:
  /// Subtracts the modulus if it fits; without a branch, since which it is cannot be predicted.
  static Fp reduceOnce(const Fp& a) {
    u64 d[4];
    u64 borrow = 0;
    for (int i = 0; i < 4; ++i) {
      const u128 t = static_cast<u128>(a.e.limb[i]) - P::kModulus.w[i] - borrow;
      d[i] = static_cast<u64>(t);
      borrow = static_cast<u64>(t >> 64) & 1;
    }
    const u64 keep = 0 - borrow;
    Fp r;
    for (int i = 0; i < 4; ++i) r.e.limb[i] = (a.e.limb[i] & keep) | (d[i] & ~keep);
    return r;
  }

  static Fp mulPortable(const Fp& a, const Fp& b) {
    u64 t[4] = {0, 0, 0, 0};
    for (int i = 0; i < 4; ++i) {
      const u64 y = b.e.limb[i];
      u128 product = static_cast<u128>(a.e.limb[0]) * y + t[0];
      u64 high = static_cast<u64>(product >> 64);
      const u64 m = static_cast<u64>(product) * P::kNegatedInverse;
      u128 folded = static_cast<u128>(m) * P::kModulus.w[0] + static_cast<u64>(product);
      u64 carry = static_cast<u64>(folded >> 64);
      for (int j = 1; j < 4; ++j) {
        product = static_cast<u128>(a.e.limb[j]) * y + t[j] + high;
        high = static_cast<u64>(product >> 64);
        folded = static_cast<u128>(m) * P::kModulus.w[j] + static_cast<u64>(product) + carry;
        carry = static_cast<u64>(folded >> 64);
        t[j - 1] = static_cast<u64>(folded);
      }
      t[3] = high + carry;
    }
    return reduceOnce({{{t[0], t[1], t[2], t[3]}}});
  }

#ifdef STRADDLE_ADX
  static Fp mulAdx(const Fp& a, const Fp& b);
#endif
};

#ifdef STRADDLE_ADX
// Two carry chains run side by side: adcx uses CF, adox OF. %q0..: t0..t3 hold the running sum, `top` its fifth word.
#define STRADDLE_FOLD                      \
  "movq %[ninv], %%rdx\n\t"                \
  "imulq %[t0], %%rdx\n\t"                 \
  "xorl %k[lo], %k[lo]\n\t"                \
  "mulxq %[m0], %[lo], %[hi]\n\t"          \
  "adcxq %[t0], %[lo]\n\t"                 \
  "movq %[hi], %[t0]\n\t"                  \
  "adcxq %[t1], %[t0]\n\t"                 \
  "mulxq %[m1], %[lo], %[t1]\n\t"          \
  "adoxq %[lo], %[t0]\n\t"                 \
  "adcxq %[t2], %[t1]\n\t"                 \
  "mulxq %[m2], %[lo], %[t2]\n\t"          \
  "adoxq %[lo], %[t1]\n\t"                 \
  "adcxq %[t3], %[t2]\n\t"                 \
  "mulxq %[m3], %[lo], %[t3]\n\t"          \
  "adoxq %[lo], %[t2]\n\t"                 \
  "movl $0, %k[lo]\n\t"                    \
  "adcxq %[lo], %[t3]\n\t"                 \
  "adoxq %[top], %[t3]\n\t"
#define STRADDLE_ROW(offset)               \
  "movq " offset "(%[b]), %%rdx\n\t"       \
  "xorl %k[lo], %k[lo]\n\t"                \
  "mulxq %[a0], %[lo], %[top]\n\t"         \
  "adoxq %[lo], %[t0]\n\t"                 \
  "adcxq %[top], %[t1]\n\t"                \
  "mulxq %[a1], %[lo], %[top]\n\t"         \
  "adoxq %[lo], %[t1]\n\t"                 \
  "adcxq %[top], %[t2]\n\t"                \
  "mulxq %[a2], %[lo], %[top]\n\t"         \
  "adoxq %[lo], %[t2]\n\t"                 \
  "adcxq %[top], %[t3]\n\t"                \
  "mulxq %[a3], %[lo], %[top]\n\t"         \
  "adoxq %[lo], %[t3]\n\t"                 \
  "movl $0, %k[lo]\n\t"                    \
  "adcxq %[lo], %[top]\n\t"                \
  "adoxq %[lo], %[top]\n\t"

template <class P>
inline Fp<P> Fp<P>::mulAdx(const Fp& a, const Fp& b) {
  u64 t0, t1, t2, t3, top, lo, hi;
  static constexpr u64 m0 = P::kModulus.w[0], m1 = P::kModulus.w[1], m2 = P::kModulus.w[2], m3 = P::kModulus.w[3];
  static constexpr u64 ninv = P::kNegatedInverse;
  asm("movq (%[b]), %%rdx\n\t"
      "xorl %k[lo], %k[lo]\n\t"
      "mulxq %[a0], %[t0], %[t1]\n\t"
      "mulxq %[a1], %[lo], %[t2]\n\t"
      "adoxq %[lo], %[t1]\n\t"
      "mulxq %[a2], %[lo], %[t3]\n\t"
      "adoxq %[lo], %[t2]\n\t"
      "mulxq %[a3], %[lo], %[top]\n\t"
      "adoxq %[lo], %[t3]\n\t"
      "movl $0, %k[lo]\n\t"
      "adoxq %[lo], %[top]\n\t"
      STRADDLE_FOLD
      STRADDLE_ROW("8")
      STRADDLE_FOLD
      STRADDLE_ROW("16")
      STRADDLE_FOLD
      STRADDLE_ROW("24")
      STRADDLE_FOLD
      : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [top] "=&r"(top), [lo] "=&r"(lo), [hi] "=&r"(hi)
      : [a0] "m"(a.e.limb[0]), [a1] "m"(a.e.limb[1]), [a2] "m"(a.e.limb[2]), [a3] "m"(a.e.limb[3]), [b] "r"(b.e.limb),
        "m"(b.e), [m0] "m"(m0), [m1] "m"(m1), [m2] "m"(m2), [m3] "m"(m3), [ninv] "m"(ninv)
      : "rdx", "cc");
  return reduceOnce({{{t0, t1, t2, t3}}});
}
#undef STRADDLE_FOLD
#undef STRADDLE_ROW
#endif

template <class P>
inline Fp<P> Fp<P>::mul(const Fp& a, const Fp& b) {
#ifdef STRADDLE_ADX
  return mulAdx(a, b);
#else
  return mulPortable(a, b);
#endif
}

using Fq = Fp<FqParameters>;
using Fr = Fp<FrParameters>;

}  // namespace straddle::STRADDLE_ISA
