#include "FileBuilder.h"
#include "checked.h"
#include "formats/Wtns.h"

namespace straddle::fuzz {

const char* const kTargetName = "wtns";
const char* lastOutcome = "";

Bytes makeSoundFile(std::uint64_t variant) {
  const auto count = static_cast<std::uint32_t>(1 + variant % 40);
  FileBuilder values("wtns", 2, 2);
  values.begin(1).put(32u).put(detail::kFrModulus).put(count).end();
  values.begin(2).put(std::uint64_t{1}).fill(0).put(std::uint64_t{0}).put(std::uint64_t{0}).put(std::uint64_t{0});
  values.fill(32 * (count - 1)).end();
  return values.take();
}

}  // namespace straddle::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace straddle;
  fuzz::expectOnly({"PROVER_WITNESS_INVALID"}, [&] {
    const Wtns witness({data, size});
    const RecordView values = witness.values();
    fuzz::keep(fuzz::sumOf(values.data, values.bytes()));
    // What is accepted is written back with the same values.
    const std::vector<std::uint8_t> written = Wtns::encode(values.data, witness.count());
    const Wtns again({written.data(), written.size()});
    if (again.count() != witness.count() || std::memcmp(again.values().data, values.data, values.bytes()) != 0) std::abort();
  });
  return 0;
}
