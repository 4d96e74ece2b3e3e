#include "formats/Wtns.h"

#include <cstring>

#include "formats/AtomicFile.h"
#include "formats/SectionTable.h"
#include "formats/fieldBytes.h"

namespace straddle {

const MappedFile::Role Wtns::kRole = {"PROVER_WITNESS_INVALID", "PROVER_WITNESS_INVALID", "The witness"};

namespace {

constexpr std::uint32_t kHeader = 1, kValues = 2;
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kHeaderBytes = 4 + kFieldBytes + 4;
/// Magic, version and number of sections; two section heads; the header section.
constexpr std::size_t kPreambleBytes = 12 + 12 + kHeaderBytes + 12;

const FileKind kKind = {"wtns",
                        kVersion,
                        "The witness",
                        "PROVER_WITNESS_INVALID",
                        "PROVER_WITNESS_INVALID",
                        "Compute it with the circuit that the key was made for."};

/// Everything before the values.
std::vector<std::uint8_t> preamble(std::uint32_t count) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(kPreambleBytes);
  const auto put = [&](const auto& value) {
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(&value);
    bytes.insert(bytes.end(), begin, begin + sizeof value);
  };
  bytes.insert(bytes.end(), kKind.magic, kKind.magic + 4);
  put(kVersion);
  put(std::uint32_t{2});
  put(kHeader);
  put(std::uint64_t{kHeaderBytes});
  put(static_cast<std::uint32_t>(kFieldBytes));
  put(detail::kFrModulus.w);
  put(count);
  put(kValues);
  put(std::uint64_t{count} * kFieldBytes);
  return bytes;
}

}  // namespace

Wtns::Wtns(ByteView file) {
  const SectionTable sections(file, kKind);
  const ByteView header = sections.get(kHeader);
  if (header.size < 4 + kFieldBytes) kKind.damaged("section 1 is torn");
  if (header.at<std::uint32_t>(0) != kFieldBytes || !isEqual(header.data + 4, detail::kFrModulus)) {
    kKind.foreign("is of another field");
  }
  if (header.size != kHeaderBytes) kKind.damaged("section 1 is torn");
  values_ = sections.records(kValues, header.at<std::uint32_t>(4 + kFieldBytes), kFieldBytes);
  for (std::size_t index = 0; index < values_.count; index++) {
    if (!isBelowFr(values_[index])) kKind.damaged("value " + std::to_string(index) + " is not below the field's order");
  }
  if (values_.count == 0 || !isEqual(values_[0], {{1, 0, 0, 0}})) kKind.damaged("it does not begin with the constant one");
}

void Wtns::checkCount(std::uint32_t wires) const {
  if (count() == wires) return;
  kKind.foreign("has " + std::to_string(count()) + " values, the key " + std::to_string(wires) + " wires");
}

std::vector<std::uint8_t> Wtns::encode(const std::uint8_t* values, std::uint32_t count) {
  std::vector<std::uint8_t> bytes = preamble(count);
  bytes.insert(bytes.end(), values, values + std::size_t{count} * kFieldBytes);
  return bytes;
}

void Wtns::write(const std::string& path, const std::uint8_t* values, std::uint32_t count) {
  AtomicFile file(path);
  const std::vector<std::uint8_t> head = preamble(count);
  file.append(head.data(), head.size());
  file.append(values, std::size_t{count} * kFieldBytes);
  file.commit();
}

}  // namespace straddle
