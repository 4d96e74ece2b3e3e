// The signed digits of all scalars, window by window, sorted by bucket.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/MsmKernel.h"
#include "msm/digits.h"
#include "parallel/ThreadPool.h"

namespace straddle {

/// What BucketTask wants of one window.
struct SortedWindow {
  /// Indices of scalars by the absolute value of their digits; bit 31 is the digit's sign. Zero digits are left out.
  std::vector<std::uint32_t> entries;
  /// Where each value's entries begin; one more number at the end. [0] is [1]: nothing has digit 0.
  std::vector<std::uint32_t> bucketStart;
  std::uint32_t count = 0;

  /// Tasks within the kernel's limits that together cover all entries; they lack a term.
  std::vector<BucketTask> tasks() const;
};

/// Sorts a few windows at a time in two passes that both stay within the caches: by the high bits of the digit's
/// absolute value, then by the low ones. Holds 10 bytes a scalar and window.
class DigitSort {
 public:
  static constexpr unsigned kMostWindows = 4;
  /// For up to `most` <= kMostWindows windows at a time.
  DigitSort(const SignedDigits& digits, const Element* scalars, std::size_t count, unsigned most);
  /// Clears the digits: the scalars may be secret.
  ~DigitSort();
  DigitSort(const DigitSort&) = delete;
  DigitSort& operator=(const DigitSort&) = delete;

  /// Windows [first, first + windows), all threads on it; the result is valid until the next call.
  const std::vector<SortedWindow>& sort(ThreadPool& pool, unsigned first, unsigned windows, const CancelToken* cancel);

 private:
  void findDigits(std::size_t range, unsigned first, unsigned windows);
  void placeParts(unsigned window);
  void scatterRange(unsigned window, std::size_t range);
  void sortPart(unsigned window, std::size_t part);
  std::uint32_t& place(unsigned window, std::size_t range, std::size_t part) {
    return places_[(window * ranges_ + range) * parts_ + part];
  }

  const SignedDigits& digits_;
  const Element* scalars_;
  std::size_t count_;
  std::size_t ranges_;
  /// Values of one part share their high bits.
  std::size_t parts_;
  std::vector<SortedWindow> windows_;
  /// By window: entries by part, with the low bits of each.
  std::vector<std::vector<std::uint32_t>> parted_;
  std::vector<std::vector<std::uint16_t>> lowBits_;
  /// By window, range and part: how many entries, then where the next one goes.
  std::vector<std::uint32_t> places_;
  /// By window and part, and the end.
  std::vector<std::uint32_t> partStart_;
};

}  // namespace straddle
