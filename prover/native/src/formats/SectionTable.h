#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "formats/ByteView.h"

namespace straddle {

/// What a kind of file is, and how its faults are reported.
struct FileKind {
  /// Four characters at the start.
  const char* magic;
  std::uint32_t version;
  /// In messages: "The proving key".
  const char* name;
  /// CoreError codes of a torn or inconsistent file, and of one that is sound but for another field or proof system.
  const char* damagedCode;
  const char* foreignCode;
  /// What to do, as a sentence.
  const char* advice;

  [[noreturn]] void damaged(const std::string& what) const;
  [[noreturn]] void foreign(const std::string& what) const;
};

/// The sections of a file of iden3's container format (.zkey, .wtns, .r1cs): 4 bytes of magic, u32 version, u32 number
/// of sections, then for each u32 id, u64 size, and its bytes.
class SectionTable {
 public:
  /// Takes a file apart; `file` must outlive the table. Throws CoreError `kind.damagedCode` unless the sections, each
  /// id once, fill the file to its last byte.
  SectionTable(ByteView file, const FileKind& kind);

  bool has(std::uint32_t id) const noexcept { return find(id) != nullptr; }
  /// Throws `damagedCode` if the section is missing.
  ByteView get(std::uint32_t id) const;
  /// Throws `damagedCode` unless it has exactly these bytes.
  ByteView get(std::uint32_t id, std::uint64_t size) const;
  /// A section of exactly `count` records of `stride` bytes.
  RecordView records(std::uint32_t id, std::uint64_t count, std::uint64_t stride) const;

 private:
  struct Section {
    std::uint32_t id;
    ByteView bytes;
  };
  const Section* find(std::uint32_t id) const noexcept;

  const FileKind& kind_;
  std::vector<Section> sections_;
};

}  // namespace straddle
