#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "field/Bn254.h"
#include "target.h"

namespace straddle::fuzz {

/// Writes files of iden3's container format.
class FileBuilder {
 public:
  FileBuilder(const char* magic, std::uint32_t version, std::uint32_t sections) {
    bytes_.insert(bytes_.end(), magic, magic + 4);
    put(version);
    put(sections);
  }

  template <class T>
  FileBuilder& put(T value) {
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), begin, begin + sizeof value);
    return *this;
  }
  FileBuilder& put32(std::initializer_list<std::uint32_t> values) {
    for (const std::uint32_t value : values) put(value);
    return *this;
  }
  /// `count` bytes that differ from one another; as numbers of 32 bytes they are below both moduli.
  FileBuilder& fill(std::size_t count) {
    for (std::size_t index = 0; index < count; index++) {
      bytes_.push_back(index % 32 == 31 ? 0x10 : static_cast<std::uint8_t>(37 * index + 11));
    }
    return *this;
  }
  FileBuilder& begin(std::uint32_t id) {
    put(id).put(std::uint64_t{0});
    start_ = bytes_.size();
    return *this;
  }
  FileBuilder& end() {
    const std::uint64_t size = bytes_.size() - start_;
    std::memcpy(bytes_.data() + start_ - 8, &size, 8);
    return *this;
  }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
  std::size_t start_ = 0;
};

}  // namespace straddle::fuzz
