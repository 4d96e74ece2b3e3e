#pragma once

#include <cstdint>

#include "target.h"

namespace straddle::fuzz {

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere for a seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  /// Below `bound`; 0 if that is 0.
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

/// Damages a file in one to four ways: single bits and bytes, numbers in headers and section tables set to their
/// limits, cuts, growth, and sections swapped, repeated, dropped, renamed or resized (with or without the table's
/// size telling so).
void mutate(Bytes& file, Random& random);

}  // namespace straddle::fuzz
