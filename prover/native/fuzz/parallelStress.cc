// For ThreadSanitizer: the thread pool under sums, exceptions and cancellation from outside.
//   parallelStress [--runs N] [--seed S]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "Mutator.h"
#include "parallel/ThreadPool.h"

namespace {

using straddle::CancelToken;
using straddle::CoreError;
using straddle::ThreadPool;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "parallel: %s\n", what);
  std::abort();
}

/// Every index once, and no two calls of a worker at once: the sums are not atomic.
void checkSum(ThreadPool& pool, std::size_t count, std::size_t grain) {
  std::vector<std::uint64_t> sums(pool.size(), 0);
  std::vector<std::uint8_t> seen(count, 0);
  pool.parallelRanges(count, grain, [&](std::size_t begin, std::size_t end, unsigned worker) {
    for (std::size_t index = begin; index < end; index++) {
      sums[worker] += index;
      seen[index]++;
    }
  });
  std::uint64_t sum = 0;
  for (const std::uint64_t part : sums) sum += part;
  require(sum == std::uint64_t{count} * (count - (count > 0)) / 2, "a wrong sum");
  for (const std::uint8_t times : seen) require(times == 1, "an index not seen once");
}

void checkException(ThreadPool& pool, std::size_t count, std::size_t bad) {
  try {
    pool.parallelFor(count, [&](std::size_t index, unsigned) {
      if (index == bad) throw std::runtime_error("bad");
    });
    require(false, "no exception");
  } catch (const std::runtime_error& error) {
    require(std::strcmp(error.what(), "bad") == 0, "another exception");
  }
}

void checkCancel(ThreadPool& pool) {
  CancelToken cancel;
  std::thread other([&] { cancel.cancel(); });
  bool aborted = false;
  try {
    // Far more than could be done: it ends by being cancelled.
    pool.parallelFor(~std::size_t{0} / 2, [](std::size_t, unsigned) {}, &cancel);
  } catch (const CoreError& error) {
    aborted = std::strcmp(error.code(), "PROVER_ABORTED") == 0;
  }
  other.join();
  require(aborted, "not aborted");
}

void checkNested(ThreadPool& pool) {
  try {
    pool.parallelFor(1, [&](std::size_t, unsigned) { pool.parallelFor(1, [](std::size_t, unsigned) {}); });
    require(false, "a call inside a call was allowed");
  } catch (const std::logic_error&) {
  }
}

std::uint64_t option(int count, char** words, const char* name, std::uint64_t otherwise) {
  for (int index = 1; index + 1 < count; index++) {
    if (std::strcmp(words[index], name) == 0) return std::strtoull(words[index + 1], nullptr, 10);
  }
  return otherwise;
}

}  // namespace

int main(int count, char** words) {
  const std::uint64_t runs = option(count, words, "--runs", 200);
  const std::uint64_t seed = option(count, words, "--seed", 1);
  straddle::fuzz::Random random(seed);
  for (std::uint64_t run = 0; run < runs; run++) {
    ThreadPool pool(static_cast<unsigned>(1 + random.below(5)));
    checkSum(pool, random.below(2000), 1 + random.below(50));
    checkSum(pool, 0, 1);
    const std::size_t some = 1 + random.below(500);
    checkException(pool, some, random.below(some));
    checkCancel(pool);
    checkNested(pool);
    checkSum(pool, 100, 7);
  }
  std::printf("parallel: seed %llu, %llu rounds\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(runs));
  return 0;
}
