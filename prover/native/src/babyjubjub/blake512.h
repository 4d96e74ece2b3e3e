// BLAKE-512, the SHA-3 finalist (Aumasson, Henzen, Meier, Phan, version 1.2 of 2010), not BLAKE2: what circomlibjs expands
// private keys with.
#pragma once

#include <cstddef>
#include <cstdint>

namespace straddle {

inline constexpr std::size_t kBlake512MaxBytes = 111;

/// Hashes a message of one block: at most kBlake512MaxBytes. Leaves nothing of it in memory; its time depends on the
/// length alone.
void blake512(const std::uint8_t* message, std::size_t size, std::uint8_t hash[64]);

/// Overwrites a secret with zeros; not left out by the compiler.
void forget(void* secret, std::size_t size) noexcept;

}  // namespace straddle
