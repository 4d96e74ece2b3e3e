// One element of Fr at a time, in the interface that LaneWords.h has too: what is written for words runs on either. A
// kernel header.
//
// A Sum adds products of words with constants and reduces them once, not once a product: half of each multiplication is
// saved. It holds kPoseidonMaxWidth products and one added word. Here everything is always below the modulus; LaneWords
// has bounds.
#pragma once

#include "field/Fp.h"
#include "poseidon/FrConstant.h"
#include "poseidon/PoseidonParameters.h"

namespace straddle::STRADDLE_ISA {

struct SingleWord {
  static constexpr int kCount = 1;
  using Mask = unsigned char;
  Fr v;

  static SingleWord zero() { return {Fr::zero()}; }
  static SingleWord one() { return {Fr::one()}; }
  static SingleWord constant(const FrConstant& c) { return {Fr::fromWords(c.external)}; }
  static SingleWord fromPlain(const Element* plain, std::size_t) { return {Fr::fromPlain(*plain)}; }
  void toPlain(Element* out) const { *out = v.toPlain(); }
  static SingleWord constant(const PoseidonParameters& p, std::size_t i) { return {{p.constants[i]}}; }
  static SingleWord add(const SingleWord& a, const SingleWord& b) { return {Fr::add(a.v, b.v)}; }
  template <int K>
  static SingleWord sub(const SingleWord& a, const SingleWord& b) {
    return {Fr::sub(a.v, b.v)};
  }
  static SingleWord mul(const SingleWord& a, const SingleWord& b) { return {Fr::mul(a.v, b.v)}; }
  static SingleWord sqr(const SingleWord& a) { return {Fr::sqr(a.v)}; }
  static SingleWord renewed(const SingleWord& a) { return a; }
  static Mask isZero(const SingleWord& a) { return a.v.isZero(); }
  static void swapIf(Mask mask, SingleWord& a, SingleWord& b) {
    if (mask == 0) return;
    const SingleWord other = a;
    a = b;
    b = other;
  }

  static void loadPair(const Element* const* places, SingleWord& first, SingleWord& second) {
    first = {{places[0][0]}};
    second = {{places[0][1]}};
  }
  static void storePair(Element* const* places, const SingleWord& first, const SingleWord& second) {
    places[0][0] = first.v.e;
    places[0][1] = second.v.e;
  }
  static void loadExternalPair(const Element* const* places, SingleWord& first, SingleWord& second) {
    loadPair(places, first, second);
  }
  static SingleWord loadExternal(const Element* const* places) { return {{*places[0]}}; }

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

}  // namespace straddle::STRADDLE_ISA
