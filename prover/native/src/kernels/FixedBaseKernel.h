// Multiples of a fixed point, many at a time: what a development setup consists of (curve/fixedBase.h explains it).
#pragma once

#include <cstddef>

#include "field/Element.h"

namespace straddle {

/// Windows of signed digits that cover a scalar: 255 bits, so that the topmost digit is never negative.
constexpr unsigned fixedBaseWindows(unsigned windowBits) { return (255 + windowBits - 1) / windowBits; }

/// Most scalars of one call of `multiply`.
inline constexpr std::size_t kFixedBaseBatch = 2048;

/// The functions of one group. Tables and scratch are in a form of the kernel's own and begin at a multiple of 64; one
/// table is read by any number of threads, each with scratch of its own.
struct FixedBaseGroup {
  /// Of an affine point, in a table and outside: 64 or 128.
  std::size_t pointBytes;
  std::size_t scratchBytes;
  /// Begins a table of fixedBaseWindows(windowBits) << (windowBits - 1) points. `base` is external, of prime order, and
  /// not infinity; windowBits from 3 to 16.
  void (*beginTable)(const void* base, unsigned windowBits, void* table);
  /// Fills one window of a table that was begun; windows are independent.
  void (*fillWindow)(unsigned windowBits, unsigned window, void* table, void* scratch);
  /// points[i] = plainScalars[i] * base, external; infinity for 0. Scalars are plain (not Montgomery) and below the
  /// group order; count up to kFixedBaseBatch.
  void (*multiply)(const void* table, unsigned windowBits, const Element* plainScalars, std::size_t count, void* points,
                   void* scratch);
};

struct FixedBaseKernel {
  FixedBaseGroup g1;
  FixedBaseGroup g2;
};

}  // namespace straddle
