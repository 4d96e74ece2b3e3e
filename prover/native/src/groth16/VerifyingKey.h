#pragma once

#include <cstddef>
#include <vector>

#include "field/Element.h"
#include "kernels/Kernels.h"

namespace straddle {

/// A Groth16 proof; coordinates in Montgomery form.
struct Groth16Proof {
  AffineG1 a;
  AffineG2 b;
  AffineG1 c;
};

/// What a proof is checked with ("On the Size of Pairing-based Non-interactive Arguments", Groth 2016).
struct VerifyingKey {
  AffineG1 alpha1;
  AffineG2 beta2, gamma2, delta2;
  /// One more than there are public signals.
  std::vector<AffineG1> ic;

  /// Whether every point is in its group.
  bool isSound(const Kernels& kernels) const;
};

/// Whether the proof holds for these public signals: plain values, which must be below r. Points outside of their group
/// and a wrong number of signals make it false; the key must be sound.
bool verifyProof(const Kernels& kernels, const VerifyingKey& key, const std::vector<Element>& publicSignals,
                 const Groth16Proof& proof);

}  // namespace straddle
