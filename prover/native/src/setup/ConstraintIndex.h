#pragma once

#include <cstdint>
#include <vector>

#include "formats/R1cs.h"
#include "kernels/SetupKernel.h"
#include "parallel/CancelToken.h"

namespace straddle {

/// Where constraints begin in a file, run by run, so that threads can read them independently.
struct ConstraintIndex {
  struct Run {
    ConstraintRun constraints;
    /// Terms of A and B in this run, and in all before it.
    std::uint64_t terms;
    std::uint64_t termsBefore;
  };
  std::vector<Run> runs;
  std::uint64_t terms = 0;
};

/// Reads and checks all constraints once. Throws what R1cs::Cursor throws.
ConstraintIndex indexConstraints(const R1cs& file, const CancelToken& cancel);

}  // namespace straddle
