#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/WitnessKernel.h"

namespace straddle {

/// Checks that no instruction of a program can reach outside of its component's signals, its frame, the constants or the
/// program, whatever values it meets, and that templates are nested without end. All throw CoreError
/// WITNESS_PROGRAM_DAMAGED.
class TapeValidator {
 public:
  TapeValidator(const std::vector<WitnessInstruction>& instructions, const std::vector<WitnessTape>& templates,
                const std::vector<WitnessTape>& functions, std::size_t constants);

  void checkAll() const;

  // Of a template with all that it uses, at the deepest: elements of frames, and components within each other.
  std::size_t frameNeed(std::size_t number) const { return frameNeeds_[number]; }
  std::size_t depth(std::size_t number) const { return depths_[number]; }
  /// Whether components of it can run in lanes: without jumps and calls, and nested not too deep for recursion.
  bool hasLanes(std::size_t number) const;

 private:
  void checkTape(const WitnessTape& tape, std::size_t ownNumber) const;
  void checkInstruction(const WitnessTape& tape, const WitnessInstruction& instruction,
                        const WitnessInstruction& extra, std::size_t ownNumber) const;
  void checkRange(const WitnessTape& tape, std::uint32_t operand, std::uint64_t count, bool writes) const;
  void measure();

  const std::vector<WitnessInstruction>& instructions_;
  const std::vector<WitnessTape>& templates_;
  const std::vector<WitnessTape>& functions_;
  std::size_t constants_;
  std::vector<std::size_t> frameNeeds_, depths_;
};

}  // namespace straddle
