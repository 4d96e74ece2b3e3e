// Sums of products of words with constants that are reduced once, not once a product: half of each multiplication saved.
// Two variants with one interface, so that the permutation is written once. A kernel header.
//
//   A sum is at most kPoseidonMaxWidth products plus one added word. With lanes (Lanes.h) the words' bounds must keep
//   it below 84 p^2, and the result is below (sum / 84 p) + p + (bound of the added word); a single word is always
//   canonical.
#pragma once

#include "field/Lanes.h"
#include "poseidon/PoseidonParameters.h"

namespace straddle::STRADDLE_ISA {

/// One hash at a time.
struct SingleWord {
  static constexpr int kCount = 1;
  Fr v;

  static SingleWord zero() { return {Fr::zero()}; }
  static SingleWord fromPlain(const Element* plain, std::size_t) { return {Fr::fromPlain(*plain)}; }
  void toPlain(Element* out) const { *out = v.toPlain(); }
  static SingleWord constant(const PoseidonParameters& p, std::size_t i) { return {{p.constants[i]}}; }
  static SingleWord add(const SingleWord& a, const SingleWord& b) { return {Fr::add(a.v, b.v)}; }
  static SingleWord mul(const SingleWord& a, const SingleWord& b) { return {Fr::mul(a.v, b.v)}; }
  static SingleWord sqr(const SingleWord& a) { return {Fr::sqr(a.v)}; }
  static SingleWord renewed(const SingleWord& a) { return a; }

  class Sum {
   public:
    /// Starts with a word that the result will have been increased by.
    explicit Sum(const SingleWord& added)
        : t_{0, 0, 0, 0, added.v.e.limb[0], added.v.e.limb[1], added.v.e.limb[2], added.v.e.limb[3]} {}
    /// 17 p^2 + 2^256 p < 2^512.
    void add(const PoseidonParameters& p, std::size_t constant, const SingleWord& word) {
      const u64* a = p.constants[constant].limb;
      const u64* b = word.v.e.limb;
      for (int i = 0; i < 4; ++i) {
        u64 carry = 0;
        for (int j = 0; j < 4; ++j) {
          const u128 s = static_cast<u128>(a[j]) * b[i] + t_[i + j] + carry;
          t_[i + j] = static_cast<u64>(s);
          carry = static_cast<u64>(s >> 64);
        }
        for (int j = i + 4; j < 8; ++j) {
          const u128 s = static_cast<u128>(t_[j]) + carry;
          t_[j] = static_cast<u64>(s);
          carry = static_cast<u64>(s >> 64);
        }
      }
    }
    SingleWord reduce() const;

   private:
    u64 t_[8];
  };
};

/// a - kFactor p where that is not negative; without a branch.
template <int kFactor>
inline void subtractIfFits(u64* a) {
  static_assert(kFactor == 1 || kFactor == 2 || kFactor == 4, "p times 4 fits into 256 bits");
  constexpr int shift = kFactor == 4 ? 2 : kFactor - 1;
  constexpr const u64* m = FrParameters::kModulus.w;
  u64 d[4], borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const u64 word = m[i] << shift | (shift > 0 && i > 0 ? m[i - (i > 0)] >> (64 - (shift > 0 ? shift : 1)) : 0);
    const u128 s = static_cast<u128>(a[i]) - word - borrow;
    d[i] = static_cast<u64>(s);
    borrow = static_cast<u64>(s >> 64) & 1;
  }
  const u64 keep = 0 - borrow;
  for (int i = 0; i < 4; ++i) a[i] = (a[i] & keep) | (d[i] & ~keep);
}

inline SingleWord SingleWord::Sum::reduce() const {
  u64 t[8];
  for (int i = 0; i < 8; ++i) t[i] = t_[i];
  u64 above = 0;
  for (int i = 0; i < 4; ++i) {
    const u64 m = t[i] * FrParameters::kNegatedInverse;
    u64 carry = 0;
    for (int j = 0; j < 4; ++j) {
      const u128 s = static_cast<u128>(m) * FrParameters::kModulus.w[j] + t[i + j] + carry;
      t[i + j] = static_cast<u64>(s);
      carry = static_cast<u64>(s >> 64);
    }
    const u128 s = static_cast<u128>(t[i + 4]) + carry + above;
    t[i + 4] = static_cast<u64>(s);
    above = static_cast<u64>(s >> 64);
  }
  // (17 p^2 / 2^256) + p + p is below 5.22 p, and that below 2^256.
  subtractIfFits<4>(t + 4);
  subtractIfFits<2>(t + 4);
  subtractIfFits<1>(t + 4);
  return {{{{t[4], t[5], t[6], t[7]}}}};
}

#ifdef STRADDLE_IFMA
/// Eight hashes at a time.
struct LaneWords {
  static constexpr int kCount = FrLanes::kCount;
  FrLanes v;

  static LaneWords zero() { return {FrLanes::zero()}; }
  /// Word i of hash j is plain[j stride + i]; `stride` apart.
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
  static LaneWords mul(const LaneWords& a, const LaneWords& b) { return {straddle::STRADDLE_ISA::mul(a.v, b.v)}; }
  static LaneWords sqr(const LaneWords& a) { return {straddle::STRADDLE_ISA::sqr(a.v)}; }
  /// A bound of up to 42 becomes 2.
  static LaneWords renewed(const LaneWords& a) { return {straddle::STRADDLE_ISA::mul(a.v, FrLanes::one())}; }

  class Sum {
   public:
    explicit Sum(const LaneWords& added) {
      for (int i = 0; i < 5; ++i) wide_.t[i] = _mm512_setzero_si512(), wide_.t[5 + i] = added.v.w[i];
    }
    void add(const PoseidonParameters& p, std::size_t constant, const LaneWords& word) {
      wide_ = FrLanes::addProduct(wide_, LaneWords::constant(p, constant).v, word.v);
    }
    LaneWords reduce() const { return {FrLanes::reduce(wide_)}; }

   private:
    FrLanes::Wide wide_;
  };
};
#endif

}  // namespace straddle::STRADDLE_ISA
