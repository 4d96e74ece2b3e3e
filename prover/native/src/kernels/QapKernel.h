// The rows of a circuit's matrices times a witness.
#pragma once

#include <cstddef>
#include <cstdint>

#include "field/Element.h"

namespace straddle {

/// Some coefficient records of a .zkey (formats/Zkey.h), all of whose rows are at least firstRow and below endRow.
struct QapRecords {
  const std::uint8_t* records;
  /// Which ones and in what order; null: from the first one on.
  const std::uint32_t* order;
  std::size_t first, count;
  std::uint32_t firstRow, endRow;
};

struct QapKernel {
  /// Adds to a[row] and b[row] what matrices 0 and 1 make of the witness (plain values). Neighbouring records of one matrix
  /// and row are added up first. False, without having touched anything else, if an index is not in its range.
  bool (*evaluateRows)(const QapRecords& records, const Element* witness, std::uint32_t wires, Element* a, Element* b);
};

}  // namespace straddle
