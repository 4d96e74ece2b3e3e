// One BucketTask (kernels/MsmKernel.h): the points of each bucket are summed in pairs, and the pairs' sums in pairs again,
// until one is left; then the buckets are weighted. Both take sums of two affine points only (pairSums.h), thousands at a
// time, so that nearly all of the time goes there. A kernel header.
//
// Weights: with B_j the sum of bucket j, S_0 = B and S_(l+1)[i] = S_l[2i] + S_l[2i+1], the sum of j B_j is that of
// 2^l O_l, where O_l is the sum of all S_l[i] of odd i. The O_l are ordinary sums of many points, reduced in the same
// batches as the next S: two additions a bucket, where running sums take two of 14 products each.
#pragma once

#include <cstring>

#include "kernels/MsmKernel.h"
#include "msm/pairSums.h"

namespace straddle::STRADDLE_ISA {

template <class G>
class BucketSums {
  using L = typename G::Lanes;
  using S = typename G::Scalar;
  using Sum = Xyzz<S>;
  using u32 = std::uint32_t;
  static constexpr u32 kLanes = L::kCount;
  static constexpr u32 kEntries = MsmKernel::kMostEntries, kBuckets = MsmKernel::kMostBuckets;
  /// Pairs that share a division: the points of two batches (one being summed, one on its way from memory) and the running
  /// products fit the second-level cache.
  static constexpr u32 kBatch = G::kElements == 2 ? 1024 : 512;
  static constexpr u32 kPairs = kEntries / 2 > kBuckets ? kEntries / 2 : kBuckets;
  /// Room behind lists of pairs to fill up a vector, and behind lists of keys to write them in blocks.
  static constexpr u32 kMargin = 32;
  static constexpr u32 kLevels = 14;
  /// Points that are left for the end, to be added one at a time: fewer would not be worth a division.
  static constexpr u32 kFew = 24;

 public:
  static std::size_t scratchBytes() {
    BucketSums layout;
    return layout.place(nullptr);
  }

  static void run(const BucketTask& task, void* scratch, PointSum* result) {
    BucketSums sums;
    sums.place(static_cast<unsigned char*>(scratch));
    sums.task_ = &task;
    sums.collect();
    sums.firstRound();
    while (sums.nextRound()) {
    }
    const Sum sum = sums.weigh();
    std::memcpy(result->coordinates, &sum, sizeof sum);
  }

 private:
  struct Pairs {
    u32 *left, *right, *out;
    u32 count;

    void add(u32 a, u32 b, u32 to) {
      left[count] = a;
      right[count] = b;
      out[count++] = to;
    }
  };

  const BucketTask* task_;
  /// The entries (later slots) that are still to be summed, sorted by bucket, and the bucket of each; one more key that no
  /// bucket has ends them.
  u32* live_;
  std::uint16_t* keys_;
  u32 count_;
  static constexpr std::uint16_t kNoBucket = 0xffff;
  Pairs pairs_;
  /// Entries without a partner in the first round, and their slots.
  u32 *singles_, *singleSlots_;
  u32 singleCount_;
  /// Packed points: sums within buckets, and the levels S_l one after the other.
  Element *slots_, *tree_;
  L* products_;
  unsigned char* present_;
  bool cancelled_;

  template <class T>
  static T* take(unsigned char* scratch, std::size_t& used, std::size_t count) {
    T* at = reinterpret_cast<T*>(scratch + used);
    used = (used + count * sizeof(T) + 63) / 64 * 64;
    return at;
  }

  std::size_t place(unsigned char* scratch) {
    std::size_t used = 0;
    live_ = take<u32>(scratch, used, kEntries + kMargin);
    keys_ = take<std::uint16_t>(scratch, used, kEntries + kMargin);
    count_ = 0;
    pairs_.left = take<u32>(scratch, used, kPairs + kMargin);
    pairs_.right = take<u32>(scratch, used, kPairs + kMargin);
    pairs_.out = take<u32>(scratch, used, kPairs + kMargin);
    pairs_.count = 0;
    singles_ = take<u32>(scratch, used, kBuckets + kMargin);
    singleSlots_ = take<u32>(scratch, used, kBuckets + kMargin);
    singleCount_ = 0;
    slots_ = take<Element>(scratch, used, std::size_t{kEntries / 2 + kBuckets} * G::kElements);
    tree_ = take<Element>(scratch, used, std::size_t{2 * kBuckets + kLevels + 2} * G::kElements);
    products_ = take<L>(scratch, used, kBatch / kLanes);
    present_ = take<unsigned char>(scratch, used, 2 * kBuckets + kLevels + 2);
    cancelled_ = false;
    return used;
  }

  static u32 vectors(u32 pairs) { return (pairs + kLanes - 1) / kLanes; }
  Element* point(Element* points, u32 slot) const { return points + std::size_t{slot} * G::kElements; }
  static void copy(Element* to, const Element* from) { std::memcpy(to, from, sizeof(Element) * G::kElements); }
  static bool isInfinity(const Element* point) {
    u64 any = 0;
    for (int i = 0; i < G::kElements; ++i) {
      for (int j = 0; j < 4; ++j) any |= point[i].limb[j];
    }
    return any == 0;
  }

  /// The entries that have a finite point, as indices of points.
  void collect() {
    const BucketTask& task = *task_;
    fillKeys();
    const u32* const entries = task.entries + task.begin;
    const u32 count = task.end - task.begin;
    u32* const live = live_;
    std::uint16_t* const keys = keys_;
    u32 kept = 0;
    for (u32 i = 0; i < count; ++i) {
      const std::size_t index = (entries[i] & 0x7fffffff) - task.first;  // wraps around below `first`
      if (index >= task.count) continue;
      // Without a branch: infinity may be as likely as not.
      live[kept] = static_cast<u32>(index) | (entries[i] & 0x80000000);
      keys[kept] = keys[i];
      kept += task.finite[index >> 6] >> (index & 63) & 1;
    }
    keys[kept] = kNoBucket;
    count_ = kept;
  }

  /// Each entry's bucket.
  void fillKeys() {
    constexpr u32 kBlock = 16;
    const BucketTask& task = *task_;
    for (u32 bucket = 0; bucket < task.bucketCount; ++bucket) {
      const u32 start = task.bucketStart[bucket], stop = task.bucketStart[bucket + 1];
      const u32 begin = start < task.begin ? task.begin : start, end = stop > task.end ? task.end : stop;
      // In whole blocks, whose rest the next bucket overwrites: few buckets are longer than one.
      for (u32 i = begin; i < end; i += kBlock) {
        for (u32 j = 0; j < kBlock; ++j) keys_[i - task.begin + j] = static_cast<std::uint16_t>(bucket);
      }
    }
  }

  /// Sums of external pairs into slots; entries without a partner are copied there.
  void firstRound() {
    // Where a bucket ends cannot be predicted, so that all of this is done without a branch; and in local variables, or
    // else the compiler writes every count to memory, lest it be among what is stored.
    const Pairs p = pairs_;
    const u32* const live = live_;
    std::uint16_t* const keys = keys_;
    u32 *const singles = singles_, *const singleSlots = singleSlots_;
    const u32 count = count_;
    u32 slot = 0, pairs = 0, alone = 0;
    for (u32 i = 0; i < count; ++slot) {
      const bool pair = keys[i] == keys[i + 1];
      p.left[pairs] = singles[alone] = live[i];
      p.right[pairs] = live[i + 1];
      p.out[pairs] = singleSlots[alone] = slot;
      keys[slot] = keys[i];
      pairs += pair;
      alone += !pair;
      i += 1 + pair;
    }
    keys[slot] = kNoBucket;
    pairs_.count = pairs;
    singleCount_ = alone;
    count_ = slot;
    for (u32 i = 0; i < count_; ++i) live_[i] = i;
    sumPairs(ExternalPoints<G>{task_->points, nullptr, nullptr}, slots_);
    importSingles();
    if (cancelled_) dropCancelled();
  }

  void importSingles() {
    if (singleCount_ == 0) return;
    for (u32 i = singleCount_; i % kLanes != 0; ++i) {
      singles_[i] = singles_[singleCount_ - 1];
      singleSlots_[i] = singleSlots_[singleCount_ - 1];
    }
    const ExternalPoints<G> source{task_->points, nullptr, nullptr};
    const u32 ahead = 8 * kLanes;
    for (u32 i = 0; i < singleCount_; i += kLanes) {
      if (i + ahead < singleCount_) source.prefetch(singles_ + i + ahead);
      L x, y;
      source.load(singles_ + i, x, y);
      y = negatedIf<16>(source.negative(singles_ + i), y);
      storeSlots<G>(slots_, singleSlots_ + i, reduced(x), reduced(y));
    }
  }

  /// Sums neighbours within each bucket, into the left one's slot. False if every bucket is down to one point.
  bool nextRound() {
    const Pairs p = pairs_;
    u32* const live = live_;
    std::uint16_t* const keys = keys_;
    const u32 count = count_;
    u32 kept = 0, pairs = 0;
    for (u32 i = 0; i < count; ++kept) {
      const bool pair = keys[i] == keys[i + 1];
      const u32 slot = live[i];
      p.left[pairs] = p.out[pairs] = slot;
      p.right[pairs] = live[i + 1];
      live[kept] = slot;
      keys[kept] = keys[i];
      pairs += pair;
      i += 1 + pair;
    }
    keys[kept] = kNoBucket;
    pairs_.count = pairs;
    count_ = kept;
    if (pairs_.count == 0) return false;
    sumPairs(PackedPoints<G>{slots_, nullptr, nullptr}, slots_);
    if (cancelled_) dropCancelled();
    return true;
  }

  /// Adds the pairs of a list of slots and writes the slots of their sums (and of a last one alone) to `rest`, which may
  /// be the list; returns how many those are.
  u32 pairUp(const u32* slots, u32 count, u32* rest) {
    u32 i = 0, kept = 0;
    for (; i + 1 < count; i += 2) {
      const u32 slot = slots[i];
      pairs_.add(slot, slots[i + 1], slot);
      rest[kept++] = slot;
    }
    if (i < count) rest[kept++] = slots[i];
    return kept;
  }

  /// Takes sums that came to infinity out of the buckets.
  void dropCancelled() {
    cancelled_ = false;
    u32 kept = 0;
    for (u32 i = 0; i < count_; ++i) {
      if (isInfinity(point(slots_, live_[i]))) continue;
      live_[kept] = live_[i];
      keys_[kept++] = keys_[i];
    }
    count_ = kept;
    keys_[count_] = kNoBucket;
  }

  /// Carries out the noted pairs and forgets them.
  template <class Source>
  void sumPairs(Source source, Element* results) {
    Pairs& p = pairs_;
    if (p.count == 0) return;
    // A vector is filled up with copies of its last pair, which give the same sum in the same place.
    for (u32 i = p.count; i % kLanes != 0; ++i) {
      p.left[i] = p.left[p.count - 1];
      p.right[i] = p.right[p.count - 1];
      p.out[i] = p.out[p.count - 1];
    }
    const auto batch = [&](u32 begin) { return begin >= p.count ? 0 : p.count - begin < kBatch ? p.count - begin : kBatch; };
    for (u32 begin = 0; begin < p.count; begin += kBatch) {
      const u32 next = begin + kBatch;
      source.left = p.left + begin;
      source.right = p.right + begin;
      const PairSums<G, Source> sums{source, p.out + begin, results, products_,
                                     p.left + next, p.right + next, vectors(batch(next))};
      if (!sums.sum(vectors(batch(begin)))) sums.sumCarefully(vectors(batch(begin)), cancelled_);
    }
    p.count = 0;
  }

  /// The sum of weight * bucket, by the levels described above.
  Sum weigh() {
    u32 size = task_->bucketCount;
    std::memset(present_, 0, size);
    for (u32 i = 0; i < count_; ++i) {
      present_[keys_[i]] = 1;
      copy(point(tree_, keys_[i]), point(slots_, live_[i]));
    }
    // live_ now holds the slots of the O_l, one after the other.
    u32 odd[kLevels + 1], oddCount[kLevels + 1];
    u32 levels = 0, base = 0, end = 0;
    for (; size > 1; ++levels) {
      for (u32 l = 0; l < levels; ++l) oddCount[l] = pairUp(live_ + odd[l], oddCount[l], live_ + odd[l]);
      const u32 next = base + size;
      pairLevel(base, size, next);
      odd[levels] = end;
      for (u32 i = 1; i < size; i += 2) {
        if (present_[base + i]) live_[end++] = base + i;
      }
      oddCount[levels] = end - odd[levels];
      sumPairs(PackedPoints<G>{tree_, nullptr, nullptr}, tree_);
      base = next;
      size = (size + 1) / 2;
      if (cancelled_) dropCancelledSums(base, size, odd, oddCount, levels);
    }
    finishOddSums(odd, oddCount, levels);
    Sum all = present_[base] ? toSum(base) : Sum::infinity();
    Sum sum = Sum::multiplySmall(all, task_->firstWeight);
    Sum doubled = Sum::infinity();
    for (u32 l = levels; l-- > 0;) {
      doubled = Sum::dbl(doubled);
      for (u32 i = 0; i < oddCount[l]; ++i) doubled = Sum::add(doubled, toSum(live_[odd[l] + i]));
    }
    return Sum::add(sum, doubled);
  }

  /// From the level of `size` nodes at `base` to the next one at `next`.
  void pairLevel(u32 base, u32 size, u32 next) {
    for (u32 i = 0; i < size; i += 2) {
      const u32 left = base + i, right = left + 1, to = next + i / 2;
      const bool hasLeft = present_[left], hasRight = i + 1 < size && present_[right];
      present_[to] = hasLeft || hasRight;
      if (hasLeft && hasRight) pairs_.add(left, right, to);
      else if (present_[to]) copy(point(tree_, to), point(tree_, hasLeft ? left : right));
    }
  }

  void dropCancelledSums(u32 base, u32 size, const u32* odd, u32* oddCount, u32 levels) {
    cancelled_ = false;
    for (u32 i = base; i < base + size; ++i) present_[i] = present_[i] && !isInfinity(point(tree_, i));
    for (u32 l = 0; l < levels; ++l) {
      u32 kept = 0;
      for (u32 i = 0; i < oddCount[l]; ++i) {
        const u32 slot = live_[odd[l] + i];
        if (!isInfinity(point(tree_, slot))) live_[odd[l] + kept++] = slot;
      }
      oddCount[l] = kept;
    }
  }

  /// Goes on with the O_l until few points are left.
  void finishOddSums(u32* odd, u32* oddCount, u32 levels) {
    for (;;) {
      u32 left = 0;
      for (u32 l = 0; l < levels; ++l) left += oddCount[l];
      if (left <= kFew + levels) return;
      for (u32 l = 0; l < levels; ++l) oddCount[l] = pairUp(live_ + odd[l], oddCount[l], live_ + odd[l]);
      sumPairs(PackedPoints<G>{tree_, nullptr, nullptr}, tree_);
      if (cancelled_) dropCancelledSums(0, 0, odd, oddCount, levels);
    }
  }

  /// A packed point of the tree.
  Sum toSum(u32 slot) const {
    const Element* at[L::kCount];
    for (u32 i = 0; i < kLanes; ++i) at[i] = point(tree_, slot);
    L x, y;
    G::loadPacked(at, x, y);
    S xs[L::kCount], ys[L::kCount];
    G::scatterScalars(x, xs);
    G::scatterScalars(y, ys);
    return {xs[0], ys[0], S::one(), S::one()};
  }
};

}  // namespace straddle::STRADDLE_ISA
