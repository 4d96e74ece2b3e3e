#include "msm/msm.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

#include "field/Bn254.h"
#include "msm/digits.h"

namespace straddle {

namespace {

constexpr std::uint32_t kNegative = 0x80000000;

struct FreeAligned {
  void operator()(void* memory) const { std::free(memory); }
};
using AlignedMemory = std::unique_ptr<void, FreeAligned>;

AlignedMemory allocateAligned(std::size_t bytes) {
  void* memory = std::aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (memory == nullptr) throw std::bad_alloc();
  return AlignedMemory(memory);
}

bool belowModulus(const Element& scalar) {
  for (int i = 3; i >= 0; --i) {
    if (scalar.limb[i] != FrParameters::kModulus.w[i]) return scalar.limb[i] < FrParameters::kModulus.w[i];
  }
  return false;
}

/// Bit i is set if point i is not (0, 0).
std::vector<std::uint64_t> finitePoints(const MsmTerm& term) {
  const std::size_t words = (term.group == Group::g1 ? sizeof(AffineG1) : sizeof(AffineG2)) / 8;
  const auto* at = static_cast<const unsigned char*>(term.points);
  std::vector<std::uint64_t> bits((term.count + 63) / 64 + 1);
  for (std::size_t i = 0; i < term.count; ++i, at += 8 * words) {
    std::uint64_t limbs[16], any = 0;
    std::memcpy(limbs, at, 8 * words);
    for (std::size_t j = 0; j < words; ++j) any |= limbs[j];
    bits[i >> 6] |= std::uint64_t{any != 0} << (i & 63);
  }
  return bits;
}

/// The digits of one window, sorted by their absolute value: a counting sort.
class SortedWindow {
 public:
  void sort(const SignedDigits& digits, unsigned window, const Element* scalars, std::size_t count) {
    const std::uint32_t greatest = digits.greatest();
    bucketStart_.assign(greatest + 2, 0);
    for (std::size_t i = 0; i < count; ++i) {
      ++bucketStart_[static_cast<std::uint32_t>(std::abs(digits.digit(scalars[i], window)))];
    }
    // Bucket 0 is dropped. While entries are dealt out, bucketStart_[b] is where the next one of b goes.
    bucketStart_[0] = 0;
    std::uint32_t total = 0;
    for (std::uint32_t b = 1; b <= greatest; ++b) {
      const std::uint32_t length = bucketStart_[b];
      bucketStart_[b] = total;
      total += length;
    }
    bucketStart_[greatest + 1] = total;
    entries_.resize(total);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t digit = digits.digit(scalars[i], window);
      if (digit == 0) continue;
      const std::uint32_t sign = digit < 0 ? kNegative : 0;
      entries_[bucketStart_[static_cast<std::uint32_t>(std::abs(digit))]++] = static_cast<std::uint32_t>(i) | sign;
    }
    // Each start has become its bucket's end, the next one's start.
    std::memmove(&bucketStart_[1], &bucketStart_[0], sizeof(std::uint32_t) * (greatest + 1));
    bucketStart_[0] = bucketStart_[1] = 0;
  }

  /// Tasks without a term, of at most a kernel's limits; none for buckets without entries.
  void addTasks(std::vector<BucketTask>& tasks) const {
    const std::uint32_t end = static_cast<std::uint32_t>(bucketStart_.size()) - 1;
    const std::uint32_t total = bucketStart_[end];
    std::uint32_t bucket = 1, begin = 0;
    while (begin < total) {
      while (bucketStart_[bucket + 1] <= begin) ++bucket;
      std::uint32_t last = bucket;
      while (last + 1 < end && last + 1 - bucket < MsmKernel::kMostBuckets &&
             bucketStart_[last + 1] - begin < MsmKernel::kMostEntries) {
        ++last;
      }
      const std::uint32_t stop = std::min(bucketStart_[last + 1], begin + MsmKernel::kMostEntries);
      tasks.push_back({entries_.data(), begin, stop, &bucketStart_[bucket], last - bucket + 1, bucket, nullptr, 0, 0,
                       nullptr});
      begin = stop;
    }
  }

 private:
  /// By absolute value; bucketStart_[greatest + 1] is the end.
  std::vector<std::uint32_t> bucketStart_;
  std::vector<std::uint32_t> entries_;
};

class Multiplication {
 public:
  Multiplication(const Kernels& kernels, ThreadPool& pool, const Element* scalars, std::size_t count, MsmTerm* terms,
                 std::size_t termCount, const CancelToken* cancel)
      : kernel_(kernels.msm), pool_(pool), scalars_(scalars), count_(count), terms_(terms), termCount_(termCount),
        cancel_(cancel), digits_(chooseWidth(scalars, count)), finite_(termCount), scratch_(pool.size()) {
    std::size_t bytes = 0;
    for (std::size_t t = 0; t < termCount_; ++t) {
      bytes = std::max(bytes, kernel_.scratchBytes(terms_[t].group));
      totals_.emplace_back(digits_.windows());
    }
    for (auto& memory : scratch_) memory = allocateAligned(bytes);
    pool_.parallelFor(
        termCount_, [&](std::size_t t, unsigned) { finite_[t] = finitePoints(terms_[t]); }, cancel_);
  }

  void run() {
    const unsigned windows = digits_.windows();
    // Lists of so many windows are held at a time: enough for every worker to have one to sort.
    const unsigned batch = std::min(windows, std::max(8u, pool_.size()));
    std::vector<SortedWindow> sorted(batch);
    for (unsigned begin = 0; begin < windows; begin += batch) {
      const unsigned count = std::min(batch, windows - begin);
      pool_.parallelFor(
          count, [&](std::size_t i, unsigned) { sorted[i].sort(digits_, begin + i, scalars_, count_); }, cancel_);
      sumBuckets(sorted.data(), begin, count);
    }
    for (std::size_t t = 0; t < termCount_; ++t) finish(t);
  }

 private:
  struct Work {
    std::size_t term;
    unsigned window;
    BucketTask task;
    PointSum sum;
  };

  /// All tasks of some windows, those of G2 first, because they take longest.
  void sumBuckets(const SortedWindow* sorted, unsigned firstWindow, unsigned windowCount) {
    std::vector<Work> work;
    for (const Group group : {Group::g2, Group::g1}) {
      for (unsigned i = 0; i < windowCount; ++i) {
        std::vector<BucketTask> tasks;
        sorted[i].addTasks(tasks);
        for (std::size_t t = 0; t < termCount_; ++t) {
          if (terms_[t].group != group) continue;
          for (BucketTask task : tasks) {
            task.points = static_cast<const Element*>(terms_[t].points);
            task.first = terms_[t].first;
            task.count = terms_[t].count;
            task.finite = finite_[t].data();
            work.push_back({t, firstWindow + i, task, {}});
          }
        }
      }
    }
    pool_.parallelFor(
        work.size(),
        [&](std::size_t i, unsigned worker) {
          kernel_.bucketSums(terms_[work[i].term].group, work[i].task, scratch_[worker].get(), &work[i].sum);
        },
        cancel_);
    for (const Work& w : work) kernel_.addSum(terms_[w.term].group, &totals_[w.term][w.window], &w.sum);
  }

  /// Windows into one sum, the highest first.
  void finish(std::size_t t) {
    const Group group = terms_[t].group;
    PointSum sum{};
    for (unsigned window = digits_.windows(); window-- > 0;) {
      kernel_.doubleSum(group, &sum, digits_.width());
      kernel_.addSum(group, &sum, &totals_[t][window]);
    }
    terms_[t].result = {};
    kernel_.toAffine(group, &sum, terms_[t].result.x);
  }

  const MsmKernel& kernel_;
  ThreadPool& pool_;
  const Element* scalars_;
  std::size_t count_;
  MsmTerm* terms_;
  std::size_t termCount_;
  const CancelToken* cancel_;
  SignedDigits digits_;
  std::vector<std::vector<std::uint64_t>> finite_;
  std::vector<AlignedMemory> scratch_;
  /// By term and window. All zero is infinity.
  std::vector<std::vector<PointSum>> totals_;
};

}  // namespace

void multiScalarMultiply(const Kernels& kernels, ThreadPool& pool, const Element* scalars, std::size_t scalarCount,
                         MsmTerm* terms, std::size_t termCount, const CancelToken* cancel) {
  if (scalarCount >= kNegative) throw std::invalid_argument("multiScalarMultiply: too many scalars");
  for (std::size_t t = 0; t < termCount; ++t) {
    if (terms[t].first > scalarCount || terms[t].count > scalarCount - terms[t].first) {
      throw std::invalid_argument("multiScalarMultiply: a term exceeds the scalars");
    }
  }
  // A greater one would have digits beyond the last bucket.
  if (!std::all_of(scalars, scalars + scalarCount, belowModulus)) {
    throw std::invalid_argument("multiScalarMultiply: a scalar is not below the group's order");
  }
  if (scalarCount == 0 || termCount == 0) {
    for (std::size_t t = 0; t < termCount; ++t) terms[t].result = {};
    return;
  }
  Multiplication(kernels, pool, scalars, scalarCount, terms, termCount, cancel).run();
}

}  // namespace straddle
