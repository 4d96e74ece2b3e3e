#pragma once

#include <cstdint>

#include "formats/AtomicFile.h"

namespace straddle {

/// Sizes of a circuit and of its key.
struct KeySizes {
  std::uint32_t wires;
  std::uint32_t publicSignals;
  /// Rows of the QAP.
  std::uint32_t domain;
  /// Terms of section 4.
  std::uint32_t coefficients;
};

/// Where each section of a Groth16 .zkey lies, in the order in which snarkjs and the JavaScript setup write them.
class KeyLayout {
 public:
  static constexpr std::uint64_t kCoefficientBytes = 44;
  static constexpr std::uint64_t kHeaderBytes = 660;
  static constexpr std::uint64_t kMarkBytes = 64;
  enum Section { protocol = 1, header, ic, coefficients, a, b1, b2, c, h, contributions };

  explicit KeyLayout(const KeySizes& sizes);
  /// Offset in the file of a section's first byte behind its head.
  std::uint64_t offset(Section section) const { return offsets_[section]; }
  /// Writes the file's head and every section's.
  void writeHeads(AtomicFile& file) const;

 private:
  std::uint64_t offsets_[11] = {};
  std::uint64_t sizes_[11] = {};
};

}  // namespace straddle
