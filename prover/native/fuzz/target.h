#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// One harness is one program: a target file defines these, driver.cc calls them. The first is libFuzzer's entry too,
/// so that a target can be linked with -fsanitize=fuzzer instead of driver.cc where there is clang.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace straddle::fuzz {

using Bytes = std::vector<std::uint8_t>;

/// The name of the target, for reports.
extern const char* const kTargetName;

/// A small sound file; `variant` chooses its sizes.
Bytes makeSoundFile(std::uint64_t variant);

/// What became of the last input: "accepted", or the code of the CoreError that refused it.
extern const char* lastOutcome;

}  // namespace straddle::fuzz
