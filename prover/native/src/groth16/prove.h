#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "groth16/ProvingKey.h"
#include "groth16/VerifyingKey.h"
#include "ntt/PageBuffer.h"

namespace straddle {

/// The two random scalars that hide the witness in a proof; plain, below r.
struct Blinding {
  Element r, s;
};

struct ProofWithSignals {
  Groth16Proof proof;
  /// Plain.
  std::vector<Element> publicSignals;
};

struct ProveOptions {
  /// From the operating system's generator if absent. To give them is for comparisons with another prover: a proof with
  /// known or repeated scalars reveals its witness.
  std::optional<Blinding> blinding;
  /// Named steps and the fraction done, from 0 to 1.
  std::function<void(double fraction, const char* step)> onProgress = [](double, const char*) {};
};

/// The proof that snarkjs makes with the same blinding, which has passed verification.
/// @param witness as many plain values below r as the key has wires, the first one 1 (Wtns checks all of this).
/// Throws CoreError PROVER_PROOF_INVALID if the proof does not verify: the witness does not satisfy the circuit, or the key's
/// points are wrong; PROVER_ABORTED; KEY_FILE_DAMAGED if the key's file changed.
ProofWithSignals prove(const ProvingKey& key, const Element* witness, ThreadPool& pool, const CancelToken& cancel,
                       const ProveOptions& options);

}  // namespace straddle
