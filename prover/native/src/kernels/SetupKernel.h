// Over Fr, what a development setup computes before it comes to points: the Lagrange basis, and the sums of a circuit's
// sparse matrices weighted with it (setup/qapArithmetic.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "field/Element.h"

namespace straddle {

/// Most values of one call of `lagrange`.
inline constexpr std::size_t kLagrangeBatch = 2048;

/// A run of constraints as an .r1cs file holds them, already checked: three sums each, u32 count, then for each term u32
/// wire and 32 bytes of coefficient, plain.
struct ConstraintRun {
  const std::uint8_t* bytes;
  /// Of the first constraint, and how many there are.
  std::uint32_t firstRow;
  std::uint32_t rows;
};

/// One of `parts` disjoint sets of wires, all of about the same size.
struct WirePart {
  std::uint32_t part;
  std::uint32_t parts;

  bool has(std::uint32_t wire) const {
    // Multiplying spreads neighbouring wires, which occur together, over the parts.
    return (std::uint64_t{wire * 0x9e3779b1u} * parts) >> 32 == part;
  }
};

/// a, b, c: one plain element a wire.
struct WireSums {
  Element* a;
  Element* b;
  Element* c;
};

/// External.
struct WireFactors {
  Element alpha, beta, all;
};

struct SetupKernel {
  std::size_t lagrangeScratchBytes;
  /// out[i] = scale * w / (tau - w), w = first * ratio^i. All external; out is plain where scale is. False if tau is one of
  /// the w. count: up to kLagrangeBatch; scratch at a multiple of 64.
  bool (*lagrange)(const Element& tau, const Element& scale, const Element& first, const Element& ratio,
                   std::size_t count, Element* out, void* scratch);
  /// sums[wire] += coefficient * lagrange[row] for the terms of the run whose wires are in the part. lagrange external.
  void (*addConstraints)(const ConstraintRun& run, const Element* lagrange, WirePart part, const WireSums& sums);
  /// Section 4 of a .zkey: for each term of A and B of each row u32 matrix, u32 row, u32 wire, coefficient * R^2. Returns
  /// the end of what was written.
  std::uint8_t* (*writeCoefficients)(const ConstraintRun& run, std::uint8_t* out);
  /// c[i] = (beta a[i] + alpha b[i] + c[i]) * all.
  void (*combine)(const Element* a, const Element* b, Element* c, const WireFactors& factors, std::size_t count);
};

}  // namespace straddle
