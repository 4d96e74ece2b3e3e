// One element of Fr at a time, in the interface that LaneWords.h has too: what is written for words runs on either. A
// kernel header.
//
// Here everything is always below the modulus; LaneWords has bounds.
#pragma once

#include "field/Fp.h"
#include "poseidon/FrConstant.h"
#include "poseidon/PoseidonParameters.h"
#include "poseidon/sumOfProducts.h"

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

  /// The sum of `count` words times the constants from `first` on.
  static SingleWord dot(const PoseidonParameters& p, std::size_t first, const SingleWord* words, int count) {
    return {sumOfProducts(p.constants + first, &words->v, count)};
  }
  /// The same plus a constant.
  static SingleWord dotPlus(const PoseidonParameters& p, std::size_t first, const SingleWord* words, int count,
                            std::size_t added) {
    return {Fr::add(sumOfProducts(p.constants + first, &words->v, count), {p.constants[added]})};
  }
  /// word times a constant plus `added`.
  static SingleWord mulAdd(const PoseidonParameters& p, std::size_t constant, const SingleWord& word,
                           const SingleWord& added) {
    return {Fr::add(Fr::mul({p.constants[constant]}, word.v), added.v)};
  }
};

static_assert(sizeof(SingleWord) == sizeof(Fr), "arrays of the one are arrays of the other");

}  // namespace straddle::STRADDLE_ISA
