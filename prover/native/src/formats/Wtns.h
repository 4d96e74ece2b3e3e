#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "formats/ByteView.h"
#include "formats/MappedFile.h"

namespace straddle {

/// A witness in circom's format (.wtns version 2), as a view into its bytes, which must outlive it: one number below r
/// for each wire, 32 bytes, little-endian, standard form.
class Wtns {
 public:
  static const MappedFile::Role kRole;
  /// Wires are numbered in 32 bits.
  static constexpr std::uint64_t kMostBytes = 1024 + (std::uint64_t{32} << 32);

  /// Checks everything, each value included. Throws CoreError PROVER_WITNESS_INVALID if it is torn, of another field,
  /// has a value not below r, or does not begin with the constant one.
  explicit Wtns(ByteView file);

  std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(values_.count); }
  RecordView values() const noexcept { return values_; }

  /// Throws PROVER_WITNESS_INVALID unless there are `wires` values.
  void checkCount(std::uint32_t wires) const;

  /// A file with these values: `count` times 32 bytes, which are not checked. Byte for byte what snarkjs writes.
  static std::vector<std::uint8_t> encode(const std::uint8_t* values, std::uint32_t count);
  /// Writes it under another name first, so that nobody sees half of it. Throws CoreError CORE_WRITE_FAILED.
  static void write(const std::string& path, const std::uint8_t* values, std::uint32_t count);

 private:
  RecordView values_;
};

}  // namespace straddle
