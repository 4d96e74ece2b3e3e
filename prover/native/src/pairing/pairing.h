// The optimal ate pairing of BN254 (Vercauteren 2010), plain: affine points on the twist, whose lines need one division
// each, shared between the pairs of a product. A kernel header.
#pragma once

#include "curve/Xyzz.h"
#include "kernels/PairingKernel.h"
#include "pairing/Fq12.h"

namespace straddle::STRADDLE_ISA {

/// The parameter of the curve: q = 36 x^4 + 36 x^3 + 24 x^2 + 6 x + 1.
inline constexpr u64 kBnParameter = 4965661367192848881;
/// 6 x + 2 = 2^64 + this.
inline constexpr u64 kLoopBits = 11347224129447541672u;

using TwistPoint = Affine<Fq2>;

inline TwistPoint negated(const TwistPoint& p) { return {p.x, Fq2::neg(p.y)}; }

/// Several pairings at once: f is the product of all of their functions.
class MillerLoop {
 public:
  MillerLoop(const Affine<Fq>* g1, const TwistPoint* g2, std::size_t count) : f_(Fq12::one()), count_(0) {
    for (std::size_t i = 0; i < count; ++i) {
      // e(0, Q) = e(P, 0) = 1.
      if (g1[i].isInfinity() || g2[i].isInfinity()) continue;
      p_[count_] = g1[i];
      q_[count_] = t_[count_] = g2[i];
      ++count_;
    }
  }

  Fq12 run(const Frobenius& frobenius) {
    for (int bit = 63; bit >= 0; --bit) {
      f_ = Fq12::sqr(f_);
      doubleAll();
      if (kLoopBits >> bit & 1) addAll(q_);
    }
    TwistPoint images[PairingKernel::kMost] = {};
    for (std::size_t i = 0; i < count_; ++i) images[i] = frobenius.twist(q_[i]);
    addAll(images);
    for (std::size_t i = 0; i < count_; ++i) images[i] = negated(frobenius.twist(images[i]));
    addAll(images);
    return f_;
  }

 private:
  /// slopes[i] = numerators[i] / denominators[i], none of which is zero for points of order r.
  void divideAll(const Fq2* numerators, const Fq2* denominators, Fq2* slopes) const {
    Fq2 before[PairingKernel::kMost];
    Fq2 product = Fq2::one();
    for (std::size_t i = 0; i < count_; ++i) {
      before[i] = product;
      product = Fq2::mul(product, denominators[i]);
    }
    Fq2 inverse = Fq2::inverse(product);
    for (std::size_t i = count_; i-- > 0;) {
      slopes[i] = Fq2::mul(numerators[i], Fq2::mul(inverse, before[i]));
      inverse = Fq2::mul(inverse, denominators[i]);
    }
  }

  void doubleAll() {
    Fq2 numerators[PairingKernel::kMost], denominators[PairingKernel::kMost], slopes[PairingKernel::kMost];
    for (std::size_t i = 0; i < count_; ++i) {
      const Fq2 square = Fq2::sqr(t_[i].x);
      numerators[i] = Fq2::add(Fq2::dbl(square), square);
      denominators[i] = Fq2::dbl(t_[i].y);
    }
    divideAll(numerators, denominators, slopes);
    for (std::size_t i = 0; i < count_; ++i) follow(i, slopes[i], t_[i].x);
  }

  void addAll(const TwistPoint* added) {
    Fq2 numerators[PairingKernel::kMost], denominators[PairingKernel::kMost], slopes[PairingKernel::kMost];
    for (std::size_t i = 0; i < count_; ++i) {
      numerators[i] = Fq2::sub(added[i].y, t_[i].y);
      denominators[i] = Fq2::sub(added[i].x, t_[i].x);
    }
    divideAll(numerators, denominators, slopes);
    for (std::size_t i = 0; i < count_; ++i) follow(i, slopes[i], added[i].x);
  }

  /// Multiplies f by the line through t of this slope at p, and replaces t by the mirrored third point of the line.
  /// On the curve the line is y - slope x w + (slope t.x - t.y) w^3.
  void follow(std::size_t i, const Fq2& slope, const Fq2& otherX) {
    TwistPoint& t = t_[i];
    const Fq2 constant = Fq2::sub(Fq2::mul(slope, t.x), t.y);
    f_ = Fq12::mulByLine(f_, p_[i].y, Fq2::neg(scale(slope, p_[i].x)), constant);
    const Fq2 x = Fq2::sub(Fq2::sub(Fq2::sqr(slope), t.x), otherX);
    t = {x, Fq2::sub(Fq2::mul(slope, Fq2::sub(t.x, x)), t.y)};
  }

  Fq12 f_;
  std::size_t count_;
  Affine<Fq> p_[PairingKernel::kMost];
  TwistPoint q_[PairingKernel::kMost], t_[PairingKernel::kMost];
};

/// f^((q^12 - 1) / r). The last part's chain: Scott, Benger, Charlemagne, Dominguez Perez, Kachisa, "On the final
/// exponentiation for calculating pairings on ordinary elliptic curves", 2009.
inline Fq12 finalExponentiation(const Fq12& value, const Frobenius& frobenius) {
  const auto conjugate = [](const Fq12& a) { return Fq12::conjugate(a); };
  const auto mul = [](const Fq12& a, const Fq12& b) { return Fq12::mul(a, b); };
  const Fq12 raised = mul(conjugate(value), Fq12::inverse(value));         // ^(q^6 - 1)
  const Fq12 f = mul(frobenius(frobenius(raised)), raised);                // ^(q^2 + 1)
  const Fq12 fx = Fq12::pow(f, kBnParameter), fx2 = Fq12::pow(fx, kBnParameter), fx3 = Fq12::pow(fx2, kBnParameter);
  const Fq12 fq = frobenius(f), fq2 = frobenius(fq), fq3 = frobenius(fq2);
  const Fq12 y0 = mul(mul(fq, fq2), fq3);
  const Fq12 y1 = conjugate(f);
  const Fq12 fx2q = frobenius(fx2);
  const Fq12 y2 = frobenius(fx2q);
  const Fq12 y3 = conjugate(frobenius(fx));
  const Fq12 y4 = conjugate(mul(fx, fx2q));
  const Fq12 y5 = conjugate(fx2);
  const Fq12 y6 = conjugate(mul(fx3, frobenius(fx3)));
  const Fq12 a = mul(mul(Fq12::sqr(y6), y4), y5);
  const Fq12 b = mul(mul(y3, y5), a);
  const Fq12 c = Fq12::sqr(mul(Fq12::sqr(b), mul(a, y2)));
  return mul(Fq12::sqr(mul(c, y1)), mul(c, y0));
}

inline Affine<Fq> affineOf(const AffineG1& p) { return {{p.x}, {p.y}}; }
inline TwistPoint affineOf(const AffineG2& p) { return {{{p.x[0]}, {p.x[1]}}, {{p.y[0]}, {p.y[1]}}}; }

inline bool productIsOne(const AffineG1* g1, const AffineG2* g2, std::size_t count) {
  Affine<Fq> p[PairingKernel::kMost];
  TwistPoint q[PairingKernel::kMost];
  for (std::size_t i = 0; i < count; ++i) {
    p[i] = affineOf(g1[i]);
    q[i] = affineOf(g2[i]);
  }
  const Frobenius frobenius;
  return finalExponentiation(MillerLoop(p, q, count).run(frobenius), frobenius) == Fq12::one();
}

}  // namespace straddle::STRADDLE_ISA
