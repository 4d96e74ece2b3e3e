// Feeds a target with damaged files: driver [--runs N] [--seed S] [--only RUN]. Every run depends on the seed and its
// own number alone, so that `--seed S --only RUN` repeats it.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>

#include "Mutator.h"
#include "target.h"

// Of the sanitizers' runtime.
extern "C" void __sanitizer_set_death_callback(void (*callback)());

namespace {

using namespace straddle::fuzz;

struct Progress {
  std::uint64_t seed = 0;
  std::uint64_t run = 0;
};
Progress progress;

void sayWhere() {
  std::fprintf(stderr, "%s: failed at --seed %llu --only %llu\n", kTargetName,
               static_cast<unsigned long long>(progress.seed), static_cast<unsigned long long>(progress.run));
}

void runOnce(std::uint64_t seed, std::uint64_t run) {
  progress = {seed, run};
  Random random(seed * 0x2545f4914f6cdd1d + run);
  Bytes file = makeSoundFile(random.next() % 10000);
  // The first runs see sound files: a harness that refuses everything tests nothing.
  if (run >= 100) mutate(file, random);
  // Exactly as long as the input, so that a read beyond it is one beyond the allocation.
  const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[file.size()]);
  if (!file.empty()) std::memcpy(exact.get(), file.data(), file.size());
  LLVMFuzzerTestOneInput(exact.get(), file.size());
  if (run < 100 && std::strcmp(lastOutcome, "accepted") != 0) {
    std::fprintf(stderr, "a sound file was refused with %s\n", lastOutcome);
    std::abort();
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
  constexpr std::uint64_t kNone = ~std::uint64_t{0};
  const std::uint64_t runs = option(count, words, "--runs", 10000);
  const std::uint64_t seed = option(count, words, "--seed", 1);
  const std::uint64_t only = option(count, words, "--only", kNone);
  __sanitizer_set_death_callback(sayWhere);
  std::map<std::string, std::uint64_t> outcomes;
  const std::uint64_t first = only == kNone ? 0 : only, end = only == kNone ? runs : only + 1;
  for (std::uint64_t run = first; run < end; run++) {
    runOnce(seed, run);
    outcomes[lastOutcome]++;
  }
  std::printf("%s: seed %llu, %llu inputs:", kTargetName, static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(end - first));
  for (const auto& [name, times] : outcomes) std::printf(" %s %llu", name.c_str(), static_cast<unsigned long long>(times));
  std::printf("\n");
  return 0;
}
