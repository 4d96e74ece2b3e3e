#include "formats/Zkey.h"

#include <algorithm>
#include <string>

#include "formats/SectionTable.h"
#include "formats/fieldBytes.h"

namespace straddle {

const MappedFile::Role Zkey::kRole = {"KEY_FILE_MISSING", "KEY_FILE_DAMAGED", "The proving key"};

namespace {

enum Section : std::uint32_t {
  kProtocol = 1,
  kHeader = 2,
  kIc = 3,
  kCoefficients = 4,
  kA = 5,
  kB1 = 6,
  kB2 = 7,
  kC = 8,
  kH = 9,
  kContributions = 10,
};

constexpr std::uint32_t kGroth16 = 1;
/// Sizes and moduli of both fields, then three counts.
constexpr std::size_t kCountsOffset = 2 * (4 + kFieldBytes);
constexpr std::size_t kPointsOffset = kCountsOffset + 12;
constexpr std::size_t kHeaderBytes = kPointsOffset + 3 * Zkey::kG1Bytes + 3 * Zkey::kG2Bytes;
/// A hash and a count.
constexpr std::size_t kLeastContributions = 68;
constexpr std::size_t kCoefficientGrain = 1 << 16;
constexpr std::size_t kPointGrain = 1 << 12;

const FileKind kKind = {"zkey",
                        1,
                        "The proving key",
                        "KEY_FILE_DAMAGED",
                        "KEY_FILE_WRONG_CIRCUIT",
                        "Give a Groth16 key over BN254, or delete this one and make or fetch it again."};

std::string text(std::uint64_t number) { return std::to_string(number); }

bool isInfinity(const std::uint8_t* point, std::size_t bytes) {
  return std::all_of(point, point + bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

Zkey::Zkey(ByteView file) {
  const SectionTable sections(file, kKind);
  if (sections.get(kProtocol, 4).at<std::uint32_t>(0) != kGroth16) kKind.foreign("is not for Groth16");
  readHeader(sections.get(kHeader));
  ic_ = sections.records(kIc, std::uint64_t{publicSignals_} + 1, kG1Bytes);
  a_ = sections.records(kA, wires_, kG1Bytes);
  b1_ = sections.records(kB1, wires_, kG1Bytes);
  b2_ = sections.records(kB2, wires_, kG2Bytes);
  c_ = sections.records(kC, wires_ - publicSignals_ - 1, kG1Bytes);
  h_ = sections.records(kH, domainSize_, kG1Bytes);

  const ByteView coefficients = sections.get(kCoefficients);
  if (coefficients.size < 4) kKind.damaged("section 4 is torn");
  const auto count = coefficients.at<std::uint32_t>(0);
  if (coefficients.size - 4 != std::uint64_t{count} * kCoefficientBytes) {
    kKind.damaged("section 4 has " + text(coefficients.size) + " bytes for " + text(count) + " coefficients");
  }
  coefficients_ = {coefficients.data + 4, count, kCoefficientBytes};
  if (sections.has(kContributions) && sections.get(kContributions).size < kLeastContributions) {
    kKind.damaged("section 10 is torn");
  }
}

void Zkey::readHeader(ByteView header) {
  if (header.size < kCountsOffset) kKind.damaged("section 2 is torn");
  const bool isBn254 = header.at<std::uint32_t>(0) == kFieldBytes && isEqual(header.data + 4, detail::kFqModulus) &&
                       header.at<std::uint32_t>(4 + kFieldBytes) == kFieldBytes &&
                       isEqual(header.data + 8 + kFieldBytes, detail::kFrModulus);
  if (!isBn254) kKind.foreign("is for another curve");
  if (header.size != kHeaderBytes) kKind.damaged("section 2 is torn");
  wires_ = header.at<std::uint32_t>(kCountsOffset);
  publicSignals_ = header.at<std::uint32_t>(kCountsOffset + 4);
  domainSize_ = header.at<std::uint32_t>(kCountsOffset + 8);
  points_ = header.data + kPointsOffset;

  const bool isPower = domainSize_ != 0 && (domainSize_ & (domainSize_ - 1)) == 0;
  if (!isPower || domainSize_ > kMostRows) kKind.damaged("a domain of " + text(domainSize_) + " rows");
  if (publicSignals_ >= wires_ || publicSignals_ >= domainSize_) {
    kKind.damaged(text(publicSignals_) + " public signals of " + text(wires_) + " wires in " + text(domainSize_) + " rows");
  }
}

Zkey::Coefficient Zkey::coefficient(std::size_t index) const noexcept {
  const ByteView record{coefficients_[index], kCoefficientBytes};
  return {record.at<std::uint32_t>(0), record.at<std::uint32_t>(4), record.at<std::uint32_t>(8), record.data + 12};
}

void Zkey::checkCoefficients(ThreadPool& pool, const CancelToken* cancel) const {
  const auto check = [this](std::size_t begin, std::size_t end, unsigned) {
    for (std::size_t index = begin; index < end; index++) {
      const Coefficient found = coefficient(index);
      if (found.matrix <= 1 && found.row < domainSize_ && found.wire < wires_ && isBelowFr(found.value)) continue;
      kKind.damaged("coefficient " + text(index) + " is out of range");
    }
  };
  pool.parallelRanges(coefficients_.count, kCoefficientGrain, check, cancel);
}

void Zkey::checkPoints(const PointCheck& g1, const PointCheck& g2, ThreadPool& pool, const CancelToken* cancel) const {
  const auto checkAll = [&](const std::string& what, RecordView points, const PointCheck& isGood) {
    const auto check = [&](std::size_t begin, std::size_t end, unsigned) {
      const std::size_t bad = isGood(points[begin], end - begin);
      if (bad < end - begin) kKind.damaged("point " + text(begin + bad) + " of " + what + " is not on the curve");
    };
    pool.parallelRanges(points.count, kPointGrain, check, cancel);
  };
  const auto checkOne = [&](const char* what, const std::uint8_t* point, std::size_t bytes, const PointCheck& isGood) {
    if (isInfinity(point, bytes)) kKind.damaged(std::string(what) + " is the point at infinity");
    checkAll(what, {point, 1, bytes}, isGood);
  };
  checkOne("alpha", alpha1(), kG1Bytes, g1);
  checkOne("beta", beta1(), kG1Bytes, g1);
  checkOne("beta", beta2(), kG2Bytes, g2);
  checkOne("gamma", gamma2(), kG2Bytes, g2);
  checkOne("delta", delta1(), kG1Bytes, g1);
  checkOne("delta", delta2(), kG2Bytes, g2);
  checkAll("section 3", ic_, g1);
  checkAll("section 5", a_, g1);
  checkAll("section 6", b1_, g1);
  checkAll("section 7", b2_, g2);
  checkAll("section 8", c_, g1);
  checkAll("section 9", h_, g1);
}

}  // namespace straddle
