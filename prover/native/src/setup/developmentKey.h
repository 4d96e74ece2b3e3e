#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "field/Element.h"
#include "kernels/Kernels.h"
#include "parallel/CancelToken.h"
#include "parallel/ThreadPool.h"
#include "setup/KeyLayout.h"

namespace straddle {

/// Groth16's secrets as plain elements below r, none zero; gamma is 1.
struct ToxicWaste {
  Element tau, alpha, beta, delta;
};

struct DevelopmentKeyRequest {
  std::string r1csPath;
  std::string zkeyPath;
  ToxicWaste waste;
  /// What stands in place of a ceremony's circuit hash.
  std::uint8_t mark[KeyLayout::kMarkBytes];
};

/// Told how much is done, 0 to 1, and what is under way (a literal); from any thread.
using SetupProgress = std::function<void(double fraction, const char* stage)>;

/// Writes a Groth16 proving key in snarkjs' format, computed from known secrets: INSECURE by construction. The QAP's
/// polynomials are evaluated at tau and every point is a multiple of a generator (Groth, "On the Size of Pairing-based
/// Non-interactive Arguments", 2016, section 3.2). The same request gives the same bytes on every machine, and the same as
/// prover/setup/developmentKeys.ts. The file appears when it is complete.
///
/// Memory beside the mapped constraints: 96 bytes a wire, 32 a row of the domain, tables of at most 54 MB, and 2 MB a thread.
///
/// Throws CoreError SETUP_R1CS_INVALID; SETUP_R1CS_UNSUPPORTED, also for a circuit too large for the curve or empty;
/// CORE_WRITE_FAILED; CORE_ARGUMENT_INVALID if tau is a root of unity; PROVER_ABORTED.
void writeDevelopmentKey(const Kernels& kernels, ThreadPool& pool, const DevelopmentKeyRequest& request,
                         const CancelToken& cancel, const SetupProgress& onProgress);

}  // namespace straddle
