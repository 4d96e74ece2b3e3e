// circomlib's EdDSA-Poseidon: keys, signatures, checks. Values are plain; tables are built when first needed, by any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/Kernels.h"

namespace straddle {

const EddsaTables& eddsaTables();

/// verdicts[i] = 1 if signature i holds. What is not reduced is refused, a message too.
void verifyEddsa(const Kernels& kernels, const SignatureCheck* checks, std::size_t count, std::uint8_t* verdicts);

/// key = x, y of the key that belongs to a 32-byte seed.
void eddsaPublicKey(const Kernels& kernels, const std::uint8_t* seed, Element* key);

/// signature = rX, rY, s of a message below the modulus; deterministic, as circomlibjs' signPoseidon.
void signEddsa(const Kernels& kernels, const std::uint8_t* seed, const Element& message, Element* signature);

}  // namespace straddle
