#include "msm/digits.h"

#include <algorithm>
#include <cmath>

namespace straddle {

namespace {

constexpr unsigned kScalarBits = 254;
constexpr unsigned kLeastWidth = 3, kGreatestWidth = 18;

}  // namespace

SignedDigits::SignedDigits(unsigned width) : width_(width), windows_(1), offset_{0, 0, 0, 0} {
  // The last window has no half added; what the others carry into it must not lift it above the greatest digit.
  while (windows_ * width_ < kScalarBits + 1) ++windows_;
  for (unsigned window = 0; window + 1 < windows_; ++window) {
    const unsigned bit = window * width_ + width_ - 1;
    offset_[bit >> 6] |= std::uint64_t{1} << (bit & 63);
  }
}

unsigned chooseWidth(const Element* scalars, std::size_t count) {
  constexpr std::size_t kSample = 1024;
  const std::size_t step = count / kSample + 1;
  double least = 0;
  unsigned best = 0;
  for (unsigned width = kLeastWidth; width <= kGreatestWidth; ++width) {
    const SignedDigits digits(width);
    double cost = 0;
    for (unsigned window = 0; window < digits.windows(); ++window) {
      std::size_t nonZero = 0;
      for (std::size_t i = 0; i < count; i += step) nonZero += digits.digit(scalars[i], window) != 0;
      const double entries = static_cast<double>(nonZero) * static_cast<double>(step);
      // How many buckets have a point, and up to where.
      const double buckets = static_cast<double>(
          window + 1 < digits.windows() ? digits.greatest()
                                        : std::min<std::uint64_t>(digits.greatest(),
                                                                  std::uint64_t{1} << (kScalarBits - window * width)));
      const double filled = buckets * (1 - std::exp(-entries / buckets));
      // Adding within buckets, twice per bucket to weight them, and a window's own costs.
      cost += entries - filled + 2 * filled + 0.1 * buckets + 60;
    }
    if (best == 0 || cost < least) {
      least = cost;
      best = width;
    }
  }
  return best;
}

}  // namespace straddle
