#include "msm/msm.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

#include "field/Bn254.h"
#include "msm/digitSort.h"
#include "msm/digits.h"

namespace straddle {

namespace {

constexpr std::size_t kMostScalars = std::size_t{1} << 31;
/// Points that one thread looks at in one go; a multiple of 64.
constexpr std::size_t kFiniteRange = 1 << 14;
/// Windows that are sorted and summed at a time: more would take memory, fewer leave threads idle at the end of each batch.
constexpr unsigned kBatch = DigitSort::kMostWindows;

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

/// Bits [begin, end) of a term: bit i is set if point i is not (0, 0). `begin` is a multiple of 64.
void findFinite(const MsmTerm& term, std::size_t begin, std::size_t end, std::uint64_t* bits) {
  const std::size_t words = (term.group == Group::g1 ? sizeof(AffineG1) : sizeof(AffineG2)) / 8;
  const auto* at = static_cast<const unsigned char*>(term.points) + begin * 8 * words;
  for (std::size_t i = begin; i < end; ++i, at += 8 * words) {
    std::uint64_t limbs[16], any = 0;
    std::memcpy(limbs, at, 8 * words);
    for (std::size_t j = 0; j < words; ++j) any |= limbs[j];
    bits[i >> 6] |= std::uint64_t{any != 0} << (i & 63);
  }
}

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
    for (std::size_t t = 0; t < termCount_; ++t) {
      finite_[t].resize((terms_[t].count + 63) / 64);
      pool_.parallelRanges(
          terms_[t].count, kFiniteRange,
          [&](std::size_t begin, std::size_t end, unsigned) { findFinite(terms_[t], begin, end, finite_[t].data()); },
          cancel_);
    }
  }

  void run() {
    const unsigned windows = digits_.windows();
    DigitSort sort(digits_, scalars_, count_, std::min(kBatch, windows));
    for (unsigned begin = 0; begin < windows; begin += kBatch) {
      const unsigned count = std::min(kBatch, windows - begin);
      sumBuckets(sort.sort(pool_, begin, count, cancel_), begin, count);
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
  void sumBuckets(const std::vector<SortedWindow>& sorted, unsigned firstWindow, unsigned windowCount) {
    std::vector<Work> work;
    for (const Group group : {Group::g2, Group::g1}) {
      for (unsigned i = 0; i < windowCount; ++i) {
        const std::vector<BucketTask> tasks = sorted[i].tasks();
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
  if (scalarCount >= kMostScalars) throw std::invalid_argument("multiScalarMultiply: too many scalars");
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
