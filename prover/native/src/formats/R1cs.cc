#include "formats/R1cs.h"

#include <string>

#include "formats/SectionTable.h"
#include "formats/fieldBytes.h"

namespace straddle {

const MappedFile::Role R1cs::kRole = {"SETUP_R1CS_INVALID", "SETUP_R1CS_INVALID", "The constraint system"};

namespace {

enum Section : std::uint32_t { kHeader = 1, kConstraints = 2, kLabels = 3, kCustomGates = 4 };

constexpr std::size_t kCountsOffset = 4 + kFieldBytes;
/// Four counts of 4 bytes, one of 8, one of 4.
constexpr std::size_t kHeaderBytes = kCountsOffset + 28;
/// Three sums without terms.
constexpr std::uint64_t kLeastConstraint = 12;

const FileKind kKind = {"r1cs",
                        1,
                        "The constraint system",
                        "SETUP_R1CS_INVALID",
                        "SETUP_R1CS_UNSUPPORTED",
                        "Compile the circuit again with circom, for BN254 and with --r1cs."};

std::string text(std::uint64_t number) { return std::to_string(number); }

}  // namespace

R1cs::R1cs(ByteView file) {
  const SectionTable sections(file, kKind);
  const ByteView header = sections.get(kHeader);
  if (header.size < kCountsOffset) kKind.damaged("section 1 is torn");
  if (header.at<std::uint32_t>(0) != kFieldBytes || !isEqual(header.data + 4, detail::kFrModulus)) {
    kKind.foreign("is for another field");
  }
  if (header.size != kHeaderBytes) kKind.damaged("section 1 is torn");
  // The section lists the gates; its first word is their number.
  if (sections.has(kCustomGates) && sections.get(kCustomGates).size > 4) kKind.foreign("uses custom gates");
  wires_ = header.at<std::uint32_t>(kCountsOffset);
  publicOutputs_ = header.at<std::uint32_t>(kCountsOffset + 4);
  publicInputs_ = header.at<std::uint32_t>(kCountsOffset + 8);
  privateInputs_ = header.at<std::uint32_t>(kCountsOffset + 12);
  labels_ = header.at<std::uint64_t>(kCountsOffset + 16);
  constraintCount_ = header.at<std::uint32_t>(kCountsOffset + 24);
  constraints_ = sections.get(kConstraints);

  const std::uint64_t named = std::uint64_t{1} + publicOutputs_ + publicInputs_ + privateInputs_;
  if (named > wires_) kKind.damaged(text(named - 1) + " inputs and outputs of " + text(wires_) + " wires");
  if (constraints_.size < constraintCount_ * kLeastConstraint) {
    kKind.damaged(text(constraintCount_) + " constraints in " + text(constraints_.size) + " bytes");
  }
  if (sections.has(kLabels)) wireLabels_ = sections.records(kLabels, wires_, 8);
}

R1cs::Sum R1cs::Cursor::takeSum() {
  if (rest_.size < 4) kKind.damaged("constraint " + text(read_) + " is torn");
  const std::uint64_t count = rest_.at<std::uint32_t>(0);
  if (count * Sum::kTermBytes > rest_.size - 4) kKind.damaged("constraint " + text(read_) + " is torn");
  const Sum sum{{rest_.data + 4, static_cast<std::size_t>(count), Sum::kTermBytes}};
  rest_ = rest_.slice(4 + sum.terms.bytes(), rest_.size - 4 - sum.terms.bytes());
  for (std::size_t index = 0; index < sum.count(); index++) {
    if (sum.wire(index) < file_.wires_ && isBelowFr(sum.coefficient(index))) continue;
    kKind.damaged("a term of constraint " + text(read_) + " is out of range");
  }
  return sum;
}

bool R1cs::Cursor::next(Constraint& constraint) {
  if (read_ == file_.constraintCount_) {
    if (rest_.size != 0) kKind.damaged(text(rest_.size) + " bytes follow the last constraint");
    return false;
  }
  constraint.a = takeSum();
  constraint.b = takeSum();
  constraint.c = takeSum();
  read_++;
  return true;
}

std::uint64_t R1cs::checkConstraints() const {
  Cursor cursor(*this);
  Constraint constraint;
  std::uint64_t terms = 0;
  while (cursor.next(constraint)) terms += constraint.a.count() + constraint.b.count() + constraint.c.count();
  return terms;
}

}  // namespace straddle
