#include "formats/SectionTable.h"

#include <cstring>

#include "formats/CoreError.h"

namespace straddle {

namespace {

constexpr std::size_t kFileHead = 12;
constexpr std::size_t kSectionHead = 12;
/// The formats have ten kinds at most. A bound keeps the search for repeated ones cheap.
constexpr std::uint32_t kMostSections = 64;

std::string text(std::uint64_t number) { return std::to_string(number); }

}  // namespace

void FileKind::damaged(const std::string& what) const {
  throw CoreError(damagedCode, std::string(name) + " is damaged: " + what + ". " + advice);
}

void FileKind::foreign(const std::string& what) const {
  throw CoreError(foreignCode, std::string(name) + " " + what + ". " + advice);
}

SectionTable::SectionTable(ByteView file, const FileKind& kind) : kind_(kind) {
  if (file.size < kFileHead) kind.damaged("it has only " + text(file.size) + " bytes");
  if (std::memcmp(file.data, kind.magic, 4) != 0 || file.at<std::uint32_t>(4) != kind.version) {
    kind.damaged(std::string("it is no .") + kind.magic + " file of version " + text(kind.version));
  }
  const auto count = file.at<std::uint32_t>(8);
  if (count > kMostSections) kind.damaged("it claims " + text(count) + " sections");
  std::size_t offset = kFileHead;
  for (std::uint32_t index = 0; index < count; index++) {
    if (file.size - offset < kSectionHead) kind.damaged("it ends at byte " + text(file.size) + ", before a section");
    const auto id = file.at<std::uint32_t>(offset);
    const auto size = file.at<std::uint64_t>(offset + 4);
    offset += kSectionHead;
    if (has(id)) kind.damaged("section " + text(id) + " occurs twice");
    if (size > file.size - offset) {
      kind.damaged("section " + text(id) + " of " + text(size) + " bytes has " + text(file.size - offset));
    }
    sections_.push_back({id, file.slice(offset, static_cast<std::size_t>(size))});
    offset += static_cast<std::size_t>(size);
  }
  if (offset != file.size) kind.damaged(text(file.size - offset) + " bytes follow the last section");
}

const SectionTable::Section* SectionTable::find(std::uint32_t id) const noexcept {
  for (const Section& section : sections_) {
    if (section.id == id) return &section;
  }
  return nullptr;
}

ByteView SectionTable::get(std::uint32_t id) const {
  const Section* const section = find(id);
  if (section == nullptr) kind_.damaged("section " + text(id) + " is missing");
  return section->bytes;
}

ByteView SectionTable::get(std::uint32_t id, std::uint64_t size) const {
  const ByteView bytes = get(id);
  if (bytes.size != size) {
    kind_.damaged("section " + text(id) + " has " + text(bytes.size) + " bytes instead of " + text(size));
  }
  return bytes;
}

RecordView SectionTable::records(std::uint32_t id, std::uint64_t count, std::uint64_t stride) const {
  // Counts are of 32 bits and strides short: no overflow.
  const ByteView bytes = get(id, count * stride);
  return {bytes.data, static_cast<std::size_t>(count), static_cast<std::size_t>(stride)};
}

}  // namespace straddle
