#include "reduce/readSystem.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "field/Bn254.h"
#include "formats/CoreError.h"

namespace straddle::reduce {

namespace {

constexpr std::size_t kFieldBytes = 32;
constexpr std::size_t kTermBytes = 4 + kFieldBytes;
constexpr std::uint32_t kHeaderSection = 1, kConstraintsSection = 2, kLabelsSection = 3, kCustomGatesSection = 4;
/// Rows, three a constraint, are numbered in 32 bits.
constexpr std::uint32_t kMostConstraints = 1u << 30;
constexpr std::uint32_t kProgressEvery = 4096;

[[noreturn]] void invalid(const std::string& what) {
  throw CoreError("SETUP_R1CS_INVALID", "The .r1cs file is damaged: " + what + ". Compile the circuit again.");
}

/// A cursor over bytes that refuses to leave them.
class Reader {
 public:
  Reader(const std::uint8_t* bytes, std::size_t size) : at_(bytes), left_(size) {}

  const std::uint8_t* take(std::size_t count) {
    if (count > left_) invalid("it ends too early");
    const std::uint8_t* const taken = at_;
    at_ += count;
    left_ -= count;
    return taken;
  }
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value), sizeof value);  // all supported machines are little-endian
    return value;
  }
  std::size_t left() const { return left_; }

 private:
  const std::uint8_t* at_;
  std::size_t left_;
};

struct Section {
  const std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
};

struct Sections {
  Section header, constraints, labels;
};

void place(Section& section, const std::uint8_t* bytes, std::size_t size) {
  if (section.bytes != nullptr) invalid("a section stands twice");
  section = {bytes, size};
}

Sections findSections(const std::uint8_t* bytes, std::size_t size) {
  Reader file(bytes, size);
  if (std::memcmp(file.take(4), "r1cs", 4) != 0 || file.number<std::uint32_t>() != 1) {
    throw CoreError("SETUP_R1CS_INVALID", "This is no .r1cs file of version 1. Give the file that circom wrote with --r1cs.");
  }
  Sections found;
  const auto count = file.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto type = file.number<std::uint32_t>();
    const auto length = file.number<std::uint64_t>();
    if (length > file.left()) invalid("a section ends beyond the file");
    const std::uint8_t* const body = file.take(static_cast<std::size_t>(length));
    if (type == kHeaderSection) place(found.header, body, static_cast<std::size_t>(length));
    if (type == kConstraintsSection) place(found.constraints, body, static_cast<std::size_t>(length));
    if (type == kLabelsSection) place(found.labels, body, static_cast<std::size_t>(length));
    if (type == kCustomGatesSection && length > 4) {
      throw CoreError("SETUP_R1CS_UNSUPPORTED", "The circuit uses custom gates, which Groth16 does not know. Remove them.");
    }
  }
  if (found.header.bytes == nullptr || found.constraints.bytes == nullptr) invalid("a section is missing");
  return found;
}

bool isBelowModulus(const Element& value) {
  const auto& modulus = FrParameters::kModulus.w;
  for (int i = 3; i >= 0; --i) {
    if (value.limb[i] != modulus[i]) return value.limb[i] < modulus[i];
  }
  return false;
}

std::uint32_t readHeader(const Section& section, System& system) {
  Reader header(section.bytes, section.size);
  const auto fieldBytes = header.number<std::uint32_t>();
  if (fieldBytes != kFieldBytes ||
      std::memcmp(header.take(kFieldBytes), FrParameters::kModulus.w, kFieldBytes) != 0) {
    throw CoreError("SETUP_R1CS_UNSUPPORTED",
                    "The circuit is compiled for another field. Compile it for BN254 (circom's default prime, bn128).");
  }
  system.wires = header.number<std::uint32_t>();
  system.publicOutputs = header.number<std::uint32_t>();
  system.publicInputs = header.number<std::uint32_t>();
  system.privateInputs = header.number<std::uint32_t>();
  system.labels = header.number<std::uint64_t>();
  const auto constraints = header.number<std::uint32_t>();
  const std::uint64_t named =
      1 + std::uint64_t{system.publicOutputs} + system.publicInputs + std::uint64_t{system.privateInputs};
  if (named > system.wires) invalid("it has more inputs and outputs than wires");
  if (constraints > kMostConstraints) invalid("it has too many constraints");
  return constraints;
}

Element readElement(Reader& reader) {
  Element value;
  std::memcpy(value.limb, reader.take(kFieldBytes), kFieldBytes);
  if (!isBelowModulus(value)) invalid("a coefficient is not below the modulus");
  return value;
}

/// Brings terms into the canonical form of a Sum.
void normalise(Sum& sum, Coefficients& coefficients) {
  const auto byWire = [](const Term& a, const Term& b) { return a.wire < b.wire; };
  if (!std::is_sorted(sum.begin(), sum.end(), byWire)) std::stable_sort(sum.begin(), sum.end(), byWire);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sum.size();) {
    Term term = sum[i++];
    while (i < sum.size() && sum[i].wire == term.wire) {
      term.coefficient = coefficients.add(term.coefficient, sum[i++].coefficient);
    }
    if (term.coefficient != Coefficients::kZero) sum[kept++] = term;
  }
  sum.resize(kept);
}

Sum readSum(Reader& reader, System& system) {
  const auto count = reader.number<std::uint32_t>();
  if (count > reader.left() / kTermBytes) invalid("a constraint ends beyond its section");
  Sum sum;
  sum.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto wire = reader.number<Wire>();
    if (wire >= system.wires) invalid("a constraint names a wire that does not exist");
    sum.push_back({wire, system.coefficients.fromPlain(readElement(reader))});
  }
  normalise(sum, system.coefficients);
  return sum;
}

void readLabels(const Section& section, System& system) {
  if (section.bytes == nullptr) return;
  if (section.size != std::uint64_t{8} * system.wires) invalid("its labels are not one a wire");
  Reader labels(section.bytes, section.size);
  system.labelOfWire.reserve(system.wires);
  for (Wire wire = 0; wire < system.wires; ++wire) system.labelOfWire.push_back(labels.number<std::uint64_t>());
}

}  // namespace

System readSystem(const std::uint8_t* bytes, std::size_t size, const Progress& onProgress) {
  const Sections sections = findSections(bytes, size);
  System system;
  const std::uint32_t constraints = readHeader(sections.header, system);
  Reader reader(sections.constraints.bytes, sections.constraints.size);
  // Three counts are the least that a constraint takes; wires without a label section are only a number.
  if (constraints > reader.left() / 12) invalid("it has fewer constraints than it says");
  if (sections.labels.bytes == nullptr && system.wires > size) invalid("it has more wires than the file could use");
  system.sums.reserve(3 * std::size_t{constraints});
  for (std::uint32_t i = 0; i < constraints; ++i) {
    for (int side = 0; side < 3; ++side) system.sums.push_back(readSum(reader, system));
    if (i % kProgressEvery == 0) onProgress(double(i) / constraints);
  }
  if (reader.left() != 0) invalid("bytes follow the last constraint");
  system.kinds.assign(constraints, Kind::kQuadratic);
  readLabels(sections.labels, system);
  return system;
}

}  // namespace straddle::reduce
