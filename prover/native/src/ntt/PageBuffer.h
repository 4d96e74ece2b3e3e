#pragma once

#include <cstddef>
#include <utility>

namespace straddle {

/// Zeroed memory of its own pages (large ones where the system has them), given back as soon as it is freed, so that what
/// a job took does not stay with the process. Overwritten first if it held secrets.
class PageBuffer {
 public:
  PageBuffer() = default;
  /// Throws std::bad_alloc.
  explicit PageBuffer(std::size_t bytes, bool secret = false);
  ~PageBuffer() { release(); }
  PageBuffer(PageBuffer&& other) noexcept { swap(other); }
  PageBuffer& operator=(PageBuffer&& other) noexcept {
    PageBuffer taken(std::move(other));
    swap(taken);
    return *this;
  }

  template <class T>
  T* as() const {
    return static_cast<T*>(data_);
  }
  std::size_t bytes() const { return bytes_; }
  void release() noexcept;

 private:
  void swap(PageBuffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(secret_, other.secret_);
  }

  void* data_ = nullptr;
  std::size_t bytes_ = 0;
  bool secret_ = false;
};

/// Overwrites memory in a way that the compiler does not drop.
void wipe(void* data, std::size_t bytes) noexcept;

}  // namespace straddle
