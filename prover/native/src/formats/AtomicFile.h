#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace straddle {

/// A file that appears under its name only when it is complete: it is written beside it and renamed. A reader that has
/// the old one mapped keeps the old one.
class AtomicFile {
 public:
  /// Throws CoreError CORE_WRITE_FAILED, as all members do.
  explicit AtomicFile(std::string path);
  /// Without commit(), nothing remains.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void append(const void* data, std::size_t size);
  /// Bytes appended so far.
  std::uint64_t size() const noexcept { return size_; }
  /// Writes bytes at any place, also beyond those appended (where threads make the parts of a file in no order): what lies
  /// between is zeros.
  void patch(std::uint64_t offset, const void* data, std::size_t size);
  /// Hands it to the disk and gives it its name.
  void commit();

 private:
  void writeAt(std::uint64_t offset, const std::uint8_t* data, std::size_t size);
  [[noreturn]] void fail(const char* what, int error) const;

  std::string path_;
  std::string temporaryPath_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace straddle
