// NttKernel's functions. A kernel header.
//
// Within a transform, data is "packed" throughout. The first input is external and read as if it were packed: with IFMA
// that is a factor of 2^-4 on everything, which a linear transform carries through and makeExternal or joinQuotient
// takes out.
#pragma once

#include "ntt/lineTransforms.h"

namespace straddle::STRADDLE_ISA {

inline void nttFillTable(const Element* values, void* table, std::size_t count) {
  Uniform* const out = static_cast<Uniform*>(table);
  for (std::size_t i = 0; i < count; ++i) out[i] = Uniform::of(values[i]);
}

inline void nttPowers(const Element& first, const Element& ratio, Element* out, std::size_t count) {
  Fr power{first};
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = power.e;
    power = Fr::mul(power, {ratio});
  }
}

/// The powers of one root a lane: factor, factor root, factor root^2, ..., below the modulus.
struct LanePowers {
  FrLanes power[kNttVectors], root[kNttVectors];

  /// `factors` null: 1.
  LanePowers(const Element* factors, const Element* roots) {
    for (std::size_t i = 0; i < kNttVectors; ++i) {
      const FrLanes factor = factors == nullptr ? FrLanes::one() : FrLanes::load(factors + i * FrLanes::kCount);
      power[i] = canonical(mul(factor, FrLanes::one()));
      root[i] = canonical(mul(FrLanes::load(roots + i * FrLanes::kCount), FrLanes::one()));
    }
  }
  __attribute__((always_inline)) void advance(std::size_t i) { power[i] = canonical(mul(power[i], root[i])); }
};

inline std::size_t reverseBits(std::size_t value, unsigned bits) {
  std::size_t reversed = 0;
  for (unsigned bit = 0; bit < bits; ++bit) reversed |= (value >> bit & 1) << (bits - 1 - bit);
  return reversed;
}

inline void loadColumns(const NttMatrix& matrix, std::size_t first, FrLanes* s) {
  const std::size_t rows = std::size_t{1} << matrix.logLength;
  for (std::size_t row = 0; row < rows; ++row) {
    const Element* const from = matrix.data + row * matrix.columns + first;
    for (std::size_t i = 0; i < kNttVectors; ++i) {
      s[row * kNttVectors + i] = FrLanes::loadPacked(from + i * FrLanes::kCount);
    }
  }
}

inline void nttInterpolateColumns(const NttMatrix& matrix, std::size_t first, const void* blockRoots,
                                  const Element* columnRoots, void* scratch) {
  FrLanes* const s = static_cast<FrLanes*>(scratch);
  loadColumns(matrix, first, s);
  toBitReversed(s, matrix.logLength, static_cast<const Uniform*>(blockRoots));
  LanePowers powers(nullptr, columnRoots);
  const std::size_t rows = std::size_t{1} << matrix.logLength;
  for (std::size_t frequency = 0; frequency < rows; ++frequency) {
    const std::size_t row = reverseBits(frequency, matrix.logLength);
    Element* const to = matrix.data + row * matrix.columns + first;
    for (std::size_t i = 0; i < kNttVectors; ++i) {
      mul(s[row * kNttVectors + i], powers.power[i]).storePacked(to + i * FrLanes::kCount);
      powers.advance(i);
    }
  }
}

inline void loadRows(const NttMatrix& matrix, std::size_t first, FrLanes* s) {
  const std::size_t length = std::size_t{1} << matrix.logLength;
  const Element* at[kNttGroup];
  for (std::size_t i = 0; i < kNttGroup; ++i) at[i] = matrix.data + (first + i) * matrix.columns;
  for (std::size_t column = 0; column < length; column += 2) {
    FrLanes* const to = s + column * kNttVectors;
    for (std::size_t i = 0; i < kNttVectors; ++i) {
      FrLanes::loadPackedPairs(at + i * FrLanes::kCount, to[i], to[kNttVectors + i]);
    }
    for (std::size_t i = 0; i < kNttGroup; ++i) at[i] += 2;
  }
}

/// Multiplies by the powers, or else brings the bound from 32 to 4.
template <bool kMultiply>
inline void storeRows(const FrLanes* s, const NttMatrix& matrix, std::size_t first, LanePowers* powers) {
  const std::size_t length = std::size_t{1} << matrix.logLength;
  Element* at[kNttGroup];
  for (std::size_t i = 0; i < kNttGroup; ++i) at[i] = matrix.data + (first + i) * matrix.columns;
  for (std::size_t column = 0; column < length; column += 2) {
    const FrLanes* const from = s + column * kNttVectors;
    for (std::size_t i = 0; i < kNttVectors; ++i) {
      FrLanes value[2] = {from[i], from[kNttVectors + i]};
      for (FrLanes& one : value) {
        if constexpr (kMultiply) {
          one = mul(one, powers->power[i]);
          powers->advance(i);
        } else {
          one = fold<4>(fold<8>(fold<16>(one)));
        }
      }
      FrLanes::storePackedPairs(at + i * FrLanes::kCount, value[0], value[1]);
    }
    for (std::size_t i = 0; i < kNttGroup; ++i) at[i] += 2;
  }
}

inline void nttTransformRows(const NttMatrix& matrix, std::size_t first, NttRows what, const void* blockRoots,
                             const void* levelRoots, const Element* rowFactors, const Element* rowRoots,
                             void* scratch) {
  FrLanes* const s = static_cast<FrLanes*>(scratch);
  loadRows(matrix, first, s);
  if (what != NttRows::evaluate) toBitReversed(s, matrix.logLength, static_cast<const Uniform*>(blockRoots));
  if (what == NttRows::interpolate) {
    storeRows<false>(s, matrix, first, nullptr);
    return;
  }
  // In `both` the bound is now 32, and 60 after this; the powers' is 1.
  fromBitReversed(s, matrix.logLength, static_cast<const Uniform*>(levelRoots), false);
  LanePowers powers(rowFactors, rowRoots);
  storeRows<true>(s, matrix, first, &powers);
}

inline void nttEvaluateColumns(const NttMatrix& matrix, std::size_t first, const void* levelRoots, void* scratch) {
  FrLanes* const s = static_cast<FrLanes*>(scratch);
  loadColumns(matrix, first, s);
  fromBitReversed(s, matrix.logLength, static_cast<const Uniform*>(levelRoots), true);
  const std::size_t rows = std::size_t{1} << matrix.logLength;
  for (std::size_t row = 0; row < rows; ++row) {
    Element* const to = matrix.data + row * matrix.columns + first;
    for (std::size_t i = 0; i < kNttVectors; ++i) {
      fold<4>(fold<8>(fold<16>(s[row * kNttVectors + i]))).storePacked(to + i * FrLanes::kCount);
    }
  }
}

inline void nttMakeExternal(Element* data, std::size_t count) {
  // What was read as packed is external in truth, only not canonical.
  for (std::size_t i = 0; i < count; i += FrLanes::kCount) {
    canonical(mul(FrLanes::loadPacked(data + i), FrLanes::one())).storePacked(data + i);
  }
}

inline void nttMultiply(const Element* a, const Element* b, Element* out, std::size_t count) {
  for (std::size_t i = 0; i < count; i += FrLanes::kCount) {
    // One of the two bounds of 16 must shrink; a mul by one is as cheap as folding.
    mul(mul(FrLanes::load(a + i), FrLanes::one()), FrLanes::load(b + i)).store(out + i);
  }
}

#ifdef STRADDLE_IFMA
/// 2^exponent modulo r, as the words of a factor.
template <int kExponent>
inline __attribute__((always_inline)) FrLanes powerOfTwoLanes() {
  static constexpr detail::Words5 words =
      detail::multiple52(detail::powerOfTwo(kExponent, FrParameters::kModulus), 1);
  return FrLanes::constant(words);
}
#endif

inline void nttJoinQuotient(const Element* a, const Element* b, const Element* c, Element* out, std::size_t count) {
  for (std::size_t i = 0; i < count; i += FrLanes::kCount) {
    const FrLanes product = mul(FrLanes::loadPacked(a + i), FrLanes::loadPacked(b + i));
    const FrLanes third = FrLanes::loadPacked(c + i);
#ifdef STRADDLE_IFMA
    // a, b and c carry 2^256 and a multiplication takes 2^260 out: 2^252 in the product becomes 2^256, then the
    // difference plain.
    const FrLanes scaled = mul(product, powerOfTwoLanes<264>());
    canonical(mul(sub<6>(scaled, third), powerOfTwoLanes<4>())).storePacked(out + i);
#else
    *(out + i) = Fr::sub(product.v, third.v).toPlain();
#endif
  }
}

inline constexpr NttKernel kNttKernel = {
    sizeof(Uniform),       kNttVectors * sizeof(FrLanes), nttFillTable,    nttPowers,  nttInterpolateColumns,
    nttTransformRows,      nttEvaluateColumns,            nttMakeExternal, nttMultiply, nttJoinQuotient};

}  // namespace straddle::STRADDLE_ISA
