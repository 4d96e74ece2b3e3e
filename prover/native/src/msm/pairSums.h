// Many independent sums of two affine points that share one division (Montgomery's trick): 5 products and a square each.
// A kernel header.
//
// With d = x2 - x1 of every pair, a first pass notes the running products of the d, one division inverts the last, and a
// second pass backwards turns it into 1/d of one pair after the other. Every lane has running products of its own, and
// neighbouring vectors go round kChains chains, because one product takes much longer than the processor needs between
// two of them.
#pragma once

#include "curve/groups.h"
#include "curve/quickInverse.h"

namespace straddle::STRADDLE_ISA {

#define STRADDLE_INLINE inline __attribute__((always_inline))

/// External points by index; bit 31 asks for the negative.
template <class G>
struct ExternalPoints {
  static constexpr int kBound = 16;
  static constexpr bool kSigned = true;
  const Element* points;
  const std::uint32_t* left;
  const std::uint32_t* right;

  const Element* at(std::uint32_t entry) const {
    return points + static_cast<std::size_t>(entry & 0x7fffffff) * G::kElements;
  }
  STRADDLE_INLINE void places(const std::uint32_t* entries, const Element** at) const {
    for (int i = 0; i < G::Lanes::kCount; ++i) at[i] = this->at(entries[i]);
  }
  STRADDLE_INLINE typename G::Lanes x(const std::uint32_t* entries) const {
    const Element* at[G::Lanes::kCount];
    places(entries, at);
    return G::loadX(at);
  }
  STRADDLE_INLINE void load(const std::uint32_t* entries, typename G::Lanes& x, typename G::Lanes& y) const {
    const Element* at[G::Lanes::kCount];
    places(entries, at);
    G::load(at, x, y);
  }
  /// Which of the points that load finds are to be negated.
  STRADDLE_INLINE LaneMask negative(const std::uint32_t* entries) const { return signs(entries); }
  STRADDLE_INLINE void prefetch(const std::uint32_t* entries) const {
    for (int i = 0; i < G::Lanes::kCount; ++i) {
      // Points of a file need not begin on a line of the cache.
      const char* at = reinterpret_cast<const char*>(this->at(entries[i]));
      for (int line = 0; line < G::kElements / 2; ++line) __builtin_prefetch(at + 64 * line);
      __builtin_prefetch(at + 32 * G::kElements - 1);
    }
  }
};

/// Packed points of scratch memory by slot.
template <class G>
struct PackedPoints {
  static constexpr int kBound = 2;
  static constexpr bool kSigned = false;
  const Element* points;
  const std::uint32_t* left;
  const std::uint32_t* right;

  STRADDLE_INLINE void places(const std::uint32_t* slots, const Element** at) const {
    for (int i = 0; i < G::Lanes::kCount; ++i) at[i] = points + static_cast<std::size_t>(slots[i]) * G::kElements;
  }
  STRADDLE_INLINE typename G::Lanes x(const std::uint32_t* slots) const {
    const Element* at[G::Lanes::kCount];
    places(slots, at);
    return G::loadPackedX(at);
  }
  STRADDLE_INLINE void load(const std::uint32_t* slots, typename G::Lanes& x, typename G::Lanes& y) const {
    const Element* at[G::Lanes::kCount];
    places(slots, at);
    G::loadPacked(at, x, y);
  }
  STRADDLE_INLINE LaneMask negative(const std::uint32_t*) const { return 0; }
  STRADDLE_INLINE void prefetch(const std::uint32_t* slots) const {
    for (int i = 0; i < G::Lanes::kCount; ++i) {
      const char* at = reinterpret_cast<const char*>(points + static_cast<std::size_t>(slots[i]) * G::kElements);
      for (int line = 0; line < G::kElements / 2; ++line) __builtin_prefetch(at + 64 * line);
    }
  }
};

/// Stores points to slots of scratch memory.
template <class G>
STRADDLE_INLINE void storeSlots(Element* points, const std::uint32_t* slots, const typename G::Lanes& x,
                                const typename G::Lanes& y) {
  Element* at[G::Lanes::kCount];
  for (int i = 0; i < G::Lanes::kCount; ++i) at[i] = points + static_cast<std::size_t>(slots[i]) * G::kElements;
  G::storePacked(at, x, y);
}

/// Inverts every lane; false (and nothing done) if one of them is 0.
template <class G>
bool invertLanes(typename G::Lanes& a) {
  using S = typename G::Scalar;
  constexpr int kCount = G::Lanes::kCount;
  S value[kCount], before[kCount];
  G::scatterScalars(a, value);
  S product = S::one();
  for (int i = 0; i < kCount; ++i) {
    before[i] = product;
    product = S::mul(product, value[i]);
  }
  if (product.isZero()) return false;
  S inverse = quickInverse(product);
  for (int i = kCount - 1; i >= 0; --i) {
    const S next = S::mul(inverse, value[i]);
    value[i] = S::mul(inverse, before[i]);
    inverse = next;
  }
  a = reduced(G::gatherScalars(value));
  return true;
}

template <class G, class Source>
struct PairSums {
  using L = typename G::Lanes;
  static constexpr int kLanes = L::kCount;
    static constexpr int kChains = 2;
  static constexpr int kBound = Source::kBound;

  Source source;
  /// Where each sum goes: slots of `results`.
  const std::uint32_t* out;
  Element* results;
  /// One L a vector of pairs.
  L* products;
  /// Operands that will be summed next, to be fetched from memory meanwhile.
  const std::uint32_t* aheadLeft;
  const std::uint32_t* aheadRight;
  std::size_t aheadVectors;

  /// Sums `vectors` * kLanes pairs. A result's slot may be an operand's slot of the same pair only. False, with nothing
  /// stored, if two operands share an x.
  bool sum(std::size_t vectors) const {
    bool cancelled = false;
    return run<false>(vectors, cancelled);
  }

  /// The same for any operands but infinity; a pair of opposite points leaves (0, 0) and sets `cancelled`.
  void sumCarefully(std::size_t vectors, bool& cancelled) const { run<true>(vectors, cancelled); }

 private:
  /// What becomes of the pairs of one vector where the operands have the same x.
  struct Exceptions {
    LaneMask doubled, cancelled;
  };

  STRADDLE_INLINE void loadSigned(const std::uint32_t* entries, L& x, L& y) const {
    source.load(entries, x, y);
    y = negatedIf<kBound>(source.negative(entries), y);
  }
  /// y2 - y1 with the operands' signs.
  STRADDLE_INLINE L rise(std::size_t at, const L& y1, const L& y2) const {
    if constexpr (!Source::kSigned) return sub<kBound>(y2, y1);
    else return signedDifference<kBound>(y2, source.negative(source.right + at), y1, source.negative(source.left + at));
  }
  STRADDLE_INLINE L minusY1(std::size_t at, const L& a, const L& y1) const {
    if constexpr (!Source::kSigned) return minus<kBound>(a, y1);
    else return minusSigned<kBound>(a, y1, source.negative(source.left + at));
  }

  template <bool kCareful>
  STRADDLE_INLINE L denominator(std::size_t vector, const L& x1, const L& x2, Exceptions& exceptions) const {
    const L difference = sub<kBound>(x2, x1);
    if constexpr (!kCareful) {
      return G::factor(difference);
    } else {
      const LaneMask same = canonical(reduced(difference)).isZero();
      exceptions = {0, 0};
      if (same == 0) return G::factor(difference);
      L x, y1, y2;
      loadSigned(source.left + vector * kLanes, x, y1);
      loadSigned(source.right + vector * kLanes, x, y2);
      const LaneMask equal = canonical(reduced(sub<kBound>(y2, y1))).isZero();
      exceptions = {static_cast<LaneMask>(same & equal), static_cast<LaneMask>(same & ~equal)};
      const L any = select(exceptions.cancelled, L::one(), G::factor(difference));
      return select(exceptions.doubled, reduced(add(y1, y1)), any);
    }
  }

  template <bool kCareful>
  bool run(std::size_t vectors, bool& cancelled) const {
    // The careful variant is rare: a small one will do.
    constexpr int kWidth = kCareful ? 1 : kChains;
    L chains[kChains];
    for (int c = 0; c < kChains; ++c) chains[c] = L::one();
    const std::size_t whole = vectors / kWidth * kWidth;
    std::size_t v = 0;
    for (; v < whole; v += kWidth) forward<kCareful, kWidth>(v, chains);
    for (; v < vectors; ++v) forward<kCareful, 1>(v, chains + (v - whole));
    if (!invertChains(chains)) return false;
    for (v = aheadVectors; v > vectors;) prefetchAhead(--v);
    for (v = vectors; v > whole;) {
      --v;
      backward<kCareful, 1>(v, chains + (v - whole), cancelled);
    }
    for (v = whole; v > 0;) {
      v -= kWidth;
      backward<kCareful, kWidth>(v, chains, cancelled);
    }
    return true;
  }

  STRADDLE_INLINE void prefetchAhead(std::size_t vector) const {
    if (vector >= aheadVectors) return;
    source.prefetch(aheadLeft + vector * kLanes);
    source.prefetch(aheadRight + vector * kLanes);
  }

  template <bool kCareful, int kWidth>
  STRADDLE_INLINE void forward(std::size_t v, L* chains) const {
    const std::size_t at = v * kLanes;
#pragma GCC unroll 4
    for (int c = 0; c < kWidth; ++c) {
      Exceptions exceptions;
      const L d = denominator<kCareful>(v + c, source.x(source.left + at + c * kLanes),
                                        source.x(source.right + at + c * kLanes), exceptions);
      products[v + c] = chains[c];
      chains[c] = mul(chains[c], d);
    }
  }

  /// One division for all chains.
  bool invertChains(L* chains) const {
    L before[kChains];
    L product = chains[0];
    for (int c = 1; c < kChains; ++c) {
      before[c] = product;
      product = mul(product, chains[c]);
    }
    if (!invertLanes<G>(product)) return false;
    for (int c = kChains - 1; c > 0; --c) {
      const L inverse = mul(product, before[c]);
      product = mul(product, chains[c]);
      chains[c] = inverse;
    }
    chains[0] = product;
    return true;
  }

  template <bool kCareful, int kWidth>
  STRADDLE_INLINE void backward(std::size_t v, L* chains, bool& cancelled) const {
    const std::size_t at = v * kLanes;
    // Step by step over all chains: neighbouring products do not wait for each other.
    L x1[kWidth], y1[kWidth], x2[kWidth], dx[kWidth], slope[kWidth], x3[kWidth];
    Exceptions exceptions[kWidth];
#pragma GCC unroll 4
    for (int c = 0; c < kWidth; ++c) {
      L y2;
      source.load(source.left + at + c * kLanes, x1[c], y1[c]);
      source.load(source.right + at + c * kLanes, x2[c], y2);
      dx[c] = denominator<kCareful>(v + c, x1[c], x2[c], exceptions[c]);
      slope[c] = G::factor(rise(at + c * kLanes, y1[c], y2));
      if constexpr (kCareful) {
        if (exceptions[c].doubled != 0) {
          const L square = sqr(reduced(x1[c]));
          slope[c] = select(exceptions[c].doubled, reduced(add(add(square, square), square)), slope[c]);
        }
      }
      prefetchAhead(v + c);
    }
#pragma GCC unroll 4
    for (int c = 0; c < kWidth; ++c) {
      const L inverse = mul(chains[c], products[v + c]);
      chains[c] = mul(chains[c], dx[c]);
      dx[c] = inverse;
    }
#pragma GCC unroll 4
    for (int c = 0; c < kWidth; ++c) slope[c] = mul(dx[c], slope[c]);
#pragma GCC unroll 4
    for (int c = 0; c < kWidth; ++c) x3[c] = minusBoth<kBound>(sqr(slope[c]), x1[c], x2[c]);
#pragma GCC unroll 4
    for (int c = 0; c < kWidth; ++c) {
      L y3 = minusY1(at + c * kLanes, mul(slope[c], sub<2>(x1[c], x3[c])), y1[c]);
      if constexpr (kCareful) {
        if (exceptions[c].cancelled != 0) {
          cancelled = true;
          x3[c] = select(exceptions[c].cancelled, L::zero(), x3[c]);
          y3 = select(exceptions[c].cancelled, L::zero(), y3);
        }
      }
      storeSlots<G>(results, out + at + c * kLanes, x3[c], y3);
    }
  }
};

#undef STRADDLE_INLINE

}  // namespace straddle::STRADDLE_ISA
