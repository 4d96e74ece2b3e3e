// 1/a in Fp by the binary extended Euclidean algorithm on leading and trailing words (Pornin, "Optimized Binary GCD for
// Modular Inversion", 2020): 31 steps at a time on 64-bit stand-ins for the two numbers, then the numbers themselves
// catch up. About five times as fast as Fermat's power; its time depends on a, so not for secret keys. A kernel header.
#pragma once

#include "curve/Fq2.h"

namespace straddle::STRADDLE_ISA {

template <class P>
class QuickInverse {
 public:
  /// 1/a, and 0 for 0.
  static Fp<P> of(const Fp<P>& a) {
    // Invariants, y the value asked for (Montgomery form and all): y u = a 2^(-33 round), y v = b 2^(-33 round) mod p.
    Words x = {{a.e.limb[0], a.e.limb[1], a.e.limb[2], a.e.limb[3]}};
    Words y = {{P::kModulus.w[0], P::kModulus.w[1], P::kModulus.w[2], P::kModulus.w[3]}};
    Words u = {{1, 0, 0, 0}}, v = {{0, 0, 0, 0}};
    for (int round = 0; round < kRounds; ++round) {
      Factors f = steps(x, y);
      const Words nextX = combine(x, y, f.f0, f.g0), nextY = combine(x, y, f.f1, f.g1);
      x = nextX;
      y = nextY;
      const Words nextU = combineModulo(u, v, f.f0, f.g0);
      v = combineModulo(u, v, f.f1, f.g1);
      u = nextU;
    }
    // Now x = 0 and y = 1. 1/(aR) 2^(-33 rounds) into R/a: times 2^(33 rounds) R^2, and R for mul's own division.
    static constexpr detail::Words4 scale = detail::powerOfTwo(33 * kRounds + 3 * 256, P::kModulus);
    const Fp<P> r = Fp<P>::add({{{v.w[0], v.w[1], v.w[2], v.w[3]}}}, Fp<P>::zero());  // below p
    return Fp<P>::mul(r, Fp<P>::fromWords(scale));
  }

 private:
  using i64 = std::int64_t;
  using i128 = __int128;
  struct Words {
    u64 w[4];
  };
  /// x becomes (f0 x + g0 y) / 2^31, y becomes (f1 x + g1 y) / 2^31.
  struct Factors {
    i64 f0, g0, f1, g1;
  };
  static constexpr int kSteps = 31;
  /// A step takes a bit from x or y, of 254 bits each, the last one included.
  static constexpr int kRounds = (2 * 254 - 1 + kSteps - 1) / kSteps;

  /// The 33 highest bits (of the longer of x and y) and the 31 lowest.
  static void standIns(const Words& x, const Words& y, u64& a, u64& b) {
    int top = 3;
    while (top > 0 && (x.w[top] | y.w[top]) == 0) --top;
    if (top == 0) {
      a = x.w[0];
      b = y.w[0];
      return;
    }
    const int shift = __builtin_clzll(x.w[top] | y.w[top]);
    const auto leading = [&](const Words& z) {
      return shift == 0 ? z.w[top] : z.w[top] << shift | z.w[top - 1] >> (64 - shift);
    };
    constexpr u64 kLow = (u64{1} << kSteps) - 1;
    a = (leading(x) & ~kLow) | (x.w[0] & kLow);
    b = (leading(y) & ~kLow) | (y.w[0] & kLow);
  }

  static Factors steps(Words& x, Words& y) {
    u64 a, b;
    standIns(x, y, a, b);
    // f and g of a number side by side in one word: both change alike, and neither outgrows its 32 bits until the end.
    u64 fx = 1, fy = u64{1} << 32;
    for (int i = 0; i < kSteps; ++i) {
      const u64 odd = 0 - (a & 1), swap = odd & (0 - static_cast<u64>(a < b));
      const u64 ab = (a ^ b) & swap, f = (fx ^ fy) & swap;
      a ^= ab;
      b ^= ab;
      fx ^= f;
      fy ^= f;
      a -= b & odd;
      fx -= fy & odd;
      a >>= 1;
      fy <<= 1;
    }
    return {low(fx), high(fx), low(fy), high(fy)};
  }
  // A word is f + 2^32 g with f and g from -2^31 + 1 to 2^31.
  static constexpr u64 kBias = 0x7fffffff7fffffff;
  static i64 low(u64 word) { return static_cast<i64>((word + kBias) & 0xffffffff) - 0x7fffffff; }
  static i64 high(u64 word) { return static_cast<i64>((word + kBias) >> 32) - 0x7fffffff; }

  /// |f x + g y| / 2^31, which is exact; f and g change their signs with the result's.
  static Words combine(const Words& x, const Words& y, i64& f, i64& g) {
    u64 r[5];
    i128 carry = 0;
    for (int i = 0; i < 4; ++i) {
      // Each product is below 2^95, the sum of both and a carry below 2^97.
      carry += static_cast<i128>(x.w[i]) * f + static_cast<i128>(y.w[i]) * g;
      r[i] = static_cast<u64>(carry);
      carry >>= 64;
    }
    r[4] = static_cast<u64>(carry);
    Words s;
    for (int i = 0; i < 4; ++i) s.w[i] = r[i] >> kSteps | r[i + 1] << (64 - kSteps);
    if (static_cast<i64>(r[4]) < 0) {
      f = -f;
      g = -g;
      u64 add = 1;
      for (int i = 0; i < 4; ++i) {
        s.w[i] = ~s.w[i] + add;
        add = add & static_cast<u64>(s.w[i] == 0);
      }
    }
    return s;
  }

  /// (f u + g v) / 2^64 modulo p, for u and v of at most p; so is the result.
  static Words combineModulo(const Words& u, const Words& v, i64 f, i64 g) {
    i128 sum = static_cast<i128>(u.w[0]) * f + static_cast<i128>(v.w[0]) * g;
    const u64 q = static_cast<u64>(sum) * P::kNegatedInverse;
    u128 fold = static_cast<u128>(q) * P::kModulus.w[0] + static_cast<u64>(sum);
    sum >>= 64;
    fold >>= 64;
    Words r;
    for (int i = 1; i < 4; ++i) {
      sum += static_cast<i128>(u.w[i]) * f + static_cast<i128>(v.w[i]) * g;
      fold += static_cast<u128>(q) * P::kModulus.w[i] + static_cast<u64>(sum);
      r.w[i - 1] = static_cast<u64>(fold);
      sum >>= 64;
      fold >>= 64;
    }
    // From -p 2^-32 to p + p 2^-32: into 0 .. p.
    const i128 top = sum + static_cast<i128>(fold);
    r.w[3] = static_cast<u64>(top);
    if (top < 0) return plusModulus(r, 1);
    const Words less = plusModulus(r, -1);
    return static_cast<i64>(less.w[3]) < 0 ? r : less;
  }
  static Words plusModulus(const Words& r, i64 times) {
    Words s;
    i128 carry = 0;
    for (int i = 0; i < 4; ++i) {
      carry += static_cast<i128>(r.w[i]) + static_cast<i128>(P::kModulus.w[i]) * times;
      s.w[i] = static_cast<u64>(carry);
      carry >>= 64;
    }
    return s;
  }
};

inline Fq quickInverse(const Fq& a) { return QuickInverse<FqParameters>::of(a); }
inline Fq2 quickInverse(const Fq2& a) {
  const Fq norm = quickInverse(Fq::add(Fq::sqr(a.c0), Fq::sqr(a.c1)));
  return {Fq::mul(a.c0, norm), Fq::neg(Fq::mul(a.c1, norm))};
}

}  // namespace straddle::STRADDLE_ISA
