#include "ntt/PageBuffer.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace straddle {

PageBuffer::PageBuffer(std::size_t bytes, bool secret) : bytes_(bytes), secret_(secret) {
  if (bytes == 0) return;
  data_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data_ == MAP_FAILED) {
    data_ = nullptr;
    throw std::bad_alloc();
  }
#ifdef MADV_HUGEPAGE
  madvise(data_, bytes, MADV_HUGEPAGE);
#endif
}

void PageBuffer::release() noexcept {
  if (data_ == nullptr) return;
  if (secret_) wipe(data_, bytes_);
  munmap(data_, bytes_);
  data_ = nullptr;
  bytes_ = 0;
}

void wipe(void* data, std::size_t bytes) noexcept {
  std::memset(data, 0, bytes);
  asm volatile("" : : "r"(data) : "memory");
}

}  // namespace straddle
