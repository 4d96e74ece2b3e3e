#include "parallel/ThreadPool.h"

#include <algorithm>
#include <stdexcept>

namespace straddle {

ThreadPool::ThreadPool(unsigned threads) {
  const unsigned wanted = threads == 0 ? std::max(1u, std::thread::hardware_concurrency()) : threads;
  threads_.reserve(wanted - 1);
  try {
    for (unsigned worker = 1; worker < wanted; worker++) threads_.emplace_back([this, worker] { threadMain(worker); });
  } catch (const std::system_error&) {
    // The system gives no more threads: go on with those that there are.
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  started_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::threadMain(unsigned worker) {
  std::uint64_t seen = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    started_.wait(lock, [&] { return ending_ || round_ != seen; });
    if (ending_) return;
    seen = round_;
    lock.unlock();
    runShare(worker);
    lock.lock();
    if (--running_ == 0) finished_.notify_one();
  }
}

void ThreadPool::runShare(unsigned worker) noexcept {
  try {
    for (;;) {
      if (cancel_ != nullptr) cancel_->check();
      const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
      if (index >= count_) return;
      (*body_)(index, worker);
    }
  } catch (...) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!error_) error_ = std::current_exception();
    // Not beyond count_: every worker adds at most one more, and the sum must not wrap.
    next_.store(count_, std::memory_order_relaxed);
  }
}

void ThreadPool::parallelFor(std::size_t count, const Body& body, const CancelToken* cancel) {
  if (cancel != nullptr) cancel->check();
  if (count == 0) return;
  if (busy_.exchange(true)) throw std::logic_error("ThreadPool: a call inside a call");
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    body_ = &body;
    cancel_ = cancel;
    count_ = count;
    next_.store(0, std::memory_order_relaxed);
    error_ = nullptr;
    running_ = threads_.size();
    round_++;
  }
  // One index needs no help; the threads are woken all the same, because each counts the rounds.
  started_.notify_all();
  runShare(0);
  std::exception_ptr error;
  {
    std::unique_lock<std::mutex> lock(mutex_);
    finished_.wait(lock, [&] { return running_ == 0; });
    error = std::move(error_);
    error_ = nullptr;
  }
  busy_.store(false);
  if (error) std::rethrow_exception(error);
}

void ThreadPool::parallelRanges(std::size_t count, std::size_t grain, const RangeBody& body, const CancelToken* cancel) {
  const std::size_t step = std::max<std::size_t>(1, grain);
  const std::size_t pieces = count / step + (count % step != 0);
  parallelFor(
      pieces,
      [&](std::size_t piece, unsigned worker) {
        const std::size_t begin = piece * step;
        body(begin, begin + std::min(step, count - begin), worker);
      },
      cancel);
}

}  // namespace straddle
