#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "formats/ByteView.h"
#include "formats/MappedFile.h"

namespace straddle {

/// A file read into memory: unlike a mapping it cannot change or vanish afterwards. For witnesses.
class FileBytes {
 public:
  /// Throws CoreError `role.missingCode` if it cannot be read, `role.changedCode` if it is longer than `mostBytes`.
  FileBytes(const std::string& path, const MappedFile::Role& role, std::uint64_t mostBytes);
  ByteView bytes() const noexcept { return {data_.data(), data_.size()}; }

 private:
  std::vector<std::uint8_t> data_;
};

}  // namespace straddle
