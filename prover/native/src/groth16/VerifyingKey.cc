#include "groth16/VerifyingKey.h"

#include <algorithm>

#include "field/Bn254.h"

namespace straddle {

namespace {

constexpr Element kPlainOne{{1, 0, 0, 0}};

bool isBelowOrder(const Element& value) {
  return !detail::atLeast({{value.limb[0], value.limb[1], value.limb[2], value.limb[3]}}, detail::kFrModulus);
}

AffineG1 negated(const Kernels& kernels, const AffineG1& point) {
  AffineG1 result = point;
  kernels.field.scalar(Field::fq, FieldOperation::neg, &point.y, &point.y, &result.y, 1);
  return result;
}

}  // namespace

bool VerifyingKey::isSound(const Kernels& kernels) const {
  const PairingKernel& points = kernels.pairing;
  return points.isG1(alpha1) && points.isG2(beta2) && points.isG2(gamma2) && points.isG2(delta2) &&
         std::all_of(ic.begin(), ic.end(), [&](const AffineG1& point) { return points.isG1(point); });
}

bool verifyProof(const Kernels& kernels, const VerifyingKey& key, const std::vector<Element>& publicSignals,
                 const Groth16Proof& proof) {
  const PairingKernel& points = kernels.pairing;
  if (publicSignals.size() + 1 != key.ic.size()) return false;
  if (!std::all_of(publicSignals.begin(), publicSignals.end(), isBelowOrder)) return false;
  if (!points.isG1(proof.a) || !points.isG2(proof.b) || !points.isG1(proof.c)) return false;

  std::vector<Element> scalars{kPlainOne};
  scalars.insert(scalars.end(), publicSignals.begin(), publicSignals.end());
  const AffineG1 signals = points.combinePublicG1(key.ic.data(), scalars.data(), scalars.size());
  // e(A, B) = e(alpha, beta) e(signals, gamma) e(C, delta).
  const AffineG1 left[4] = {negated(kernels, proof.a), key.alpha1, signals, proof.c};
  const AffineG2 right[4] = {proof.b, key.beta2, key.gamma2, key.delta2};
  return points.productIsOne(left, right, 4);
}

}  // namespace straddle
