#include "formats/MappedFile.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "formats/CoreError.h"

namespace straddle {

namespace {

[[noreturn]] void failMissing(const MappedFile::Role& role, const std::string& path, const char* what) {
  throw CoreError(role.missingCode, std::string(role.name) + " " + path + " cannot be read: " + what +
                                        ". Make it first, or check the path and its permissions.");
}

int openFile(const std::string& path, const MappedFile::Role& role) {
  // Not blocking, so that a pipe of that name is refused instead of waited for.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) failMissing(role, path, std::strerror(errno));
  return descriptor;
}

}  // namespace

MappedFile::MappedFile(const std::string& path, const Role& role)
    : path_(path), role_(role), descriptor_(openFile(path, role)) {
  try {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) failMissing(role, path, std::strerror(errno));
    if (!S_ISREG(status.st_mode)) failMissing(role, path, "it is no file");
    identity_ = identify();
    size_ = static_cast<std::size_t>(identity_.size);
    if (size_ == 0) return;
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor_, 0);
    if (mapped == MAP_FAILED) {
      throw CoreError("CORE_OUT_OF_MEMORY", std::string(role.name) + " " + path + " cannot be mapped: " +
                                                std::strerror(errno) + ". Free memory, or address space.");
    }
    data_ = static_cast<const std::uint8_t*>(mapped);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)),
      role_(other.role_),
      descriptor_(std::exchange(other.descriptor_, -1)),
      identity_(other.identity_),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::uint8_t*>(data_), size_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

MappedFile::Identity MappedFile::identify() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) failMissing(role_, path_, std::strerror(errno));
#if defined(__APPLE__)
  const struct timespec modified = status.st_mtimespec;
#else
  const struct timespec modified = status.st_mtim;
#endif
  return {static_cast<std::uint64_t>(status.st_size), modified.tv_sec, modified.tv_nsec};
}

void MappedFile::checkUnchanged() const {
  const Identity now = identify();
  const bool same = now.size == identity_.size && now.modifiedSec == identity_.modifiedSec &&
                    now.modifiedNs == identity_.modifiedNs;
  if (same) return;
  throw CoreError(role_.changedCode, std::string(role_.name) + " " + path_ +
                                         " was written to while it was in use. Replace such files by renaming, and load "
                                         "this one again.");
}

void MappedFile::advise(ByteView part, int advice) const noexcept {
  if (part.size == 0 || data_ == nullptr) return;
  // The system wants whole pages.
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(part.data) / page * page;
  const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(part.data) + part.size;
  ::madvise(reinterpret_cast<void*>(begin), end - begin, advice);
}

void MappedFile::adviseSequential(ByteView part) const noexcept { advise(part, MADV_SEQUENTIAL); }
void MappedFile::adviseNeeded(ByteView part) const noexcept { advise(part, MADV_WILLNEED); }
void MappedFile::release(ByteView part) const noexcept { advise(part, MADV_DONTNEED); }

}  // namespace straddle
