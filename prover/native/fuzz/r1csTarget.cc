#include "FileBuilder.h"
#include "checked.h"
#include "formats/R1cs.h"

namespace straddle::fuzz {

const char* const kTargetName = "r1cs";
const char* lastOutcome = "";

Bytes makeSoundFile(std::uint64_t variant) {
  const auto outputs = static_cast<std::uint32_t>(variant % 2), inputs = static_cast<std::uint32_t>(variant / 2 % 3);
  const auto secrets = static_cast<std::uint32_t>(variant / 6 % 3);
  const std::uint32_t wires = 1 + outputs + inputs + secrets + 2;
  const auto constraints = static_cast<std::uint32_t>(variant / 18 % 8);
  FileBuilder file("r1cs", 1, 3);
  file.begin(1).put(32u).put(detail::kFrModulus).put32({wires, outputs, inputs, secrets});
  file.put(std::uint64_t{wires + 3}).put(constraints).end();
  file.begin(2);
  for (std::uint32_t sum = 0; sum < 3 * constraints; sum++) {
    const std::uint32_t terms = (sum + static_cast<std::uint32_t>(variant)) % 4;
    file.put(terms);
    for (std::uint32_t term = 0; term < terms; term++) file.put((sum + term) % wires).fill(32);
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
    const R1cs system({data, size});
    fuzz::keep(system.checkConstraints());
    fuzz::keep(fuzz::sumOf(system.wireLabels().data, system.wireLabels().bytes()));
  });
  return 0;
}
