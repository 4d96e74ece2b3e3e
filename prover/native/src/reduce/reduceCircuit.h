#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "formats/R1cs.h"
#include "reduce/Eliminator.h"

namespace straddle::reduce {

struct Reduction {
  std::uint32_t wiresBefore, wires;
  std::uint32_t constraintsBefore, constraints;
  /// Of the constraints that are left: linear ones, whose elimination was impossible or too dear.
  std::uint32_t linearConstraints;
  std::uint64_t termsBefore, terms;
};

/// Told of each stage ("read", "eliminate", "write") how far it is; it may throw to stop the work.
using StageProgress = std::function<void(double fraction, const char* stage)>;

/// Eliminates the linear constraints of a circuit, and writes the smaller circuit and the map
/// of its wires: new wire i has the value of old wire map[i], 32 bits each. See Eliminator.h for what is kept, and why it
/// states the same.
/// @throws CoreError SETUP_R1CS_INVALID, CORE_WRITE_FAILED; what onProgress throws
Reduction reduceCircuit(const R1cs& circuit, const std::string& r1csPath, const std::string& wireMapPath,
                        const Limits& limits, const StageProgress& onProgress);

}  // namespace straddle::reduce
