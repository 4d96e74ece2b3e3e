// Lanes.h on AVX-512 IFMA: eight elements, word i of all of them in vector i, five words of 52 bits, R = 2^260.
// A kernel header.
//
// IFMA multiplies the low 52 bits of two words and adds the low or the high half of the product to a 64-bit accumulator.
// Ten such additions a word stay far below 2^64, so carries are settled once, at the end (Gueron, Krasnov, "Accelerating
// Big Integer Arithmetic Using Intel IFMA Extensions", 2016).
//
// An element with R = 2^256 becomes one with R = 2^260 by a factor of 2^4: a shift that the repacking from four words
// into five does anyway. So external elements cost nothing extra to load, at a bound of 16 p.
#pragma once

#include <immintrin.h>

#include "field/Fp.h"

namespace straddle::STRADDLE_ISA {

/// One bit a lane.
using LaneMask = __mmask8;

#define STRADDLE_INLINE static inline __attribute__((always_inline))

template <class P>
struct Lanes {
  static constexpr int kCount = 8;
  static constexpr LaneMask kAll = 0xff;
  using V = __m512i;
  V w[5];

  STRADDLE_INLINE V word(u64 value) { return _mm512_set1_epi64(static_cast<long long>(value)); }

  template <u64 kFactor>
  struct Multiple {
    static constexpr detail::Words5 kWords = detail::multiple52(P::kModulus, kFactor);
  };

  STRADDLE_INLINE Lanes zero() {
    const V z = _mm512_setzero_si512();
    return {{z, z, z, z, z}};
  }
  STRADDLE_INLINE Lanes one() {
    static constexpr detail::Words5 words = detail::multiple52(detail::powerOfTwo(260, P::kModulus), 1);
    return constant(words);
  }
  STRADDLE_INLINE Lanes constant(const detail::Words5& c) {
    return {{word(c.w[0]), word(c.w[1]), word(c.w[2]), word(c.w[3]), word(c.w[4])}};
  }
  /// The same external element in every lane; bound 16.
  STRADDLE_INLINE Lanes broadcast(const Element& e) {
    return split<4>(word(e.limb[0]), word(e.limb[1]), word(e.limb[2]), word(e.limb[3]));
  }

  STRADDLE_INLINE V low(V acc, V a, V b) { return _mm512_madd52lo_epu64(acc, a, b); }
  STRADDLE_INLINE V high(V acc, V a, V b) { return _mm512_madd52hi_epu64(acc, a, b); }

  /// Brings words of up to 63 bits (also negative ones, if the value is not) back to 52 bits each.
  STRADDLE_INLINE Lanes settle(V r0, V r1, V r2, V r3, V r4) {
    const V mask = word(detail::kMask52);
    r1 = _mm512_add_epi64(r1, _mm512_srai_epi64(r0, 52));
    r2 = _mm512_add_epi64(r2, _mm512_srai_epi64(r1, 52));
    r3 = _mm512_add_epi64(r3, _mm512_srai_epi64(r2, 52));
    r4 = _mm512_add_epi64(r4, _mm512_srai_epi64(r3, 52));
    return {{_mm512_and_si512(r0, mask), _mm512_and_si512(r1, mask), _mm512_and_si512(r2, mask),
             _mm512_and_si512(r3, mask), r4}};
  }

  /// A sum of products before its reduction, in ten words of 52 bits with room above them: up to 400 products, as far as
  /// carries go. reduce accepts a total of 84 p^2 and gives less than 2 p.
  struct Wide {
    V t[10];
  };

  STRADDLE_INLINE Wide product(const Lanes& a, const Lanes& b) {
    const V z = _mm512_setzero_si512();
    return addProduct({{z, z, z, z, z, z, z, z, z, z}}, a, b);
  }

  STRADDLE_INLINE Wide addProduct(Wide sum, const Lanes& a, const Lanes& b) {
#pragma GCC unroll 5
    for (int i = 0; i < 5; ++i) {
#pragma GCC unroll 5
      for (int j = 0; j < 5; ++j) {
        sum.t[i + j] = low(sum.t[i + j], a.w[j], b.w[i]);
        sum.t[i + j + 1] = high(sum.t[i + j + 1], a.w[j], b.w[i]);
      }
    }
    return sum;
  }

  /// Each product of two different words counts twice: 30 multiplications in place of 50.
  STRADDLE_INLINE Wide square(const Lanes& a) {
    const V z = _mm512_setzero_si512();
    V t[10] = {z, z, z, z, z, z, z, z, z, z};
#pragma GCC unroll 5
    for (int i = 0; i < 5; ++i) {
#pragma GCC unroll 5
      for (int j = i + 1; j < 5; ++j) {
        t[i + j] = low(t[i + j], a.w[j], a.w[i]);
        t[i + j + 1] = high(t[i + j + 1], a.w[j], a.w[i]);
      }
    }
#pragma GCC unroll 10
    for (int i = 1; i < 9; ++i) t[i] = _mm512_add_epi64(t[i], t[i]);
#pragma GCC unroll 5
    for (int i = 0; i < 5; ++i) {
      t[2 * i] = low(t[2 * i], a.w[i], a.w[i]);
      t[2 * i + 1] = high(t[2 * i + 1], a.w[i], a.w[i]);
    }
    return {{t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9]}};
  }

  /// Montgomery's reduction: each step adds the multiple m of p that makes the lowest word 0 modulo 2^52. Its carry is
  /// (t + 2^52 - 1) >> 52 whatever m is, since low(m p0) is what t lacks to the next multiple of 2^52: one
  /// multiplication less, and none on the way from one step to the next but m itself.
  STRADDLE_INLINE Lanes reduce(const Wide& wide) {
    const V p0 = word(Multiple<1>::kWords.w[0]), p1 = word(Multiple<1>::kWords.w[1]),
            p2 = word(Multiple<1>::kWords.w[2]), p3 = word(Multiple<1>::kWords.w[3]),
            p4 = word(Multiple<1>::kWords.w[4]), inverse = word(P::kNegatedInverse52);
    const V zero = _mm512_setzero_si512(), mask = word(detail::kMask52);
    V t[10];
#pragma GCC unroll 10
    for (int i = 0; i < 10; ++i) t[i] = wide.t[i];
#pragma GCC unroll 5
    for (int i = 0; i < 5; ++i) {
      const V m = low(zero, t[i], inverse);
      const V carry = _mm512_srli_epi64(_mm512_add_epi64(t[i], mask), 52);
      // Two short chains instead of one long one.
      t[i + 1] = _mm512_add_epi64(low(t[i + 1], m, p1), high(carry, m, p0));
      t[i + 2] = high(low(t[i + 2], m, p2), m, p1);
      t[i + 3] = high(low(t[i + 3], m, p3), m, p2);
      t[i + 4] = high(low(t[i + 4], m, p4), m, p3);
      t[i + 5] = high(t[i + 5], m, p4);
    }
    return settle(t[5], t[6], t[7], t[8], t[9]);
  }

  STRADDLE_INLINE Lanes mul(const Lanes& a, const Lanes& b) { return reduce(product(a, b)); }
  STRADDLE_INLINE Lanes sqr(const Lanes& a) { return reduce(square(a)); }

  STRADDLE_INLINE Lanes add(const Lanes& a, const Lanes& b) {
    return settle(_mm512_add_epi64(a.w[0], b.w[0]), _mm512_add_epi64(a.w[1], b.w[1]),
                  _mm512_add_epi64(a.w[2], b.w[2]), _mm512_add_epi64(a.w[3], b.w[3]),
                  _mm512_add_epi64(a.w[4], b.w[4]));
  }

  template <int K>
  STRADDLE_INLINE Lanes sub(const Lanes& a, const Lanes& b) {
    constexpr detail::Words5 kp = detail::multiple52(P::kModulus, K);
    V r[5];
#pragma GCC unroll 5
    for (int i = 0; i < 5; ++i) r[i] = _mm512_add_epi64(_mm512_sub_epi64(a.w[i], b.w[i]), word(kp.w[i]));
    return settle(r[0], r[1], r[2], r[3], r[4]);
  }

  template <int K>
  STRADDLE_INLINE Lanes fold(const Lanes& a) {
    constexpr detail::Words5 kp = detail::multiple52(P::kModulus, K);
    V r[5];
#pragma GCC unroll 5
    for (int i = 0; i < 5; ++i) r[i] = _mm512_sub_epi64(a.w[i], word(kp.w[i]));
    const Lanes d = settle(r[0], r[1], r[2], r[3], r[4]);
    // settle leaves the sign in the top word.
    return select(_mm512_movepi64_mask(d.w[4]), a, d);
  }
  STRADDLE_INLINE Lanes canonical(const Lanes& a) { return fold<1>(a); }

  LaneMask isZero() const {
    const V any = _mm512_or_si512(_mm512_or_si512(w[0], w[1]), _mm512_or_si512(_mm512_or_si512(w[2], w[3]), w[4]));
    return _mm512_testn_epi64_mask(any, any);
  }
  STRADDLE_INLINE LaneMask equals(const Lanes& a, const Lanes& b) {
    LaneMask same = kAll;
    for (int i = 0; i < 5; ++i) same &= _mm512_cmpeq_epi64_mask(a.w[i], b.w[i]);
    return same;
  }
  /// a in the lanes of the mask, b in the others.
  STRADDLE_INLINE Lanes select(LaneMask mask, const Lanes& a, const Lanes& b) {
    Lanes r;
    for (int i = 0; i < 5; ++i) r.w[i] = _mm512_mask_mov_epi64(b.w[i], mask, a.w[i]);
    return r;
  }

  /// kCount consecutive external elements; bound 16.
  STRADDLE_INLINE Lanes load(const Element* external) {
    V c[4];
    columnsOfRow(external, c);
    return split<4>(c[0], c[1], c[2], c[3]);
  }
  STRADDLE_INLINE Lanes loadPacked(const Element* packed) {
    V c[4];
    columnsOfRow(packed, c);
    return split<0>(c[0], c[1], c[2], c[3]);
  }
  /// Canonical external elements; accepts bounds up to 84.
  void store(Element* external) const {
    static constexpr detail::Words5 back = detail::multiple52(detail::powerOfTwo(256, P::kModulus), 1);
    canonical(mul(*this, constant(back))).storePacked(external);
  }
  /// Accepts bounds up to 5.
  void storePacked(Element* packed) const {
    V c[4], z[4];
    join(*this, c);
    rowOfColumns(c, z);
    V* out = reinterpret_cast<V*>(packed);
    for (int i = 0; i < 4; ++i) _mm512_storeu_si512(out + i, z[i]);
  }

  /// Two elements that stand side by side (64 bytes) at each of kCount places; bound 16.
  STRADDLE_INLINE void loadPairs(const Element* const* external, Lanes& first, Lanes& second) {
    V c[8];
    for (int i = 0; i < 8; ++i) c[i] = _mm512_loadu_si512(external[i]);
    transpose(c);
    first = split<4>(c[0], c[1], c[2], c[3]);
    second = split<4>(c[4], c[5], c[6], c[7]);
  }
  STRADDLE_INLINE void loadPackedPairs(const Element* const* packed, Lanes& first, Lanes& second) {
    V c[8];
    for (int i = 0; i < 8; ++i) c[i] = _mm512_loadu_si512(packed[i]);
    transpose(c);
    first = split<0>(c[0], c[1], c[2], c[3]);
    second = split<0>(c[4], c[5], c[6], c[7]);
  }
  STRADDLE_INLINE void storePackedPairs(Element* const* packed, const Lanes& first, const Lanes& second) {
    V c[8];
    join(first, c);
    join(second, c + 4);
    transpose(c);
    for (int i = 0; i < 8; ++i) _mm512_storeu_si512(packed[i], c[i]);
  }
  /// One element (32 bytes) at each of kCount places; external ones have a bound of 16.
  STRADDLE_INLINE Lanes gather(const Element* const* external) {
    V c[4];
    columnsOfPlaces(external, c);
    return split<4>(c[0], c[1], c[2], c[3]);
  }
  STRADDLE_INLINE Lanes gatherPacked(const Element* const* packed) {
    V c[4];
    columnsOfPlaces(packed, c);
    return split<0>(c[0], c[1], c[2], c[3]);
  }

 private:
  /// Four 64-bit words, shifted left by kShift (0 or 4), as five of 52 bits.
  template <int kShift>
  STRADDLE_INLINE Lanes split(V c0, V c1, V c2, V c3) {
    const V mask = word(detail::kMask52);
    const auto pair = [&](V lower, V upper, int right) __attribute__((always_inline)) {
      return _mm512_and_si512(_mm512_or_si512(_mm512_srli_epi64(lower, right), _mm512_slli_epi64(upper, 64 - right)),
                              mask);
    };
    return {{_mm512_and_si512(_mm512_slli_epi64(c0, kShift), mask), pair(c0, c1, 52 - kShift),
             pair(c1, c2, 40 - kShift), pair(c2, c3, 28 - kShift), _mm512_srli_epi64(c3, 16 - kShift)}};
  }
  STRADDLE_INLINE void join(const Lanes& a, V* c) {
    c[0] = _mm512_or_si512(a.w[0], _mm512_slli_epi64(a.w[1], 52));
    c[1] = _mm512_or_si512(_mm512_srli_epi64(a.w[1], 12), _mm512_slli_epi64(a.w[2], 40));
    c[2] = _mm512_or_si512(_mm512_srli_epi64(a.w[2], 24), _mm512_slli_epi64(a.w[3], 28));
    c[3] = _mm512_or_si512(_mm512_srli_epi64(a.w[3], 36), _mm512_slli_epi64(a.w[4], 16));
  }

  /// Word j of eight consecutive elements into c[j].
  STRADDLE_INLINE void columnsOfRow(const Element* row, V* c) {
    const V* in = reinterpret_cast<const V*>(row);
    columnsOf(_mm512_loadu_si512(in), _mm512_loadu_si512(in + 1), _mm512_loadu_si512(in + 2),
              _mm512_loadu_si512(in + 3), c);
  }
  STRADDLE_INLINE void columnsOfPlaces(const Element* const* at, V* c) {
    V z[4];
    for (int i = 0; i < 4; ++i) {
      const __m256i lower = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at[2 * i]));
      const __m256i upper = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at[2 * i + 1]));
      z[i] = _mm512_inserti64x4(_mm512_castsi256_si512(lower), upper, 1);
    }
    columnsOf(z[0], z[1], z[2], z[3], c);
  }
  STRADDLE_INLINE void columnsOf(V z0, V z1, V z2, V z3, V* c) {
    const V first = _mm512_setr_epi64(0, 4, 8, 12, 1, 5, 9, 13), last = _mm512_setr_epi64(2, 6, 10, 14, 3, 7, 11, 15);
    const V a01 = _mm512_permutex2var_epi64(z0, first, z1), a23 = _mm512_permutex2var_epi64(z0, last, z1);
    const V b01 = _mm512_permutex2var_epi64(z2, first, z3), b23 = _mm512_permutex2var_epi64(z2, last, z3);
    c[0] = _mm512_shuffle_i64x2(a01, b01, 0x44);
    c[1] = _mm512_shuffle_i64x2(a01, b01, 0xee);
    c[2] = _mm512_shuffle_i64x2(a23, b23, 0x44);
    c[3] = _mm512_shuffle_i64x2(a23, b23, 0xee);
  }
  STRADDLE_INLINE void rowOfColumns(const V* c, V* z) {
    const V first = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), last = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
    const V a = _mm512_permutex2var_epi64(c[0], first, c[1]), b = _mm512_permutex2var_epi64(c[2], first, c[3]);
    const V d = _mm512_permutex2var_epi64(c[0], last, c[1]), e = _mm512_permutex2var_epi64(c[2], last, c[3]);
    // a = elements 0..3, words 0 and 1 in pairs; b the same for words 2 and 3; d and e elements 4..7.
    const V even = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), odd = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    z[0] = _mm512_permutex2var_epi64(a, even, b);
    z[1] = _mm512_permutex2var_epi64(a, odd, b);
    z[2] = _mm512_permutex2var_epi64(d, even, e);
    z[3] = _mm512_permutex2var_epi64(d, odd, e);
  }

  /// Eight rows of eight words into eight columns.
  STRADDLE_INLINE void transpose(V* r) {
    V a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
      a[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
      a[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
    }
    for (int half = 0; half < 8; half += 4) {
      for (int i = 0; i < 2; ++i) {
        b[half + i] = _mm512_shuffle_i64x2(a[half + i], a[half + i + 2], 0x88);
        b[half + i + 2] = _mm512_shuffle_i64x2(a[half + i], a[half + i + 2], 0xdd);
      }
    }
    for (int i = 0; i < 4; ++i) {
      r[i] = _mm512_shuffle_i64x2(b[i], b[i + 4], 0x88);
      r[i + 4] = _mm512_shuffle_i64x2(b[i], b[i + 4], 0xdd);
    }
  }
};

#undef STRADDLE_INLINE

}  // namespace straddle::STRADDLE_ISA
