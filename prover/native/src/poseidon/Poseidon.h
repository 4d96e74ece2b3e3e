// circomlib's Poseidon for 1 to 16 inputs.
#pragma once

#include <cstddef>

#include "kernels/Kernels.h"

namespace straddle {

/// Constants for this number of inputs, derived when first asked for; any thread may ask.
const PoseidonParameters& poseidonParameters(int inputs);

/// out[i] = the hash of `inputs` values from values[i inputs]. Plain values, all below the modulus; out may not overlap.
void poseidonHash(const Kernels& kernels, int inputs, const Element* values, std::size_t count, Element* out);

}  // namespace straddle
