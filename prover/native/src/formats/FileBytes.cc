#include "formats/FileBytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "formats/CoreError.h"

namespace straddle {

namespace {

[[noreturn]] void fail(const char* code, const MappedFile::Role& role, const std::string& path, const std::string& what) {
  throw CoreError(code, std::string(role.name) + " " + path + " " + what + ".");
}

struct Descriptor {
  const int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

FileBytes::FileBytes(const std::string& path, const MappedFile::Role& role, std::uint64_t mostBytes) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat status {};
  if (file.number < 0 || ::fstat(file.number, &status) != 0) {
    fail(role.missingCode, role, path, std::string("cannot be read: ") + std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) fail(role.missingCode, role, path, "is no file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > mostBytes) fail(role.changedCode, role, path, "has " + std::to_string(size) + " bytes, more than any such file");
  data_.resize(static_cast<std::size_t>(size));
  std::size_t filled = 0;
  while (filled < data_.size()) {
    const ssize_t got = ::read(file.number, data_.data() + filled, data_.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(role.missingCode, role, path, std::string("cannot be read: ") + std::strerror(errno));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  // Shortened meanwhile: the parser says what is missing.
  data_.resize(filled);
}

}  // namespace straddle
