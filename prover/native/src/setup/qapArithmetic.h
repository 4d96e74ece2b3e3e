// SetupKernel's functions. A kernel header.
#pragma once

#include "curve/lanesReduction.h"
#include "kernels/SetupKernel.h"

namespace straddle::STRADDLE_ISA {

/// Lagrange basis polynomials at tau, with one inversion a batch (Montgomery's trick, lane by lane).
class LagrangeBasis {
  static constexpr int kLanes = FrLanes::kCount;
  static constexpr std::size_t kGroups = kLagrangeBatch / kLanes;

 public:
  struct Scratch {
    FrLanes denominators[kGroups], before[kGroups], numerators[kGroups];
    Element last[kLanes];
  };

  static bool run(const Element& tauElement, const Element& scaleElement, const Element& first, const Element& ratio,
                  std::size_t count, Element* out, void* memory) {
    Scratch& s = *static_cast<Scratch*>(memory);
    const std::size_t groups = (count + kLanes - 1) / kLanes;
    const FrLanes tau = reduced(FrLanes::broadcast(tauElement)), scale = reduced(FrLanes::broadcast(scaleElement));
    FrLanes root, step;
    startRoots({first}, {ratio}, root, step);
    FrLanes product = FrLanes::one();
    for (std::size_t g = 0; g < groups; ++g) {
      s.before[g] = product;
      s.denominators[g] = sub<2>(tau, root);
      s.numerators[g] = mul(scale, root);
      product = mul(product, s.denominators[g]);
      root = mul(root, step);
    }
    if (!invertLanes(product)) return false;
    for (std::size_t g = groups; g-- > 0;) {
      const FrLanes value = mul(mul(product, s.before[g]), s.numerators[g]);
      product = mul(product, s.denominators[g]);
      const std::size_t left = count - g * kLanes;
      if (left >= kLanes) {
        value.store(out + g * kLanes);
      } else {
        value.store(s.last);
        __builtin_memcpy(out + g * kLanes, s.last, left * sizeof(Element));
      }
    }
    return true;
  }

 private:
  /// root: first * ratio^lane; step: ratio^kLanes.
  static void startRoots(Fr first, const Fr& ratio, FrLanes& root, FrLanes& step) {
    Element roots[kLanes];
    Fr power = Fr::one();
    for (int lane = 0; lane < kLanes; ++lane) {
      roots[lane] = first.e;
      first = Fr::mul(first, ratio);
      power = Fr::mul(power, ratio);
    }
    root = reduced(FrLanes::load(roots));
    step = reduced(FrLanes::broadcast(power.e));
  }

  static bool invertLanes(FrLanes& product) {
    Element values[kLanes];
    product.store(values);
    for (int lane = 0; lane < kLanes; ++lane) {
      if (Fr{values[lane]}.isZero()) return false;
      values[lane] = Fr::inverse({values[lane]}).e;
    }
    product = reduced(FrLanes::load(values));
    return true;
  }
};

/// Reads a run of constraints: visitor.sum(matrix, row) begins a sum and says whether its terms are wanted;
/// visitor.term(wire, coefficient) follows for each.
template <class Visitor>
inline void visitTerms(const ConstraintRun& run, Visitor& visitor) {
  const std::uint8_t* at = run.bytes;
  for (std::uint32_t row = run.firstRow; row < run.firstRow + run.rows; ++row) {
    for (std::uint32_t matrix = 0; matrix < 3; ++matrix) {
      std::uint32_t count;
      __builtin_memcpy(&count, at, 4);
      at += 4;
      if (!visitor.sum(matrix, row)) {
        at += std::size_t{count} * 36;
        continue;
      }
      for (; count > 0; --count, at += 36) {
        std::uint32_t wire;
        __builtin_memcpy(&wire, at, 4);
        visitor.term(wire, at + 4);
      }
    }
  }
}

inline Fr coefficientAt(const std::uint8_t* bytes) {
  Fr value;
  __builtin_memcpy(value.e.limb, bytes, sizeof value.e.limb);
  return value;
}

struct SumVisitor {
  const Element* lagrange;
  WirePart part;
  Element* sums[3];
  Element* current;
  Fr basis, plainBasis;

  bool sum(std::uint32_t matrix, std::uint32_t row) {
    current = sums[matrix];
    if (matrix == 0) {
      basis = {lagrange[row]};
      plainBasis = {basis.toPlain()};
    }
    return true;
  }
  void term(std::uint32_t wire, const std::uint8_t* bytes) {
    if (!part.has(wire)) return;
    const Fr coefficient = coefficientAt(bytes), sum{current[wire]};
    // Most coefficients of a compiled circuit are 1 or -1.
    if (coefficient == plainOne()) current[wire] = Fr::add(sum, plainBasis).e;
    else if (coefficient == plainMinusOne()) current[wire] = Fr::sub(sum, plainBasis).e;
    else current[wire] = Fr::add(sum, Fr::mul(coefficient, basis)).e;
  }

  static constexpr Fr plainOne() { return {{{1, 0, 0, 0}}}; }
  static constexpr Fr plainMinusOne() {
    return Fr::fromWords(detail::subtract(FrParameters::kModulus, {{1, 0, 0, 0}}));
  }
};

struct CoefficientVisitor {
  std::uint8_t* out;
  std::uint32_t matrix, row;

  /// R^3 mod r: a product in Montgomery's sense divides by R.
  static constexpr Fr cubed() {
    constexpr detail::Words4 words = detail::powerOfTwo(768, FrParameters::kModulus);
    return Fr::fromWords(words);
  }

  bool sum(std::uint32_t ofMatrix, std::uint32_t ofRow) {
    matrix = ofMatrix;
    row = ofRow;
    return matrix < 2;
  }
  void term(std::uint32_t wire, const std::uint8_t* bytes) {
    const std::uint32_t head[3] = {matrix, row, wire};
    __builtin_memcpy(out, head, sizeof head);
    const Fr product = Fr::mul(coefficientAt(bytes), cubed());
    __builtin_memcpy(out + sizeof head, product.e.limb, sizeof product);
    out += sizeof head + sizeof product;
  }
};

inline void addConstraints(const ConstraintRun& run, const Element* lagrange, WirePart part, const WireSums& sums) {
  SumVisitor visitor{lagrange, part, {sums.a, sums.b, sums.c}, nullptr, Fr::zero(), Fr::zero()};
  visitTerms(run, visitor);
}

inline std::uint8_t* writeCoefficients(const ConstraintRun& run, std::uint8_t* out) {
  CoefficientVisitor visitor{out, 0, 0};
  visitTerms(run, visitor);
  return visitor.out;
}

inline void combineWires(const Element* a, const Element* b, Element* c, const WireFactors& factors, std::size_t count) {
  const FrLanes alpha = reduced(FrLanes::broadcast(factors.alpha)), beta = reduced(FrLanes::broadcast(factors.beta));
  const FrLanes all = reduced(FrLanes::broadcast(factors.all));
  std::size_t i = 0;
  for (; i + FrLanes::kCount <= count; i += FrLanes::kCount) {
    // 2 + 2 + 16 = 20.
    const FrLanes sum = add(add(mul(FrLanes::load(a + i), beta), mul(FrLanes::load(b + i), alpha)), FrLanes::load(c + i));
    mul(sum, all).store(c + i);
  }
  for (; i < count; ++i) {
    const Fr sum = Fr::add(Fr::add(Fr::mul({a[i]}, {factors.beta}), Fr::mul({b[i]}, {factors.alpha})), {c[i]});
    c[i] = Fr::mul(sum, {factors.all}).e;
  }
}

inline constexpr SetupKernel kSetupKernel = {sizeof(LagrangeBasis::Scratch), LagrangeBasis::run, addConstraints,
                                             writeCoefficients, combineWires};

}  // namespace straddle::STRADDLE_ISA
