// What exceptions are told as: a line for each kind.
#include <cstdio>
#include <functional>
#include <new>
#include <vector>

#include "formats/coreErrorOf.h"
#include "parallel/ThreadPool.h"

namespace {

using namespace straddle;

void tell(const char* what, const std::function<void()>& work) {
  try {
    work();
    std::printf("%s: no exception\n", what);
  } catch (...) {
    const CoreError error = coreErrorOf(std::current_exception());
    std::printf("%s: %s: %s\n", what, error.code(), error.what());
  }
}

}  // namespace

int main() {
  tell("a refusal", [] { throw CoreError("KEY_FILE_DAMAGED", "This key is torn."); });
  tell("no memory", [] { throw std::bad_alloc(); });
  // In a thread of the pool, as jobs work.
  tell("a call inside a call", [] {
    ThreadPool pool(2);
    pool.parallelFor(2, [&](std::size_t, unsigned) { pool.parallelFor(1, [](std::size_t, unsigned) {}); });
  });
  tell("more than a vector holds", [] { std::vector<int> vast; vast.reserve(vast.max_size() + 1); });
  tell("what is no exception", [] { throw 7; });
  return 0;
}
