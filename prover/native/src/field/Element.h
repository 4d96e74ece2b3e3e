// What crosses every boundary of the core: a field element of BN254 as a .zkey file stores it.
#pragma once

#include <cstdint>

namespace straddle {

/// Four 64-bit words, least significant first. Unless a name says otherwise the value is in Montgomery form
/// (x * 2^256 mod p) and below the modulus, as in snarkjs' files.
struct Element {
  std::uint64_t limb[4];
};

/// (0, 0) is the point at infinity, which both curves' equations leave free.
struct AffineG1 {
  Element x, y;
};

/// Coordinates c0 + c1 u of Fq2, u^2 = -1.
struct AffineG2 {
  Element x[2], y[2];
};

static_assert(sizeof(AffineG1) == 64 && sizeof(AffineG2) == 128, "the layout of .zkey files");

}  // namespace straddle
