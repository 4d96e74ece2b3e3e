// circom's operations on field elements in Montgomery's form. A kernel header.
#pragma once

#include "kernels/WitnessKernel.h"
#include "witness/inverse.h"
#include "witness/plainArithmetic.h"

namespace straddle::STRADDLE_ISA {

inline Fr truth(bool value) { return value ? Fr::one() : Fr::zero(); }

inline Fr powerOf(const Fr& base, const Element& exponent) {
  Fr r = Fr::one();
  for (int bit = static_cast<int>(bitLength(exponent)) - 1; bit >= 0; --bit) {
    r = Fr::mul(r, r);
    if (exponent.limb[bit >> 6] >> (bit & 63) & 1) r = Fr::mul(r, base);
  }
  return r;
}

/// Bit `index` of a plain integer.
inline Fr bitOf(const Element& plain, std::uint32_t index) { return truth(plain.limb[index >> 6] >> (index & 63) & 1); }

/// Integers are not divided by zero.
inline bool isUndefined(WitnessCode code, const Fr& b) {
  return (code == WitnessCode::idiv || code == WitnessCode::mod) && b.isZero();
}

/// Operations on integers: operands are taken out of Montgomery's form, and the result is put back.
inline Fr operateOnPlain(WitnessCode code, const Fr& x, const Fr& y) {
  if (code == WitnessCode::pow) return powerOf(x, y.toPlain());
  const Element a = x.toPlain();
  const Element b = y.toPlain();
  Element r{{0, 0, 0, 0}};
  switch (code) {
    case WitnessCode::idiv: r = dividePlain(a, b).quotient; break;
    case WitnessCode::mod: r = dividePlain(a, b).rest; break;
    case WitnessCode::shl: r = shift(a, b, true); break;
    case WitnessCode::shr: r = shift(a, b, false); break;
    case WitnessCode::band:
      for (int i = 0; i < 4; ++i) r.limb[i] = a.limb[i] & b.limb[i];
      break;
    case WitnessCode::bor:
      for (int i = 0; i < 4; ++i) r.limb[i] = a.limb[i] | b.limb[i];
      r = reduceBits(r);
      break;
    case WitnessCode::bxor:
      for (int i = 0; i < 4; ++i) r.limb[i] = a.limb[i] ^ b.limb[i];
      r = reduceBits(r);
      break;
    case WitnessCode::bnot:
      for (int i = 0; i < 4; ++i) r.limb[i] = ~a.limb[i];
      r.limb[3] &= kFrTopMask;
      r = reduceBits(r);
      break;
    case WitnessCode::lt: return truth(isSignedLess(a, b));
    case WitnessCode::gt: return truth(isSignedLess(b, a));
    case WitnessCode::leq: return truth(!isSignedLess(b, a));
    case WitnessCode::geq: return truth(!isSignedLess(a, b));
    default: break;
  }
  return Fr::fromPlain(r);
}

/// Any operation with a result; those of one operand do not read y.
inline Fr operate(WitnessCode code, const Fr& x, const Fr& y) {
  switch (code) {
    case WitnessCode::add: return Fr::add(x, y);
    case WitnessCode::sub: return Fr::sub(x, y);
    case WitnessCode::mul: return Fr::mul(x, y);
    case WitnessCode::div: return Fr::mul(x, inverseInVariableTime(y));
    case WitnessCode::neg: return Fr::neg(x);
    case WitnessCode::eq: return truth(x == y);
    case WitnessCode::neq: return truth(x != y);
    case WitnessCode::land: return truth(!x.isZero() && !y.isZero());
    case WitnessCode::lor: return truth(!x.isZero() || !y.isZero());
    case WitnessCode::lnot: return truth(x.isZero());
    default: return operateOnPlain(code, x, y);
  }
}

}  // namespace straddle::STRADDLE_ISA
