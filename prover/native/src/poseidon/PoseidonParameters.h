// What one width of circomlib's Poseidon needs, derived once (Poseidon.cc) and read by all threads.
//
// The permutation of t words: 4 full rounds, partialRounds(t) partial ones, 4 full rounds; a round adds constants, takes
// fifth powers (of every word, in a partial round of the first), and multiplies by the matrix. Partial rounds are done
// in the equivalent sparse form of Appendix B of the Poseidon paper (Grassi et al., https://eprint.iacr.org/2019/458).
#pragma once

#include <cstddef>
#include <cstdint>

#include "field/Element.h"

namespace straddle {

inline constexpr int kPoseidonMaxInputs = 16;
inline constexpr int kPoseidonMaxWidth = kPoseidonMaxInputs + 1;
inline constexpr int kPoseidonFullRounds = 8;

/// circomlib's numbers of partial rounds for t = 2 to 17.
constexpr int poseidonPartialRounds(int width) {
  constexpr int rounds[] = {56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68};
  return rounds[width - 2];
}

/// Where each constant lies in the arrays below.
struct PoseidonLayout {
  int width;
  int partialRounds;

  explicit constexpr PoseidonLayout(int t) : width(t), partialRounds(poseidonPartialRounds(t)) {}
  constexpr std::size_t squared() const { return static_cast<std::size_t>(width) * width; }
  /// Added before the fifth powers of full round r: `width` constants.
  constexpr std::size_t full(int r) const { return static_cast<std::size_t>(r) * width; }
  /// Added to the first word before the power of partial round r.
  constexpr std::size_t partial(int r) const { return full(kPoseidonFullRounds) + r; }
  /// The matrix, row by row.
  constexpr std::size_t matrix() const { return partial(partialRounds); }
  /// The matrix of the last full round before the partial ones: what the sparse form collects there.
  constexpr std::size_t entryMatrix() const { return matrix() + squared(); }
  /// Partial round r: the first row (`width` factors, of which the first is used in the last round only), then the first
  /// column without its top.
  constexpr std::size_t sparse(int r) const {
    return entryMatrix() + squared() + static_cast<std::size_t>(r) * (2 * width - 1);
  }
  constexpr std::size_t size() const { return sparse(partialRounds); }
};

struct PoseidonParameters {
  int width;
  /// PoseidonLayout::size() of them.
  const Element* constants;
  /// The same in Montgomery form with R = 2^260 as five words of 52 bits each, for vector units.
  const std::uint64_t* words52;
};

}  // namespace straddle
