// A rank-1 constraint system in memory: for each constraint three sums A, B, C of wires with A * B = C.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reduce/Coefficients.h"

namespace straddle::reduce {

using Wire = std::uint32_t;

struct Term {
  Wire wire;
  Coefficients::Id coefficient;
};

/// A sum of terms: wires ascending, each once, no coefficient zero. Wire 0 has the value 1.
using Sum = std::vector<Term>;

enum class Kind : std::uint8_t {
  kQuadratic,
  /// C = 0; A and B are empty.
  kLinear,
  /// States nothing any more.
  kGone,
};

struct System {
  Wire wires = 0;
  /// Outputs and inputs; they are the wires 1..publicSignals.
  Wire publicOutputs = 0;
  Wire publicInputs = 0;
  Wire privateInputs = 0;
  std::uint64_t labels = 0;
  /// The label of each wire; empty if the file has none.
  std::vector<std::uint64_t> labelOfWire;
  Coefficients coefficients;
  /// A, B and C of constraint i at 3 i, 3 i + 1, 3 i + 2.
  std::vector<Sum> sums;
  std::vector<Kind> kinds;

  Wire publicSignals() const { return publicOutputs + publicInputs; }
  std::size_t constraints() const { return kinds.size(); }
};

}  // namespace straddle::reduce
