#pragma once

#include <cstddef>

#include "kernels/FixedBaseKernel.h"
#include "ntt/PageBuffer.h"
#include "parallel/CancelToken.h"
#include "parallel/ThreadPool.h"

namespace straddle {

/// A table of multiples of one point, read by any number of threads.
class FixedBaseTable {
 public:
  FixedBaseTable(const FixedBaseGroup& group, const void* base, unsigned windowBits, ThreadPool& pool,
                 const CancelToken& cancel);

  std::size_t pointBytes() const { return group_.pointBytes; }
  std::size_t scratchBytes() const { return group_.scratchBytes; }
  /// points[i] = plainScalars[i] * base. Any count: it goes through the kernel in batches, without the zeros.
  void multiply(const Element* plainScalars, std::size_t count, void* points, void* scratch) const;

 private:
  const FixedBaseGroup& group_;
  unsigned windowBits_;
  PageBuffer table_;
};

/// The window with the fewest additions, table included, for `count` scalars.
unsigned fixedBaseWindowBits(std::size_t count);

}  // namespace straddle
