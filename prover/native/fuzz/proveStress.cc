// For ThreadSanitizer: a key made, loaded, and proved with by several threads at once, some of them cancelled.
//   proveStress [--runs N] [--seed S]
// Links the portable kernels alone, which stand in for all: no kernel knows of threads.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "FileBuilder.h"
#include "Mutator.h"
#include "groth16/ProvingKey.h"
#include "groth16/prove.h"
#include "setup/developmentKey.h"

namespace straddle {

namespace portable {
extern const Kernels kKernels;
}
const Kernels& kernels() { return portable::kKernels; }
const Kernels* kernelsOf(InstructionSet set) { return set == InstructionSet::portable ? &portable::kKernels : nullptr; }

}  // namespace straddle

namespace {

using namespace straddle;

constexpr std::uint32_t kSquarings = 150;
constexpr Element kSeven{{7, 0, 0, 0}}, kNine{{9, 0, 0, 0}};

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "prove: %s\n", what);
  std::abort();
}

/// Wire 1, public, squared again and again.
void writeCircuit(const std::string& path) {
  fuzz::FileBuilder file("r1cs", 1, 3);
  const Element one{{1, 0, 0, 0}};
  file.begin(1).put(std::uint32_t{32}).put(detail::kFrModulus);
  file.put32({2 + kSquarings, 0, 1, 0}).put(std::uint64_t{0}).put(kSquarings).end();
  file.begin(2);
  for (std::uint32_t wire = 1; wire <= kSquarings; wire++) {
    for (const std::uint32_t term : {wire, wire, wire + 1}) file.put32({1, term}).put(one);
  }
  file.end();
  file.begin(3);
  for (std::uint64_t wire = 0; wire < 2 + kSquarings; wire++) file.put(wire);
  file.end();
  const fuzz::Bytes bytes = file.take();
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::vector<Element> witnessFor(Element value) {
  const auto apply = [](FieldOperation operation, const Element& a) {
    Element result;
    kernels().field.scalar(Field::fr, operation, &a, &a, &result, 1);
    return result;
  };
  std::vector<Element> values{{{1, 0, 0, 0}}};
  Element wire = apply(FieldOperation::toMontgomery, value);
  for (std::uint32_t i = 0; i <= kSquarings; i++) {
    values.push_back(apply(FieldOperation::fromMontgomery, wire));
    wire = apply(FieldOperation::sqr, wire);
  }
  return values;
}

DevelopmentKeyRequest keyRequest(const std::string& folder) {
  DevelopmentKeyRequest request{};
  request.r1csPath = folder + "/circuit.r1cs";
  request.zkeyPath = folder + "/circuit.zkey";
  request.waste = {{{11, 1, 0, 0}}, {{12, 2, 0, 0}}, {{13, 3, 0, 0}}, {{14, 4, 0, 0}}};
  return request;
}

/// One proof; cancelled before the step of this number. True if it came to an end.
bool proveOnce(const ProvingKey& key, const std::vector<Element>& witness, unsigned threads, unsigned cancelAt,
               Groth16Proof& proof) {
  ThreadPool pool(threads);
  CancelToken cancel;
  std::thread canceller;
  unsigned steps = 0;
  ProveOptions options;
  options.blinding = Blinding{kSeven, kNine};
  options.onProgress = [&](double, const char*) {
    if (++steps == cancelAt) canceller = std::thread([&] { cancel.cancel(); });
  };
  bool isDone = false;
  try {
    proof = prove(key, witness.data(), pool, cancel, options).proof;
    isDone = true;
  } catch (const CoreError& error) {
    require(std::strcmp(error.code(), "PROVER_ABORTED") == 0, error.what());
    require(cancelAt != 0, "aborted by nobody");
  }
  if (canceller.joinable()) canceller.join();
  return isDone;
}

void proveAtOnce(const ProvingKey& key, const std::vector<Element>& witness, fuzz::Random& random) {
  constexpr unsigned kThreads = 3;
  Groth16Proof proofs[kThreads] = {};
  bool isDone[kThreads] = {};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; i++) {
    const auto poolSize = static_cast<unsigned>(1 + random.below(3));
    const auto cancelAt = static_cast<unsigned>(i == 0 ? 0 : random.below(8));
    threads.emplace_back([&, i, poolSize, cancelAt] {
      isDone[i] = proveOnce(key, witness, poolSize, cancelAt, proofs[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (unsigned i = 0; i < kThreads; i++) {
    if (isDone[i]) require(std::memcmp(&proofs[i], &proofs[0], sizeof proofs[0]) == 0, "two proofs with one blinding");
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
  const std::uint64_t runs = option(count, words, "--runs", 10);
  const std::uint64_t seed = option(count, words, "--seed", 1);
  fuzz::Random random(seed);
  std::string folder = "/tmp/straddle-prove-XXXXXX";
  require(mkdtemp(folder.data()) != nullptr, "no temporary folder");
  const DevelopmentKeyRequest request = keyRequest(folder);
  writeCircuit(request.r1csPath);
  {
    ThreadPool pool(3);
    const CancelToken never;
    writeDevelopmentKey(kernels(), pool, request, never, [](double, const char*) {});
    const ProvingKey key(kernels(), request.zkeyPath, {}, pool, &never, [](double, const char*) {});
    const std::vector<Element> witness = witnessFor({{3, 0, 0, 0}});
    for (std::uint64_t run = 0; run < runs; run++) proveAtOnce(key, witness, random);
  }
  for (const std::string& path : {request.r1csPath, request.zkeyPath}) unlink(path.c_str());
  rmdir(folder.c_str());
  std::printf("prove: seed %llu, %llu rounds\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(runs));
  return 0;
}
