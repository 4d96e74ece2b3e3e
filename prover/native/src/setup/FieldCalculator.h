#pragma once

#include "field/Element.h"
#include "kernels/Kernels.h"

namespace straddle {

/// Fr one element at a time, for the few values that a job needs besides its arrays.
class FieldCalculator {
 public:
  explicit FieldCalculator(const Kernels& kernels) : run_(kernels.field.scalar) {}

  Element add(const Element& a, const Element& b) const { return apply(FieldOperation::add, a, b); }
  Element sub(const Element& a, const Element& b) const { return apply(FieldOperation::sub, a, b); }
  Element mul(const Element& a, const Element& b) const { return apply(FieldOperation::mul, a, b); }
  /// 0 for 0.
  Element inverse(const Element& a) const { return apply(FieldOperation::inverse, a, a); }
  Element toMontgomery(const Element& plain) const { return apply(FieldOperation::toMontgomery, plain, plain); }
  Element toPlain(const Element& a) const { return apply(FieldOperation::fromMontgomery, a, a); }
  Element fromSmall(std::uint64_t value) const { return toMontgomery({{value, 0, 0, 0}}); }

  Element power(Element base, std::uint64_t exponent) const {
    Element result = fromSmall(1);
    for (; exponent != 0; exponent >>= 1) {
      if (exponent & 1) result = mul(result, base);
      base = mul(base, base);
    }
    return result;
  }

 private:
  Element apply(FieldOperation operation, const Element& a, const Element& b) const {
    Element out;
    run_(Field::fr, operation, &a, &b, &out, 1);
    return out;
  }

  decltype(FieldKernel::scalar) run_;
};

}  // namespace straddle
