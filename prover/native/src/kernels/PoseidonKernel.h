// circomlib's Poseidon hash (poseidon/PoseidonParameters.h).
#pragma once

#include <cstddef>

#include "poseidon/PoseidonParameters.h"

namespace straddle {

struct PoseidonKernel {
  /// Derives a width's constants: PoseidonLayout(width).size() of them, and five words for each. scratch: 3 width^2.
  void (*derive)(int width, Element* constants, std::uint64_t* words52, Element* scratch);
  /// out[i] = hash of inputs[i (width - 1)] and those that follow. All values plain, inputs below the modulus. out may
  /// not overlap inputs.
  void (*hash)(const PoseidonParameters& parameters, const Element* inputs, std::size_t count, Element* out);
};

}  // namespace straddle
