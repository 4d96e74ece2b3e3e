#include "babyjubjub/blake512.h"

#include <cstring>

namespace straddle {

namespace {

constexpr std::uint64_t kInitial[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                                       0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

/// The first digits of pi.
constexpr std::uint64_t kConstants[16] = {
    0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89, 0x452821e638d01377, 0xbe5466cf34e90c6c,
    0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917, 0x9216d5d98979fb1b, 0xd1310ba698dfb5ac, 0x2ffd72dbd01adfb7, 0xb8e1afed6a267e96,
    0xba7c9045f12c7f99, 0x24a19947b3916cf7, 0x0801f2e2858efc16, 0x636920d871574e69};

constexpr std::uint8_t kSigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

constexpr int kRounds = 16;

std::uint64_t rotateRight(std::uint64_t x, int by) { return x >> by | x << (64 - by); }

void mix(std::uint64_t* v, int a, int b, int c, int d, std::uint64_t x, std::uint64_t y) {
  v[a] += v[b] + x;
  v[d] = rotateRight(v[d] ^ v[a], 32);
  v[c] += v[d];
  v[b] = rotateRight(v[b] ^ v[c], 25);
  v[a] += v[b] + y;
  v[d] = rotateRight(v[d] ^ v[a], 16);
  v[c] += v[d];
  v[b] = rotateRight(v[b] ^ v[c], 11);
}

}  // namespace

void forget(void* secret, std::size_t size) noexcept {
  std::memset(secret, 0, size);
  asm volatile("" : : "r"(secret) : "memory");
}

void blake512(const std::uint8_t* message, std::size_t size, std::uint8_t hash[64]) {
  // A 1 bit after the message, another before its length in bits.
  std::uint8_t block[128] = {};
  std::memcpy(block, message, size);
  block[size] |= 0x80;
  block[111] |= 0x01;
  const std::uint64_t bits = 8 * size;
  for (int i = 0; i < 8; ++i) block[127 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
  std::uint64_t m[16] = {}, v[16];
  for (int i = 0; i < 128; ++i) m[i / 8] = m[i / 8] << 8 | block[i];
  for (int i = 0; i < 8; ++i) v[i] = kInitial[i], v[8 + i] = kConstants[i];
  v[12] ^= bits;
  v[13] ^= bits;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint8_t* s = kSigma[round % 10];
    const auto step = [&](int i, int a, int b, int c, int d) {
      mix(v, a, b, c, d, m[s[2 * i]] ^ kConstants[s[2 * i + 1]], m[s[2 * i + 1]] ^ kConstants[s[2 * i]]);
    };
    for (int i = 0; i < 4; ++i) step(i, i, 4 + i, 8 + i, 12 + i);
    for (int i = 0; i < 4; ++i) step(4 + i, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
  }
  for (int i = 0; i < 64; ++i) {
    const int word = i / 8;
    hash[i] = static_cast<std::uint8_t>((kInitial[word] ^ v[word] ^ v[word + 8]) >> (56 - 8 * (i % 8)));
  }
  forget(block, sizeof block);
  forget(m, sizeof m);
  forget(v, sizeof v);
}

}  // namespace straddle
