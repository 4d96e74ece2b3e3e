#include "keccak/keccak256.h"

#include <cstring>

namespace straddle {

namespace {

using u64 = std::uint64_t;

constexpr std::size_t kRateBytes = 136;
constexpr int kWords = 25;
constexpr int kRounds = 24;

constexpr u64 kRoundConstants[kRounds] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

/// Rotations of rho and places of pi, in the order in which pi walks from word 1.
constexpr int kRotations[kWords - 1] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                        27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
constexpr int kPlaces[kWords - 1] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                     15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};

inline u64 rotateLeft(u64 word, int by) { return word << by | word >> (64 - by); }

/// Words of the rate are little-endian, as are all processors that the core is built for.
inline void absorb(u64* state, const std::uint8_t* block) {
  u64 words[kRateBytes / 8];
  std::memcpy(words, block, kRateBytes);
  for (std::size_t i = 0; i < kRateBytes / 8; ++i) state[i] ^= words[i];
}

void permute(u64* s) {
  for (int round = 0; round < kRounds; ++round) {
    u64 c[5];
    for (int x = 0; x < 5; ++x) c[x] = s[x] ^ s[x + 5] ^ s[x + 10] ^ s[x + 15] ^ s[x + 20];
    for (int x = 0; x < 5; ++x) {
      const u64 d = c[(x + 4) % 5] ^ rotateLeft(c[(x + 1) % 5], 1);
      for (int y = 0; y < kWords; y += 5) s[y + x] ^= d;
    }
    u64 moved = s[1];
#pragma GCC unroll 24
    for (int i = 0; i < kWords - 1; ++i) {
      const u64 next = s[kPlaces[i]];
      s[kPlaces[i]] = rotateLeft(moved, kRotations[i]);
      moved = next;
    }
    for (int y = 0; y < kWords; y += 5) {
      u64 row[5];
      for (int x = 0; x < 5; ++x) row[x] = s[y + x];
      for (int x = 0; x < 5; ++x) s[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    s[0] ^= kRoundConstants[round];
  }
}

}  // namespace

void keccak256(const std::uint8_t* data, std::size_t size, std::uint8_t* hash) {
  u64 state[kWords] = {};
  for (; size >= kRateBytes; data += kRateBytes, size -= kRateBytes) {
    absorb(state, data);
    permute(state);
  }
  std::uint8_t last[kRateBytes] = {};
  if (size > 0) std::memcpy(last, data, size);
  last[size] ^= 0x01;
  last[kRateBytes - 1] ^= 0x80;
  absorb(state, last);
  permute(state);
  std::memcpy(hash, state, kKeccakBytes);
}

}  // namespace straddle
