#include "FileBuilder.h"
#include "checked.h"
#include "formats/Zkey.h"

namespace straddle::fuzz {

const char* const kTargetName = "zkey";
const char* lastOutcome = "";

Bytes makeSoundFile(std::uint64_t variant) {
  const auto publicSignals = static_cast<std::uint32_t>(variant % 4);
  const auto wires = static_cast<std::uint32_t>(publicSignals + 1 + variant / 4 % 5);
  const std::uint32_t rows = 4u << (variant / 20 % 3);
  const auto coefficients = static_cast<std::uint32_t>(variant / 60 % 7);
  FileBuilder file("zkey", 1, 10);
  file.begin(1).put(1u).end();
  file.begin(2).put(32u).put(detail::kFqModulus).put(32u).put(detail::kFrModulus);
  file.put32({wires, publicSignals, rows}).fill(3 * Zkey::kG1Bytes + 3 * Zkey::kG2Bytes).end();
  file.begin(3).fill((publicSignals + 1) * Zkey::kG1Bytes).end();
  file.begin(4).put(coefficients);
  for (std::uint32_t index = 0; index < coefficients; index++) {
    file.put32({index % 2, index % rows, index % wires}).fill(32);
  }
  file.end();
  file.begin(5).fill(wires * Zkey::kG1Bytes).end();
  file.begin(6).fill(wires * Zkey::kG1Bytes).end();
  file.begin(7).fill(wires * Zkey::kG2Bytes).end();
  file.begin(8).fill((wires - publicSignals - 1) * Zkey::kG1Bytes).end();
  file.begin(9).fill(rows * Zkey::kG1Bytes).end();
  file.begin(10).fill(64).put(0u).end();
  return file.take();
}

}  // namespace straddle::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace straddle;
  static ThreadPool pool(1);
  fuzz::expectOnly({"KEY_FILE_DAMAGED", "KEY_FILE_WRONG_CIRCUIT"}, [&] {
    const Zkey key({data, size});
    key.checkCoefficients(pool);
    // In place of the curve: a point is good unless its first byte is 0xff.
    const auto check = [](std::size_t bytes) {
      return [bytes](const std::uint8_t* points, std::size_t count) {
        fuzz::keep(fuzz::sumOf(points, count * bytes));
        std::size_t index = 0;
        while (index < count && points[index * bytes] != 0xff) index++;
        return index;
      };
    };
    key.checkPoints(check(Zkey::kG1Bytes), check(Zkey::kG2Bytes), pool);
  });
  return 0;
}
