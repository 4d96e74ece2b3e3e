#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "parallel/CancelToken.h"

namespace straddle {

/// The threads of one job. The calling thread is worker 0, so that a pool of one starts none. Used from one thread at
/// a time; a call from inside a call is a mistake and throws std::logic_error.
class ThreadPool {
 public:
  /// `threads` 0 means as many as the machine runs at once.
  explicit ThreadPool(unsigned threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  unsigned size() const noexcept { return static_cast<unsigned>(threads_.size()) + 1; }

  using Body = std::function<void(std::size_t index, unsigned worker)>;
  using RangeBody = std::function<void(std::size_t begin, std::size_t end, unsigned worker)>;

  /// Calls body(index, worker) once for each index below count, on all workers; whoever is free takes the next index.
  /// `worker` is below size() and no two calls with the same worker overlap: it selects scratch memory. Returns when
  /// all are done. The first exception stops the handing out of indices and is rethrown here, as is PROVER_ABORTED
  /// when `cancel` is set; what the other workers had begun is finished first.
  void parallelFor(std::size_t count, const Body& body, const CancelToken* cancel = nullptr);

  /// The same over ranges of at most `grain` neighbouring indices, for bodies too short to be handed out singly.
  void parallelRanges(std::size_t count, std::size_t grain, const RangeBody& body, const CancelToken* cancel = nullptr);

 private:
  void threadMain(unsigned worker);
  void runShare(unsigned worker) noexcept;

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable started_;
  std::condition_variable finished_;
  std::uint64_t round_ = 0;
  std::size_t running_ = 0;
  bool ending_ = false;

  std::atomic<bool> busy_{false};
  const Body* body_ = nullptr;
  const CancelToken* cancel_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_{0};
  std::exception_ptr error_;
};

}  // namespace straddle
