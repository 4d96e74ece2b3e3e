// Number-theoretic transforms over Fr, in the pieces that ntt/Ntt.cc distributes over threads; ntt/Ntt.h explains them.
#pragma once

#include <cstddef>

#include "field/Element.h"

namespace straddle {

/// Neighbouring columns or rows that one call transforms: a vector's lanes, and with one lane still a cache line's worth.
inline constexpr std::size_t kNttGroup = 8;

/// What the transform of kNttGroup rows does to each of them.
enum class NttRows { interpolate, evaluate, both };

/// One call's view of the matrix: `data` has `columns` columns, row by row.
struct NttMatrix {
  Element* data;
  std::size_t columns;
  /// Of the length of the transforms in this call.
  unsigned logLength;
};

/// Elements below are external; tables and scratch are in a form of the kernel's own.
struct NttKernel {
  /// Bytes of one table entry, and of scratch for each element of a transform's length.
  std::size_t tableEntryBytes;
  std::size_t scratchBytes;
  /// table[i] = values[i].
  void (*fillTable)(const Element* values, void* table, std::size_t count);
  /// out[i] = first * ratio^i.
  void (*powers)(const Element& first, const Element& ratio, Element* out, std::size_t count);

  /// Transforms columns first .. first + 7 of the matrix over its rows, natural to bit-reversed order, and multiplies the
  /// value of frequency k in column first + i by columnRoots[i]^k. `blockRoots` as Ntt::blockRoots_.
  void (*interpolateColumns)(const NttMatrix& matrix, std::size_t first, const void* blockRoots,
                             const Element* columnRoots, void* scratch);
  /// Transforms rows first .. first + 7. interpolate: natural to bit-reversed. evaluate: from bit-reversed to natural, then
  /// multiplies the value in column c of row first + i by rowFactors[i] * rowRoots[i]^c. both: one after the other.
  void (*transformRows)(const NttMatrix& matrix, std::size_t first, NttRows what, const void* blockRoots,
                        const void* levelRoots, const Element* rowFactors, const Element* rowRoots, void* scratch);
  /// Transforms columns first .. first + 7 over the rows, bit-reversed to natural order.
  void (*evaluateColumns)(const NttMatrix& matrix, std::size_t first, const void* levelRoots, void* scratch);

  /// What evaluateColumns and transformRows leave is only packed: to external elements, in place. count: a multiple of 8.
  void (*makeExternal)(Element* data, std::size_t count);
  /// out[i] = a[i] * b[i] on external elements; count: a multiple of 8.
  void (*multiply)(const Element* a, const Element* b, Element* out, std::size_t count);
  /// out[i] = a[i] * b[i] - c[i] as plain canonical integers, of what evaluateColumns leaves; out may be a. count: a
  /// multiple of 8.
  void (*joinQuotient)(const Element* a, const Element* b, const Element* c, Element* out, std::size_t count);
};

}  // namespace straddle
