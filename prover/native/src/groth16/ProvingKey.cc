#include "groth16/ProvingKey.h"

#include <atomic>
#include <cstring>

#include "formats/CoreError.h"

namespace straddle {

namespace {

constexpr std::size_t kPartRecords = 1 << 14;

unsigned logOf(std::uint32_t powerOfTwo) {
  unsigned log = 0;
  while ((powerOfTwo >> log) > 1) log++;
  return log;
}

[[noreturn]] void failDamaged(const std::string& path, const std::string& what) {
  throw CoreError("KEY_FILE_DAMAGED", "The proving key " + path + " " + what + ". Delete it and make or fetch it again.");
}

template <class Point>
Point pointAt(const std::uint8_t* bytes) {
  Point point;
  std::memcpy(&point, bytes, sizeof point);
  return point;
}

}  // namespace

ProvingKey::ProvingKey(const Kernels& kernels, const std::string& path, const Options& options, ThreadPool& pool,
                       const CancelToken* cancel, const Progress& onProgress)
    : kernels_(kernels),
      file_(path, Zkey::kRole),
      zkey_(file_.bytes()),
      ntt_(kernels, logOf(zkey_.domainSize())) {
  onProgress(0, "checking coefficients");
  const RecordView records = zkey_.coefficientRecords();
  file_.adviseSequential({records.data, records.bytes()});
  zkey_.checkCoefficients(pool, cancel);
  indexCoefficients(pool, cancel);
  // What was touched is not needed until the first proof; coefficients and points need not be in memory together.
  file_.release({records.data, records.bytes()});
  readVerifyingKey();
  if (options.checkPoints) {
    onProgress(0.2, "checking points");
    zkey_.checkPoints(kernels.pairing.checkCurveG1, kernels.pairing.checkCurveG2, pool, cancel);
  }
  file_.checkUnchanged();
  file_.release(file_.bytes());
  onProgress(1, "loaded");
}

void ProvingKey::readVerifyingKey() {
  verifyingKey_.alpha1 = pointAt<AffineG1>(zkey_.alpha1());
  verifyingKey_.beta2 = pointAt<AffineG2>(zkey_.beta2());
  verifyingKey_.gamma2 = pointAt<AffineG2>(zkey_.gamma2());
  verifyingKey_.delta2 = pointAt<AffineG2>(zkey_.delta2());
  for (std::size_t i = 0; i < zkey_.ic().count; i++) verifyingKey_.ic.push_back(pointAt<AffineG1>(zkey_.ic()[i]));
  const bool isSound = verifyingKey_.isSound(kernels_) && kernels_.pairing.isG1(pointAt<AffineG1>(zkey_.beta1())) &&
                       kernels_.pairing.isG1(pointAt<AffineG1>(zkey_.delta1()));
  if (!isSound) failDamaged(file_.path(), "has a verification key with a point outside of its group");
}

std::uint32_t ProvingKey::rowOf(std::size_t place) const {
  return zkey_.coefficient(order_.empty() ? place : order_[place]).row;
}

bool ProvingKey::isSortedByRow(ThreadPool& pool, const CancelToken* cancel) const {
  std::atomic<bool> isSorted{true};
  pool.parallelRanges(
      zkey_.coefficientCount(), 1 << 16,
      [&](std::size_t begin, std::size_t end, unsigned) {
        std::uint32_t row = begin == 0 ? 0 : zkey_.coefficient(begin - 1).row;
        for (std::size_t i = begin; i < end; i++) {
          const std::uint32_t next = zkey_.coefficient(i).row;
          if (next < row) isSorted.store(false, std::memory_order_relaxed);
          row = next;
        }
      },
      cancel);
  return isSorted.load();
}

/// A counting sort.
void ProvingKey::sortByRow() {
  std::vector<std::uint32_t> starts(std::size_t{zkey_.domainSize()} + 1);
  const std::size_t count = zkey_.coefficientCount();
  for (std::size_t i = 0; i < count; i++) starts[zkey_.coefficient(i).row + 1]++;
  for (std::size_t row = 0; row < zkey_.domainSize(); row++) starts[row + 1] += starts[row];
  std::vector<std::uint32_t> order(count);
  for (std::size_t i = 0; i < count; i++) order[starts[zkey_.coefficient(i).row]++] = static_cast<std::uint32_t>(i);
  order_ = std::move(order);
}

void ProvingKey::indexCoefficients(ThreadPool& pool, const CancelToken* cancel) {
  if (!isSortedByRow(pool, cancel)) sortByRow();
  const std::size_t count = zkey_.coefficientCount();
  for (std::size_t first = 0; first < count;) {
    parts_.push_back({first, rowOf(first)});
    std::size_t next = std::min(first + kPartRecords, count);
    while (next < count && rowOf(next) == rowOf(next - 1)) next++;
    first = next;
  }
  parts_.push_back({count, zkey_.domainSize()});
}

void ProvingKey::evaluate(ThreadPool& pool, const Element* witness, Element* a, Element* b,
                          const CancelToken* cancel) const {
  const std::uint8_t* const records = zkey_.coefficientRecords().data;
  const auto one = [&](std::size_t index, unsigned) {
    const Part& part = parts_[index];
    const Part& next = parts_[index + 1];
    const QapRecords some{records,       order_.empty() ? nullptr : order_.data(), part.first, next.first - part.first,
                          part.firstRow, next.firstRow};
    if (!kernels_.qap.evaluateRows(some, witness, zkey_.wires(), a, b)) failDamaged(file_.path(), "was written to");
  };
  pool.parallelFor(parts_.size() - 1, one, cancel);
}

}  // namespace straddle
