#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "formats/ByteView.h"

namespace straddle {

/// A file as memory, read only: the system reads pages when they are touched and drops them when memory is short.
///
/// A file that someone shortens while it is mapped kills the process at the next touch of a missing page (SIGBUS), and
/// one that someone overwrites changes under its reader. So files that are mapped must be replaced by renaming a new
/// one over them, never rewritten: the mapping then keeps the old file. Everything in this project writes so
/// (AtomicFile.h). checkUnchanged() finds a breach before it does harm in all cases but the race itself; small files
/// and files of unknown origin are better read with FileBytes.
class MappedFile {
 public:
  /// What a failure to open is reported as: a CoreError code and the name of such a file ("The proving key").
  struct Role {
    const char* missingCode;
    const char* changedCode;
    const char* name;
  };

  /// Throws CoreError `missingCode` if the path is no readable file; CORE_OUT_OF_MEMORY if it cannot be mapped.
  MappedFile(const std::string& path, const Role& role);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) = delete;
  MappedFile(const MappedFile&) = delete;

  ByteView bytes() const noexcept { return {data_, size_}; }
  const std::string& path() const noexcept { return path_; }

  /// Throws CoreError `changedCode` if the mapped file is no longer as long, or was written to, since it was opened.
  /// Costs one system call: use it before and after each reading of the whole.
  void checkUnchanged() const;

  // Advice to the system about a part of the mapping; without effect where it is not understood.
  /// It is about to be read from front to back.
  void adviseSequential(ByteView part) const noexcept;
  /// It is about to be read in any order: begin reading it from disk.
  void adviseNeeded(ByteView part) const noexcept;
  /// It is not needed for now: its pages no longer count as the process's memory.
  void release(ByteView part) const noexcept;

 private:
  struct Identity {
    std::uint64_t size;
    std::int64_t modifiedSec;
    std::int64_t modifiedNs;
  };

  Identity identify() const;
  void advise(ByteView part, int advice) const noexcept;

  std::string path_;
  Role role_;
  int descriptor_ = -1;
  Identity identity_{};
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace straddle
