#pragma once

#include <atomic>

#include "formats/CoreError.h"

namespace straddle {

/// A flag that one thread sets and the threads of a job look at between pieces of work (at least every 50 ms, because
/// a worker thread or a process that ends waits for its jobs to notice).
class CancelToken {
 public:
  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  bool isCancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }
  /// Throws CoreError PROVER_ABORTED once cancelled.
  void check() const {
    if (isCancelled()) throw CoreError("PROVER_ABORTED", "The job was cancelled.");
  }

 private:
  std::atomic<bool> cancelled_{false};
};

}  // namespace straddle
