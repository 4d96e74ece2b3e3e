// FieldKernel's functions. A kernel header.
#pragma once

#include "field/Lanes.h"
#include "kernels/FieldKernel.h"

namespace straddle::STRADDLE_ISA {

template <class P>
void scalarOperation(FieldOperation operation, const Element* a, const Element* b, Element* out, std::size_t count) {
  using F = Fp<P>;
  for (std::size_t i = 0; i < count; ++i) {
    const F x{a[i]};
    switch (operation) {
      case FieldOperation::add: out[i] = F::add(x, {b[i]}).e; break;
      case FieldOperation::sub: out[i] = F::sub(x, {b[i]}).e; break;
      case FieldOperation::mul: out[i] = F::mul(x, {b[i]}).e; break;
      case FieldOperation::sqr: out[i] = F::sqr(x).e; break;
      case FieldOperation::neg: out[i] = F::neg(x).e; break;
      case FieldOperation::inverse: out[i] = F::inverse(x).e; break;
      case FieldOperation::toMontgomery: out[i] = F::fromPlain(a[i]).e; break;
      case FieldOperation::fromMontgomery: out[i] = x.toPlain(); break;
    }
  }
}

template <class P>
void lanesOperation(FieldOperation operation, const Element* a, const Element* b, Element* out, std::size_t count) {
  using L = Lanes<P>;
  for (std::size_t i = 0; i < count; i += L::kCount) {
    // From a bound of 16 to 2.
    const L x = fold<2>(fold<4>(fold<8>(L::load(a + i))));
    switch (operation) {
      case FieldOperation::add: add(x, L::load(b + i)).store(out + i); break;
      case FieldOperation::sub: sub<16>(x, L::load(b + i)).store(out + i); break;
      case FieldOperation::mul: mul(x, L::load(b + i)).store(out + i); break;
      case FieldOperation::sqr: sqr(x).store(out + i); break;
      case FieldOperation::neg: sub<2>(L::zero(), x).store(out + i); break;
      default: break;
    }
  }
}

inline void scalarArray(Field field, FieldOperation operation, const Element* a, const Element* b, Element* out,
                        std::size_t count) {
  if (field == Field::fq) scalarOperation<FqParameters>(operation, a, b, out, count);
  else scalarOperation<FrParameters>(operation, a, b, out, count);
}

inline void lanesArray(Field field, FieldOperation operation, const Element* a, const Element* b, Element* out,
                       std::size_t count) {
  if (field == Field::fq) lanesOperation<FqParameters>(operation, a, b, out, count);
  else lanesOperation<FrParameters>(operation, a, b, out, count);
}

}  // namespace straddle::STRADDLE_ISA
