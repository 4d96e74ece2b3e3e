#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "field/Element.h"
#include "formats/ByteView.h"
#include "kernels/WitnessKernel.h"

namespace straddle {

/// A signal, or array of signals, of the main component that the caller sets.
struct WitnessInput {
  /// FNV-1a of its name, 64 bits.
  std::uint64_t hash;
  std::uint32_t signal, size;
};

/// A circuit's witness program, as programFile.ts writes it: for each template the operations that its generator makes, and
/// where inputs and wires lie. Checked completely when it is read, so that running it touches nothing outside of it; what
/// it computes is not checked, as a wrong witness makes no proof. Immutable afterwards: any number of runs may share one.
class Program {
 public:
  /// Copies what it needs. Throws CoreError WITNESS_PROGRAM_DAMAGED.
  explicit Program(ByteView bytes);

  std::uint32_t signals() const noexcept { return signals_; }
  std::uint32_t inputStart() const noexcept { return inputStart_; }
  std::uint32_t inputCount() const noexcept { return inputCount_; }
  std::uint32_t main() const noexcept { return main_; }
  /// Elements of the frames of all templates that run within each other at most, without functions.
  std::size_t frameNeed() const noexcept { return frameNeed_; }
  /// The same in components.
  std::size_t depth() const noexcept { return depth_; }
  const std::vector<WitnessInput>& inputs() const noexcept { return inputs_; }
  /// The signal of each wire.
  const std::vector<std::uint32_t>& wires() const noexcept { return wires_; }
  const std::vector<WitnessInstruction>& instructions() const noexcept { return instructions_; }
  const std::vector<WitnessTape>& templates() const noexcept { return templates_; }
  const std::vector<WitnessTape>& functions() const noexcept { return functions_; }
  const std::vector<Element>& constants() const noexcept { return constants_; }
  /// Names of templates, functions and components. Empty for a number out of range.
  std::string text(std::uint32_t number) const;

 private:
  void validate();

  std::uint32_t signals_ = 0, inputStart_ = 0, inputCount_ = 0, main_ = 0;
  std::size_t frameNeed_ = 0, depth_ = 0;
  std::vector<WitnessInput> inputs_;
  std::vector<std::uint32_t> wires_;
  std::vector<WitnessInstruction> instructions_;
  std::vector<WitnessTape> templates_;
  std::vector<WitnessTape> functions_;
  std::vector<Element> constants_;
  std::vector<std::string> texts_;
};

}  // namespace straddle
