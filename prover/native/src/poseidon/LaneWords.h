// Eight elements of Fr at a time, in SingleWord.h's interface. A kernel header, for IFMA only.
//
// Bounds are field/Lanes.h's. Sums of products are reduced once, not once a product, and must stay below 84 p^2 with the
// added word; the result is below (sum / 84 p) + p + (the added word's bound).
#pragma once

#include "field/Lanes.h"
#include "poseidon/FrConstant.h"
#include "poseidon/PoseidonParameters.h"

namespace straddle::STRADDLE_ISA {

struct LaneWords {
  static constexpr int kCount = FrLanes::kCount;
  using Mask = LaneMask;
  FrLanes v;

  static LaneWords zero() { return {FrLanes::zero()}; }
  static LaneWords one() { return {FrLanes::one()}; }
  static LaneWords constant(const FrConstant& c) { return {FrLanes::constant(c.words52)}; }
  /// kCount plain values, `stride` elements apart.
  static LaneWords fromPlain(const Element* plain, std::size_t stride) {
    const Element* places[kCount];
    for (int i = 0; i < kCount; ++i) places[i] = plain + i * stride;
    static constexpr detail::Words5 square = detail::multiple52(detail::powerOfTwo(520, FrParameters::kModulus), 1);
    return {straddle::STRADDLE_ISA::mul(FrLanes::gatherPacked(places), FrLanes::constant(square))};
  }
  /// kCount values one after the other.
  void toPlain(Element* out) const {
    canonical(straddle::STRADDLE_ISA::mul(v, FrLanes::constant({{1, 0, 0, 0, 0}}))).storePacked(out);
  }
  static LaneWords constant(const PoseidonParameters& p, std::size_t i) {
    const u64* w = p.words52 + 5 * i;
    return {FrLanes::constant({{w[0], w[1], w[2], w[3], w[4]}})};
  }
  static LaneWords add(const LaneWords& a, const LaneWords& b) { return {straddle::STRADDLE_ISA::add(a.v, b.v)}; }
  template <int K>
  static LaneWords sub(const LaneWords& a, const LaneWords& b) {
    return {straddle::STRADDLE_ISA::sub<K>(a.v, b.v)};
  }
  static LaneWords mul(const LaneWords& a, const LaneWords& b) { return {straddle::STRADDLE_ISA::mul(a.v, b.v)}; }
  static LaneWords sqr(const LaneWords& a) { return {straddle::STRADDLE_ISA::sqr(a.v)}; }
  /// A bound of up to 42 becomes 2.
  static LaneWords renewed(const LaneWords& a) { return {straddle::STRADDLE_ISA::mul(a.v, FrLanes::one())}; }

  /// Of a bound of 4.
  static Mask isZero(const LaneWords& a) { return canonical(fold<2>(a.v)).isZero(); }
  static void swapIf(Mask mask, LaneWords& a, LaneWords& b) {
    const FrLanes other = a.v;
    a.v = select(mask, b.v, a.v);
    b.v = select(mask, other, b.v);
  }

  /// Two words that stand side by side at each of kCount places; stored ones have a bound of 5.
  static void loadPair(const Element* const* places, LaneWords& first, LaneWords& second) {
    FrLanes::loadPackedPairs(places, first.v, second.v);
  }
  static void storePair(Element* const* places, const LaneWords& first, const LaneWords& second) {
    FrLanes::storePackedPairs(places, first.v, second.v);
  }
  /// External elements; bound 16.
  static void loadExternalPair(const Element* const* places, LaneWords& first, LaneWords& second) {
    FrLanes::loadPairs(places, first.v, second.v);
  }
  static LaneWords loadExternal(const Element* const* places) { return {FrLanes::gather(places)}; }

  /// The sum of `count` words times the constants from `first` on.
  static LaneWords dot(const PoseidonParameters& p, std::size_t first, const LaneWords* words, int count) {
    const auto z = _mm512_setzero_si512();
    return addProducts({{z, z, z, z, z, z, z, z, z, z}}, p, first, words, count);
  }
  /// The same plus a constant.
  static LaneWords dotPlus(const PoseidonParameters& p, std::size_t first, const LaneWords* words, int count,
                           std::size_t added) {
    return addProducts(shifted(constant(p, added)), p, first, words, count);
  }
  /// word times a constant plus `added`.
  static LaneWords mulAdd(const PoseidonParameters& p, std::size_t constant, const LaneWords& word,
                          const LaneWords& added) {
    return addProducts(shifted(added), p, constant, &word, 1);
  }

 private:
  /// What the reduction turns into a again.
  static FrLanes::Wide shifted(const LaneWords& a) {
    const auto z = _mm512_setzero_si512();
    return {{z, z, z, z, z, a.v.w[0], a.v.w[1], a.v.w[2], a.v.w[3], a.v.w[4]}};
  }
  static LaneWords addProducts(FrLanes::Wide sum, const PoseidonParameters& p, std::size_t first,
                               const LaneWords* words, int count) {
    for (int j = 0; j < count; ++j) sum = FrLanes::addProduct(sum, constant(p, first + j).v, words[j].v);
    return {FrLanes::reduce(sum)};
  }
};

}  // namespace straddle::STRADDLE_ISA
