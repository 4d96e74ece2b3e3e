// Fq12 = Fq6[w] / (w^2 - v), where pairings take their values. A kernel header.
#pragma once

#include "pairing/Fq6.h"

namespace straddle::STRADDLE_ISA {

struct Fq12 {
  Fq6 c0, c1;

  static Fq12 one() { return {Fq6::one(), Fq6::zero()}; }
  bool operator==(const Fq12& o) const { return c0 == o.c0 && c1 == o.c1; }

  static Fq12 mul(const Fq12& a, const Fq12& b) {
    const Fq6 p0 = Fq6::mul(a.c0, b.c0), p1 = Fq6::mul(a.c1, b.c1);
    const Fq6 cross = Fq6::mul(Fq6::add(a.c0, a.c1), Fq6::add(b.c0, b.c1));
    return {Fq6::add(p0, Fq6::mulByV(p1)), Fq6::sub(Fq6::sub(cross, p0), p1)};
  }
  /// (c0 + c1)(c0 + v c1) = c0^2 + v c1^2 + (1 + v) c0 c1.
  static Fq12 sqr(const Fq12& a) {
    const Fq6 product = Fq6::mul(a.c0, a.c1);
    const Fq6 both = Fq6::mul(Fq6::add(a.c0, a.c1), Fq6::add(a.c0, Fq6::mulByV(a.c1)));
    return {Fq6::sub(Fq6::sub(both, product), Fq6::mulByV(product)), Fq6::add(product, product)};
  }
  /// a * (y + (b0 + b1 v) w): what a line through points of the twist is, evaluated at a point of G1.
  static Fq12 mulByLine(const Fq12& a, const Fq& y, const Fq2& b0, const Fq2& b1) {
    const Fq6 p1 = Fq6::mulSparse(a.c1, b0, b1);
    const Fq6 cross = Fq6::mulSparse(a.c0, b0, b1);
    return {Fq6::add(Fq6::mulByFq(a.c0, y), Fq6::mulByV(p1)), Fq6::add(cross, Fq6::mulByFq(a.c1, y))};
  }
  /// a^(q^6); the inverse, once a is a q^6 - 1st power.
  static Fq12 conjugate(const Fq12& a) { return {a.c0, Fq6::neg(a.c1)}; }

  static Fq12 inverse(const Fq12& a) {
    const Fq6 norm = Fq6::inverse(Fq6::sub(Fq6::mul(a.c0, a.c0), Fq6::mulByV(Fq6::mul(a.c1, a.c1))));
    return {Fq6::mul(a.c0, norm), Fq6::neg(Fq6::mul(a.c1, norm))};
  }
  static Fq12 pow(const Fq12& a, u64 exponent) {
    Fq12 r = a;
    for (int bit = 62 - __builtin_clzll(exponent); bit >= 0; --bit) {
      r = sqr(r);
      if (exponent >> bit & 1) r = mul(r, a);
    }
    return r;
  }
};

/// x -> x^q on Fq12 and on the twist. The basis 1, w, v, v w, v^2, v^2 w are the powers of w up to the fifth in the order
/// 0, 1, 2, 3, 4, 5, and w^q = xi^((q - 1) / 6) w.
class Frobenius {
 public:
  Frobenius() {
    const Fq2 xi{Fq::fromSmall(9), Fq::one()};
    power_[0] = Fq2::one();
    power_[1] = Fq2::one();
    const detail::Words4 exponent = sixthOfOrder();
    for (int bit = 255; bit >= 0; --bit) {
      power_[1] = Fq2::sqr(power_[1]);
      if (exponent.w[bit >> 6] >> (bit & 63) & 1) power_[1] = Fq2::mul(power_[1], xi);
    }
    for (int i = 2; i < 6; ++i) power_[i] = Fq2::mul(power_[i - 1], power_[1]);
  }

  Fq12 operator()(const Fq12& a) const {
    return {{image(a.c0.c0, 0), image(a.c0.c1, 2), image(a.c0.c2, 4)},
            {image(a.c1.c0, 1), image(a.c1.c1, 3), image(a.c1.c2, 5)}};
  }
  /// A point (x, y) of the twist is (x w^2, y w^3) on the curve.
  template <class Point>
  Point twist(const Point& p) const {
    return {image(p.x, 2), image(p.y, 3)};
  }

 private:
  Fq2 image(const Fq2& a, int power) const { return Fq2::mul(conjugate(a), power_[power]); }

  /// (q - 1) / 6 by long division.
  static constexpr detail::Words4 sixthOfOrder() {
    const detail::Words4 order = detail::subtract(detail::kFqModulus, {{1, 0, 0, 0}});
    detail::Words4 quotient{};
    u128 remainder = 0;
    for (int i = 3; i >= 0; --i) {
      remainder = remainder << 64 | order.w[i];
      quotient.w[i] = static_cast<u64>(remainder / 6);
      remainder %= 6;
    }
    return quotient;
  }

  Fq2 power_[6];
};

}  // namespace straddle::STRADDLE_ISA
