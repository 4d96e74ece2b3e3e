// keccak256 as Ethereum has it: Keccak's own padding, not SHA-3's.
#pragma once

#include <cstddef>
#include <cstdint>

namespace straddle {

constexpr std::size_t kKeccakBytes = 32;

/// hash: kKeccakBytes bytes; may lie within the data.
void keccak256(const std::uint8_t* data, std::size_t size, std::uint8_t* hash);

}  // namespace straddle
