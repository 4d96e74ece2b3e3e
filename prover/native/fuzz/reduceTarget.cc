#include "FileBuilder.h"
#include "Mutator.h"
#include "checked.h"
#include "formats/R1cs.h"
#include "reduce/Eliminator.h"
#include "reduce/readSystem.h"
#include "reduce/writeSystem.h"

namespace straddle::fuzz {

const char* const kTargetName = "reduce";
const char* lastOutcome = "";

namespace {

void putSum(FileBuilder& file, Random& random, std::uint32_t wires, std::uint32_t most) {
  const auto terms = static_cast<std::uint32_t>(random.below(most + 1));
  file.put(terms);
  // Mostly small coefficients, as circuits have them; wires in any order, now and then one twice, now and then times zero.
  for (std::uint32_t term = 0; term < terms; term++) {
    file.put(static_cast<std::uint32_t>(random.below(wires)));
    file.put(static_cast<std::uint64_t>(random.below(3))).put(std::uint64_t{0}).put(std::uint64_t{0});
    file.put(static_cast<std::uint64_t>(random.below(2)));
  }
}

[[noreturn]] void defect(const char* what) {
  std::fprintf(stderr, "reduce: %s\n", what);
  std::abort();
}

/// What must hold of a reduced system whatever it was made from.
void check(const reduce::System& system, bool mayBeUnfinished) {
  for (std::size_t i = 0; i < system.constraints(); ++i) {
    const reduce::Sum* const sums = &system.sums[3 * i];
    bool hasPrivate = false;
    for (int side = 0; side < 3; ++side) {
      for (std::size_t k = 0; k < sums[side].size(); ++k) {
        if (sums[side][k].coefficient == reduce::Coefficients::kZero) defect("a term is zero");
        if (sums[side][k].wire >= system.wires) defect("a wire that does not exist");
        if (k > 0 && sums[side][k - 1].wire >= sums[side][k].wire) defect("terms out of order");
        hasPrivate = hasPrivate || sums[side][k].wire > system.publicSignals();
      }
    }
    const bool isEmpty = sums[0].empty() && sums[1].empty() && sums[2].empty();
    if (system.kinds[i] == reduce::Kind::kGone && !isEmpty) defect("a constraint that is gone has terms");
    if (system.kinds[i] == reduce::Kind::kLinear && hasPrivate && !mayBeUnfinished) defect("not at the fixed point");
    if (system.kinds[i] == reduce::Kind::kLinear && !(sums[0].empty() && sums[1].empty())) defect("linear with factors");
  }
}

}  // namespace

Bytes makeSoundFile(std::uint64_t variant) {
  Random random(variant);
  const auto inputs = static_cast<std::uint32_t>(random.below(4));
  const auto wires = static_cast<std::uint32_t>(1 + inputs + random.below(30));
  const auto constraints = static_cast<std::uint32_t>(random.below(40));
  FileBuilder file("r1cs", 1, 3);
  file.begin(1).put(32u).put(detail::kFrModulus).put32({wires, 0, inputs, 0});
  file.put(std::uint64_t{wires + 3}).put(constraints).end();
  file.begin(2);
  for (std::uint32_t i = 0; i < constraints; i++) {
    const std::uint32_t most = random.below(3) == 0 ? 3 : 0;
    putSum(file, random, wires, most);
    putSum(file, random, wires, most);
    putSum(file, random, wires, 5);
  }
  file.end();
  file.begin(3);
  for (std::uint64_t label = 0; label < wires; label++) file.put(label);
  file.end();
  return file.take();
}

}  // namespace straddle::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace straddle;
  fuzz::expectOnly({"SETUP_R1CS_INVALID", "SETUP_R1CS_UNSUPPORTED"}, [&] {
    const R1cs file({data, size});
    const auto onProgress = [](double) {};
    reduce::System system = reduce::readSystem(file, onProgress);
    reduce::Limits limits;
    const bool isLimited = size % 3 == 0;
    if (isLimited) limits = {static_cast<std::uint32_t>(size % 7), 100, 5000};
    reduce::Eliminator(system, limits, onProgress).run();
    reduce::removeDuplicates(system);
    fuzz::check(system, isLimited);
    fuzz::keep(reduce::remainingWires(system).size());
  });
  return 0;
}
