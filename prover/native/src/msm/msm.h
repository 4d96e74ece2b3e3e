#pragma once

#include <cstddef>

#include "field/Element.h"
#include "kernels/Kernels.h"
#include "parallel/CancelToken.h"
#include "parallel/ThreadPool.h"

namespace straddle {

/// One of several sums over the same scalars.
struct MsmTerm {
  Group group;
  /// AffineG1* or AffineG2*, external; need not be aligned. points[i] goes with scalars[first + i].
  const void* points;
  std::size_t first;
  std::size_t count;
  /// For G1 the first 64 bytes are an AffineG1.
  AffineG2 result;
};

/// Multi-scalar multiplication: each term's result = sum of scalars[first + i] * points[i] (Pippenger's buckets over
/// signed digits; which scalar belongs into which bucket is found once for all terms).
///
/// Scalars are plain, below r. Any points give the right sum, equal, opposite and infinite ones too, as long as they are
/// on the curve. Extra memory while it runs: 40 bytes a scalar, a bit a point, 3.2 MB a worker (5.8 MB with a term in G2), and
/// a few MB for the buckets' starts.
/// Throws PROVER_ABORTED soon after `cancel` is set, std::invalid_argument if a term exceeds the scalars, or a
/// scalar is not below r, or there are 2^31 or more of them.
void multiScalarMultiply(const Kernels& kernels, ThreadPool& pool, const Element* scalars, std::size_t scalarCount,
                         MsmTerm* terms, std::size_t termCount, const CancelToken* cancel = nullptr);

}  // namespace straddle
