#include "formats/AtomicFile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "formats/CoreError.h"

namespace straddle {

namespace {

/// macOS refuses longer single writes than 2^31 - 1 bytes.
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;

}  // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
  const std::string pattern = path_ + ".XXXXXX";
  std::vector<char> name(pattern.begin(), pattern.end());
  name.push_back('\0');
  descriptor_ = ::mkstemp(name.data());
  if (descriptor_ < 0) fail("cannot be created", errno);
  temporaryPath_ = name.data();
  ::fcntl(descriptor_, F_SETFD, FD_CLOEXEC);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporaryPath_.c_str());
}

void AtomicFile::append(const void* data, std::size_t size) {
  writeAt(size_, static_cast<const std::uint8_t*>(data), size);
  size_ += size;
}

void AtomicFile::patch(std::uint64_t offset, const void* data, std::size_t size) {
  writeAt(offset, static_cast<const std::uint8_t*>(data), size);
}

void AtomicFile::writeAt(std::uint64_t offset, const std::uint8_t* data, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const std::size_t part = std::min(size - done, kMostAtOnce);
    const ssize_t written = ::pwrite(descriptor_, data + done, part, static_cast<off_t>(offset + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("cannot be written", errno);
    done += static_cast<std::size_t>(written);
  }
}

void AtomicFile::commit() {
  // mkstemp gives the file to its owner alone; others may read what this process lets them read.
  ::fchmod(descriptor_, 0644);
  if (::fsync(descriptor_) != 0) fail("cannot be written", errno);
  if (::rename(temporaryPath_.c_str(), path_.c_str()) != 0) fail("cannot be given its name", errno);
  ::close(std::exchange(descriptor_, -1));
}

void AtomicFile::fail(const char* what, int error) const {
  throw CoreError("CORE_WRITE_FAILED", path_ + " " + what + ": " + std::strerror(error) +
                                           ". Check the folder's permissions and the free space.");
}

}  // namespace straddle
