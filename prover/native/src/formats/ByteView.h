#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace straddle {

/// Bytes that someone else owns. Files give no alignment: numbers are read by copying.
struct ByteView {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;

  /// Without a check: callers compare with `size` first. All supported machines are little-endian, as the files are.
  template <class T>
  T at(std::size_t offset) const {
    T value;
    std::memcpy(&value, data + offset, sizeof value);
    return value;
  }
  ByteView slice(std::size_t offset, std::size_t count) const { return {data + offset, count}; }
};

/// `count` records of `stride` bytes, one after the other.
struct RecordView {
  const std::uint8_t* data = nullptr;
  std::size_t count = 0;
  std::size_t stride = 0;

  const std::uint8_t* operator[](std::size_t index) const { return data + index * stride; }
  std::size_t bytes() const { return count * stride; }
};

}  // namespace straddle
