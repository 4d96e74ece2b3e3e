// Signed digits of scalars: which bucket a scalar belongs into, window by window.
#pragma once

#include <cstddef>
#include <cstdint>

#include "field/Element.h"

namespace straddle {

/// A scalar s < r is the sum of digit(w) * 2^(width w), digits from -2^(width - 1) to 2^(width - 1). Adding half a window
/// to every window but the last makes each digit plus half of what a shift and a mask find, with no carry from one digit
/// to the next; so digits are computed where they are needed and never stored.
class SignedDigits {
 public:
  explicit SignedDigits(unsigned width);

  unsigned width() const { return width_; }
  unsigned windows() const { return windows_; }
  /// The greatest absolute value of a digit.
  std::uint32_t greatest() const { return std::uint32_t{1} << (width_ - 1); }

  std::int32_t digit(const Element& scalar, unsigned window) const { return digit(shifted(scalar), window); }

  /// The scalar plus half of each window but the last; below 2^255.
  struct Shifted {
    std::uint64_t limb[5];
  };
  Shifted shifted(const Element& scalar) const {
    Shifted sum;
    unsigned __int128 carry = 0;
    for (int i = 0; i < 4; ++i) {
      carry += static_cast<unsigned __int128>(scalar.limb[i]) + offset_[i];
      sum.limb[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    sum.limb[4] = 0;
    return sum;
  }
  std::int32_t digit(const Shifted& scalar, unsigned window) const {
    const unsigned bit = window * width_, word = bit >> 6, shift = bit & 63;
    // Shifted by 64 - shift in two steps, because shift may be 0.
    const std::uint64_t field = scalar.limb[word] >> shift | scalar.limb[word + 1] << 1 << (63 - shift);
    return static_cast<std::int32_t>(field & ((std::uint64_t{1} << width_) - 1)) -
           (window + 1 < windows_ ? static_cast<std::int32_t>(greatest()) : 0);
  }

 private:
  unsigned width_;
  unsigned windows_;
  std::uint64_t offset_[4];
};

/// The width that takes the fewest additions, by the digits of a sample of the scalars.
unsigned chooseWidth(const Element* scalars, std::size_t count);

}  // namespace straddle
