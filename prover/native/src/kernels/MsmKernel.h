// Sums of points behind function pointers (Kernels.h): the parts of a multi-scalar multiplication, and points one by one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "field/Element.h"

namespace straddle {

enum class Group { g1, g2 };

/// A point without divisions (X, Y, ZZ, ZZZ), 4 elements for G1 and 8 for G2.
struct PointSum {
  Element coordinates[8];
};

/// A part of the sorted digits of one window: sum over entries of +-weight(bucket) * points[index - first].
struct BucketTask {
  /// The window's entries, sorted by bucket: the index of a scalar, and in bit 31 whether the point is subtracted.
  const std::uint32_t* entries;
  /// Entries [begin, end) belong to the task.
  std::uint32_t begin, end;
  /// bucketStart[j] .. bucketStart[j + 1]: the entries of the task's bucket j, of weight firstWeight + j. Those outside
  /// of [begin, end) are another task's.
  const std::uint32_t* bucketStart;
  std::uint32_t bucketCount, firstWeight;
  /// External affine points; entries below `first` or from first + count on have none.
  const Element* points;
  std::size_t first, count;
  /// Bit i is set if points[i] is not infinity.
  const std::uint64_t* finite;
};

struct MsmKernel {
  /// At most so many entries and buckets a task.
  static constexpr std::uint32_t kMostEntries = 1 << 15;
  static constexpr std::uint32_t kMostBuckets = 1 << 13;

  /// Bytes of scratch memory that bucketSums needs, aligned to 64.
  std::size_t (*scratchBytes)(Group group);
  void (*bucketSums)(Group group, const BucketTask& task, void* scratch, PointSum* sum);

  /// a += b.
  void (*addSum)(Group group, PointSum* a, const PointSum* b);
  /// a *= 2^times.
  void (*doubleSum)(Group group, PointSum* a, unsigned times);
  /// Affine, external.
  void (*toAffine)(Group group, const PointSum* a, Element* point);
  /// From an affine external point.
  void (*fromAffine)(Group group, const Element* point, PointSum* sum);
  /// a *= scalar, plain; the time depends on the scalar.
  void (*multiply)(Group group, PointSum* a, const Element* scalar);

  /// Whether each of `count` external points is on the curve or infinity, with coordinates below the modulus. For G2 this
  /// is not yet membership of the subgroup.
  bool (*onCurve)(Group group, const Element* points, std::size_t count);
};

}  // namespace straddle
