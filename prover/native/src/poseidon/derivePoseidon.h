// Derives Poseidon's constants as circomlib's were: by the reference script generate_parameters_grain.sage of the
// paper's authors, called with "1 0 254 t 8 partialRounds r". A kernel header.
#pragma once

#include "field/Fp.h"
#include "poseidon/PoseidonParameters.h"

namespace straddle::STRADDLE_ISA {

/// The Grain LFSR in self-shrinking mode: of each pair of bits that starts with a 1, the second.
class Grain {
 public:
  Grain(int width, int partialRounds) {
    append(1, 2);  // a prime field
    append(0, 4);  // x^5
    append(254, 12);
    append(static_cast<unsigned>(width), 12);
    append(kPoseidonFullRounds, 10);
    append(static_cast<unsigned>(partialRounds), 10);
    append((1u << 30) - 1, 30);
    for (int i = 0; i < 160; ++i) step();
  }

  /// 254 bits, the highest first.
  Element next() {
    Element r{{0, 0, 0, 0}};
    for (int bit = 253; bit >= 0; --bit) r.limb[bit >> 6] |= static_cast<u64>(shrunkBit()) << (bit & 63);
    return r;
  }

  Element nextBelowModulus() {
    for (;;) {
      const Element r = next();
      if (!detail::atLeast({{r.limb[0], r.limb[1], r.limb[2], r.limb[3]}}, FrParameters::kModulus)) return r;
    }
  }

 private:
  static constexpr int kBits = 80;
  // The oldest bit lowest.
  u128 state_ = 0;

  void push(unsigned bit) { state_ = state_ >> 1 | static_cast<u128>(bit & 1) << (kBits - 1); }
  void append(unsigned value, int bits) {
    for (int bit = bits - 1; bit >= 0; --bit) push(value >> bit);
  }
  unsigned tap(int i) const { return static_cast<unsigned>(state_ >> i) & 1; }
  unsigned step() {
    const unsigned bit = tap(62) ^ tap(51) ^ tap(38) ^ tap(23) ^ tap(13) ^ tap(0);
    push(bit);
    return bit;
  }
  unsigned shrunkBit() {
    while (step() == 0) step();
    return step();
  }
};

/// Square matrices of n rows. Rows and columns may be part of larger matrices: element (i, j) is at [i stride + j].
struct PoseidonMatrix {
  Element* at;
  int n, stride;
  Fr get(int i, int j) const { return {at[i * stride + j]}; }
  void set(int i, int j, const Fr& value) const { at[i * stride + j] = value.e; }
};

inline void copyMatrix(const PoseidonMatrix& from, const PoseidonMatrix& to) {
  for (int i = 0; i < from.n; ++i) {
    for (int j = 0; j < from.n; ++j) to.set(i, j, from.get(i, j));
  }
}

/// out = a b; out is neither.
inline void multiplyMatrices(const PoseidonMatrix& a, const PoseidonMatrix& b, const PoseidonMatrix& out) {
  for (int i = 0; i < a.n; ++i) {
    for (int j = 0; j < a.n; ++j) {
      Fr sum = Fr::zero();
      for (int k = 0; k < a.n; ++k) sum = Fr::add(sum, Fr::mul(a.get(i, k), b.get(k, j)));
      out.set(i, j, sum);
    }
  }
}

/// Gauss and Jordan; destroys a. Every leading minor of a Cauchy matrix is invertible, so no pivot is 0.
inline void invertMatrix(const PoseidonMatrix& a, const PoseidonMatrix& out) {
  for (int i = 0; i < a.n; ++i) {
    for (int j = 0; j < a.n; ++j) out.set(i, j, i == j ? Fr::one() : Fr::zero());
  }
  for (int pivot = 0; pivot < a.n; ++pivot) {
    const Fr scale = Fr::inverse(a.get(pivot, pivot));
    for (int j = 0; j < a.n; ++j) {
      a.set(pivot, j, Fr::mul(a.get(pivot, j), scale));
      out.set(pivot, j, Fr::mul(out.get(pivot, j), scale));
    }
    for (int i = 0; i < a.n; ++i) {
      if (i == pivot) continue;
      const Fr factor = a.get(i, pivot);
      for (int j = 0; j < a.n; ++j) {
        a.set(i, j, Fr::sub(a.get(i, j), Fr::mul(factor, a.get(pivot, j))));
        out.set(i, j, Fr::sub(out.get(i, j), Fr::mul(factor, out.get(pivot, j))));
      }
    }
  }
}

/// The Cauchy matrix 1 / (x_i + y_j) of the next 2 t values (which are reduced, not rejected, here).
inline void deriveMatrix(Grain& grain, const PoseidonMatrix& matrix) {
  Fr values[2 * kPoseidonMaxWidth];
  for (int i = 0; i < 2 * matrix.n; ++i) values[i] = Fr::fromPlain(grain.next());
  for (int i = 0; i < matrix.n; ++i) {
    for (int j = 0; j < matrix.n; ++j) matrix.set(i, j, Fr::inverse(Fr::add(values[i], values[matrix.n + j])));
  }
}

/// Reads the round constants. In partial rounds only the first word is raised to a power, so what the others get may be
/// carried past it, through the matrix, into the next round: one constant a partial round is left.
inline void deriveRoundConstants(Grain& grain, const PoseidonLayout& layout, Element* constants) {
  const int t = layout.width, half = kPoseidonFullRounds / 2;
  for (int i = 0; i < half * t; ++i) constants[i] = Fr::fromPlain(grain.nextBelowModulus()).e;
  // The matrix comes after all constants, so those of the partial rounds wait here in full.
  Fr rounds[70 * kPoseidonMaxWidth];
  for (int i = 0; i < layout.partialRounds * t; ++i) rounds[i] = Fr::fromPlain(grain.nextBelowModulus());
  Element* last = constants + layout.full(half);
  for (int i = 0; i < half * t; ++i) last[i] = Fr::fromPlain(grain.nextBelowModulus()).e;
  const PoseidonMatrix matrix{constants + layout.matrix(), t, t};
  deriveMatrix(grain, matrix);
  for (int r = 0; r < layout.partialRounds; ++r) {
    const Fr* now = rounds + r * t;
    constants[layout.partial(r)] = now[0].e;
    for (int i = 0; i < t; ++i) {
      Fr carried = Fr::zero();
      for (int j = 1; j < t; ++j) carried = Fr::add(carried, Fr::mul(matrix.get(i, j), now[j]));
      Fr& next = r + 1 < layout.partialRounds ? rounds[(r + 1) * t + i] : reinterpret_cast<Fr*>(last)[i];
      next = Fr::add(next, carried);
    }
  }
}

/// M = S D with D = M without its first row and column (and a 1 there), S = 1 but for its first row and column. D
/// commutes with the power of the first word, so it may be done one round earlier. From the last partial round to the
/// first that leaves S_r with the first row (m00, v D^-(n-r)) and the first column (m00, D^(n-r-1) w), for M's own v and
/// w, and D^n M for the full round before.
inline void deriveSparseRounds(const PoseidonLayout& layout, Element* constants, Element* scratch) {
  const int t = layout.width, n = t - 1;
  const PoseidonMatrix matrix{constants + layout.matrix(), t, t};
  const PoseidonMatrix inner{matrix.at + t + 1, n, t};
  const PoseidonMatrix copy{scratch, n, n}, inverse{scratch + t * t, n, n};
  copyMatrix(inner, copy);
  invertMatrix(copy, inverse);
  Fr row[kPoseidonMaxWidth], column[kPoseidonMaxWidth], next[kPoseidonMaxWidth];
  for (int j = 0; j < n; ++j) row[j] = matrix.get(0, j + 1);
  for (int i = 0; i < n; ++i) column[i] = matrix.get(i + 1, 0);
  // The columns of the entry matrix below its first row are D^n w and D^n D.
  for (int r = layout.partialRounds - 1; r >= 0; --r) {
    Element* out = constants + layout.sparse(r);
    for (int j = 0; j < n; ++j) {
      next[j] = Fr::zero();
      for (int k = 0; k < n; ++k) next[j] = Fr::add(next[j], Fr::mul(row[k], inverse.get(k, j)));
    }
    out[0] = matrix.get(0, 0).e;
    for (int j = 0; j < n; ++j) row[j] = next[j], out[1 + j] = row[j].e;
    for (int i = 0; i < n; ++i) out[t + i] = column[i].e;
    for (int i = 0; i < n; ++i) {
      next[i] = Fr::zero();
      for (int k = 0; k < n; ++k) next[i] = Fr::add(next[i], Fr::mul(inner.get(i, k), column[k]));
    }
    for (int i = 0; i < n; ++i) column[i] = next[i];
  }
  const PoseidonMatrix entry{constants + layout.entryMatrix(), t, t};
  const PoseidonMatrix power{entry.at + t + 1, n, t}, product{scratch, n, n};
  for (int i = 0; i < t * t; ++i) entry.at[i] = matrix.at[i];
  // The exponent is n + 1, read from its second highest bit on.
  const int exponent = layout.partialRounds + 1;
  for (int bit = 5; bit >= 0; --bit) {
    if (exponent >> (bit + 1) == 0) continue;
    multiplyMatrices(power, power, product);
    copyMatrix(product, power);
    if ((exponent >> bit & 1) == 0) continue;
    multiplyMatrices(power, inner, product);
    copyMatrix(product, power);
  }
  for (int i = 0; i < n; ++i) entry.set(i + 1, 0, column[i]);
}

/// Takes the factor m00 out of the partial rounds: what is kept in place of the first word a is l a, with l chosen for each
/// round such that the next one is (l a)^5 plus what the other words add. l_0 = 1 and l_(r+1) = l_r^5 / m00; columns are
/// divided by l_r^5, rows and constants multiplied by l_(r+1). The last round takes the factor away again.
inline void scaleSparseRounds(const PoseidonLayout& layout, Element* constants) {
  const int t = layout.width;
  const Fr corner{constants[layout.matrix()]}, cornerInverse = Fr::inverse(corner);
  const auto times = [&](Element& constant, const Fr& factor) { constant = Fr::mul({constant}, factor).e; };
  const auto fifth = [](const Fr& a) { return Fr::mul(Fr::sqr(Fr::sqr(a)), a); };
  Fr scale = Fr::one(), inverse = Fr::one();
  for (int r = 0; r < layout.partialRounds; ++r) {
    Element* row = constants + layout.sparse(r);
    scale = Fr::mul(fifth(scale), cornerInverse);
    inverse = fifth(inverse);
    for (int i = 1; i < t; ++i) times(row[t - 1 + i], inverse);
    if (r + 1 == layout.partialRounds) {
      times(row[0], inverse);
      return;
    }
    for (int j = 1; j < t; ++j) times(row[j], scale);
    times(constants[layout.partial(r + 1)], scale);
    inverse = Fr::mul(inverse, corner);
  }
}

/// Montgomery form with R = 2^260 in words of 52 bits.
inline void toWords52(const Element& external, std::uint64_t* words) {
  Fr value{external};
  for (int i = 0; i < 4; ++i) value = Fr::dbl(value);
  const u64* w = value.e.limb;
  const detail::Words5 split = detail::multiple52({{w[0], w[1], w[2], w[3]}}, 1);
  for (int i = 0; i < 5; ++i) words[i] = split.w[i];
}

inline void derivePoseidon(int width, Element* constants, std::uint64_t* words52, Element* scratch) {
  const PoseidonLayout layout(width);
  Grain grain(width, layout.partialRounds);
  deriveRoundConstants(grain, layout, constants);
  deriveSparseRounds(layout, constants, scratch);
  scaleSparseRounds(layout, constants);
  for (std::size_t i = 0; i < layout.size(); ++i) toWords52(constants[i], words52 + 5 * i);
}

}  // namespace straddle::STRADDLE_ISA
