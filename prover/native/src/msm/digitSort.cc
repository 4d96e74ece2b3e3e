#include "msm/digitSort.h"

#include <algorithm>
#include <cstdlib>

#include "ntt/PageBuffer.h"

namespace straddle {

namespace {

constexpr std::uint32_t kNegative = 0x80000000;
/// Scalars that one thread looks at in one go.
constexpr std::size_t kRange = 1 << 14;
constexpr unsigned kLowBits = 9;
constexpr std::uint32_t kLowMask = (1u << kLowBits) - 1;

}  // namespace

std::vector<BucketTask> SortedWindow::tasks() const {
  std::vector<BucketTask> result;
  const std::uint32_t end = static_cast<std::uint32_t>(bucketStart.size()) - 1;
  std::uint32_t bucket = 1, begin = 0;
  while (begin < count) {
    while (bucketStart[bucket + 1] <= begin) ++bucket;
    std::uint32_t last = bucket;
    while (last + 1 < end && last + 1 - bucket < MsmKernel::kMostBuckets &&
           bucketStart[last + 1] - begin < MsmKernel::kMostEntries) {
      ++last;
    }
    const std::uint32_t stop = std::min(bucketStart[last + 1], begin + MsmKernel::kMostEntries);
    BucketTask task{};
    task.entries = entries.data();
    task.begin = begin;
    task.end = stop;
    task.bucketStart = &bucketStart[bucket];
    task.bucketCount = last - bucket + 1;
    task.firstWeight = bucket;
    result.push_back(task);
    begin = stop;
  }
  return result;
}

DigitSort::DigitSort(const SignedDigits& digits, const Element* scalars, std::size_t count, unsigned most)
    : digits_(digits), scalars_(scalars), count_(count), ranges_((count + kRange - 1) / kRange),
      parts_((digits.greatest() >> kLowBits) + 1),
      windows_(most), parted_(most), lowBits_(most),
      places_(most * ranges_ * parts_), partStart_(most * (parts_ + 1)) {
  for (unsigned w = 0; w < most; ++w) {
    windows_[w].entries.resize(count);
    windows_[w].bucketStart.resize(digits.greatest() + 2);
    parted_[w].resize(count);
    lowBits_[w].resize(count);
  }
}

DigitSort::~DigitSort() {
  const auto wipeAll = [](auto& values) { wipe(values.data(), values.size() * sizeof values[0]); };
  for (SortedWindow& window : windows_) wipeAll(window.entries);
  for (auto& part : parted_) wipeAll(part);
  for (auto& bits : lowBits_) wipeAll(bits);
}

const std::vector<SortedWindow>& DigitSort::sort(ThreadPool& pool, unsigned first, unsigned windows,
                                                 const CancelToken* cancel) {
  pool.parallelFor(ranges_, [&](std::size_t range, unsigned) { findDigits(range, first, windows); }, cancel);
  pool.parallelFor(windows, [&](std::size_t window, unsigned) { placeParts(static_cast<unsigned>(window)); }, cancel);
  pool.parallelFor(
      windows * ranges_,
      [&](std::size_t i, unsigned) { scatterRange(static_cast<unsigned>(i / ranges_), i % ranges_); }, cancel);
  pool.parallelFor(
      windows * parts_, [&](std::size_t i, unsigned) { sortPart(static_cast<unsigned>(i / parts_), i % parts_); },
      cancel);
  return windows_;
}

/// Leaves digits (sign and absolute value) where the sorted entries will be, and counts them by part.
void DigitSort::findDigits(std::size_t range, unsigned first, unsigned windows) {
  const std::size_t begin = range * kRange, end = std::min(count_, begin + kRange);
  std::uint32_t *counts[kMostWindows], *digits[kMostWindows];
  for (unsigned w = 0; w < windows; ++w) {
    counts[w] = &place(w, range, 0);
    digits[w] = windows_[w].entries.data();
  }
  for (unsigned w = 0; w < windows; ++w) std::fill(&place(w, range, 0), &place(w, range, 0) + parts_, 0u);
  for (std::size_t i = begin; i < end; ++i) {
    const SignedDigits::Shifted shifted = digits_.shifted(scalars_[i]);
    for (unsigned w = 0; w < windows; ++w) {
      const std::int32_t digit = digits_.digit(shifted, first + w);
      const std::uint32_t value = static_cast<std::uint32_t>(std::abs(digit));
      digits[w][i] = value | (static_cast<std::uint32_t>(digit) & kNegative);
      counts[w][value >> kLowBits] += value != 0;
    }
  }
}

/// From counts to places: parts in order, ranges in order within a part.
void DigitSort::placeParts(unsigned window) {
  std::uint32_t next = 0;
  for (std::size_t part = 0; part < parts_; ++part) {
    partStart_[window * (parts_ + 1) + part] = next;
    for (std::size_t range = 0; range < ranges_; ++range) {
      const std::uint32_t length = place(window, range, part);
      place(window, range, part) = next;
      next += length;
    }
  }
  partStart_[window * (parts_ + 1) + parts_] = next;
  windows_[window].count = next;
  windows_[window].bucketStart[digits_.greatest() + 1] = next;
}

void DigitSort::scatterRange(unsigned window, std::size_t range) {
  const std::size_t begin = range * kRange, end = std::min(count_, begin + kRange);
  const std::uint32_t* const digits = windows_[window].entries.data();
  std::uint32_t* const next = &place(window, range, 0);
  std::uint32_t* const parted = parted_[window].data();
  std::uint16_t* const lowBits = lowBits_[window].data();
  for (std::size_t i = begin; i < end; ++i) {
    const std::uint32_t digit = digits[i], value = digit & ~kNegative;
    if (value == 0) continue;
    const std::uint32_t to = next[value >> kLowBits]++;
    parted[to] = static_cast<std::uint32_t>(i) | (digit & kNegative);
    lowBits[to] = static_cast<std::uint16_t>(value & kLowMask);
  }
}

void DigitSort::sortPart(unsigned window, std::size_t part) {
  const std::uint32_t* const starts = &partStart_[window * (parts_ + 1) + part];
  const std::uint32_t begin = starts[0], end = starts[1];
  const std::uint16_t* const lowBits = lowBits_[window].data();
  std::uint32_t next[kLowMask + 1] = {};
  for (std::uint32_t i = begin; i < end; ++i) ++next[lowBits[i]];
  const std::uint32_t firstValue = static_cast<std::uint32_t>(part << kLowBits);
  const std::uint32_t values = std::min(kLowMask + 1, digits_.greatest() + 1 - firstValue);
  std::uint32_t* const bucketStart = &windows_[window].bucketStart[firstValue];
  std::uint32_t at = begin;
  for (std::uint32_t value = 0; value < values; ++value) {
    const std::uint32_t length = next[value];
    bucketStart[value] = next[value] = at;
    at += length;
  }
  const std::uint32_t* const parted = parted_[window].data();
  std::uint32_t* const entries = windows_[window].entries.data();
  for (std::uint32_t i = begin; i < end; ++i) entries[next[lowBits[i]]++] = parted[i];
}

}  // namespace straddle
