#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reduce/Progress.h"
#include "reduce/System.h"

namespace straddle::reduce {

/// Which old wire each new one is: wire 0, the public signals, and every other wire that a constraint still names, in
/// the old order.
std::vector<Wire> remainingWires(const System& system);

/// Removes constraints that are equal to an earlier one.
void removeDuplicates(System& system);

struct WrittenSystem {
  std::uint32_t wires;
  std::uint32_t constraints;
  std::uint32_t linearConstraints;
  std::uint64_t terms;
};

/// Writes what is left as an .r1cs file, wires renumbered by `oldWires`, and the numbers of the old wires (each 32 bits,
/// little-endian) as the wire map.
/// @throws CoreError CORE_WRITE_FAILED; what onProgress throws
WrittenSystem writeSystem(const System& system, const std::vector<Wire>& oldWires, const std::string& r1csPath,
                          const std::string& wireMapPath, const Progress& onProgress);

}  // namespace straddle::reduce
