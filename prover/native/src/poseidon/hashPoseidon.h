// The permutation, and the hash that it makes: the first word of what it does to (0, inputs). A kernel header.
//
// Bounds of LaneWords, in multiples of p: powers are below 2; a full round's sum is below 17 * 2 + 84 * 1, so its result
// below 2.5. In partial rounds a word other than the first grows by less than 1.1 a round and is renewed every 20 rounds
// and at the end, so it stays below 2.5 + 20 * 1.1 = 24.5; what the 16 others add is below 16 * 24.5 / 84 + 1 + 1 = 6.7,
// the first with its power below 8.7, and 8.7 * 8.7 < 84.
#pragma once

#include <cstring>

#include "poseidon/SingleWord.h"

#ifdef STRADDLE_IFMA
#include "poseidon/LaneWords.h"
#endif

namespace straddle::STRADDLE_ISA {

template <class W>
class PoseidonState {
 public:
  explicit PoseidonState(const PoseidonParameters& parameters) : p_(parameters), layout_(parameters.width) {}

  /// The hash of width - 1 words of a bound of 2.
  W hash(const W* inputs) {
    const int t = layout_.width, half = kPoseidonFullRounds / 2;
    state_[0] = W::constant(p_, 0);
    for (int i = 1; i < t; ++i) state_[i] = W::add(inputs[i - 1], W::constant(p_, i));
    for (int r = 0; r + 1 < half; ++r) fullRound(layout_.matrix(), layout_.full(r + 1));
    // Only the first word has a constant next.
    powers();
    multiply(layout_.entryMatrix());
    state_[0] = W::add(state_[0], W::constant(p_, layout_.partial(0)));
    for (int r = 0; r + 1 < layout_.partialRounds; ++r) partialRound(r);
    lastPartialRound();
    for (int i = 0; i < t; ++i) state_[i] = W::add(W::renewed(state_[i]), W::constant(p_, layout_.full(half) + i));
    for (int r = half; r + 1 < kPoseidonFullRounds; ++r) fullRound(layout_.matrix(), layout_.full(r + 1));
    powers();
    return W::dot(p_, layout_.matrix(), state_, t);
  }

 private:
  static constexpr int kRenewal = 20;
  const PoseidonParameters& p_;
  const PoseidonLayout layout_;
  W state_[kPoseidonMaxWidth];
  W next_[kPoseidonMaxWidth];

  static W fifthPower(const W& a) { return W::mul(W::sqr(W::sqr(a)), a); }

  void powers() {
    for (int i = 0; i < layout_.width; ++i) state_[i] = fifthPower(state_[i]);
  }

  void multiply(std::size_t matrix) {
    const int t = layout_.width;
    for (int i = 0; i < t; ++i) next_[i] = W::dot(p_, matrix + static_cast<std::size_t>(i) * t, state_, t);
    for (int i = 0; i < t; ++i) state_[i] = next_[i];
  }
  void multiplyAdd(std::size_t matrix, std::size_t constants) {
    const int t = layout_.width;
    for (int i = 0; i < t; ++i) {
      next_[i] = W::dotPlus(p_, matrix + static_cast<std::size_t>(i) * t, state_, t, constants + i);
    }
    for (int i = 0; i < t; ++i) state_[i] = next_[i];
  }

  void fullRound(std::size_t matrix, std::size_t constantsAfter) {
    powers();
    multiplyAdd(matrix, constantsAfter);
  }

  /// What does not wait for the power comes first: only three multiplications and an addition lie between one round's first
  /// word and the next's.
  void partialRound(int r) {
    const int t = layout_.width;
    const std::size_t sparse = layout_.sparse(r);
    if (r % kRenewal == kRenewal - 1) {
      for (int i = 1; i < t; ++i) state_[i] = W::renewed(state_[i]);
    }
    const W others = W::dotPlus(p_, sparse + 1, state_ + 1, t - 1, layout_.partial(r + 1));
    const W power = fifthPower(state_[0]);
    addColumn(sparse + t, power);
    state_[0] = W::add(power, others);
  }

  void lastPartialRound() {
    const int t = layout_.width;
    const std::size_t sparse = layout_.sparse(layout_.partialRounds - 1);
    const W power = fifthPower(state_[0]);
    state_[0] = power;
    const W first = W::dot(p_, sparse, state_, t);
    addColumn(sparse + t, power);
    state_[0] = first;
  }

  void addColumn(std::size_t column, const W& power) {
    for (int i = 1; i < layout_.width; ++i) state_[i] = W::mulAdd(p_, column + i - 1, power, state_[i]);
  }
};

template <class W>
void hashGroup(const PoseidonParameters& parameters, const Element* inputs, Element* out) {
  const int count = parameters.width - 1;
  W words[kPoseidonMaxInputs];
  for (int i = 0; i < count; ++i) words[i] = W::fromPlain(inputs + i, count);
  PoseidonState<W>(parameters).hash(words).toPlain(out);
}

/// PoseidonKernel::hash.
inline void hashPoseidon(const PoseidonParameters& parameters, const Element* inputs, std::size_t count, Element* out) {
  const std::size_t width = parameters.width - 1;
#ifdef STRADDLE_IFMA
  constexpr std::size_t lanes = LaneWords::kCount;
  for (; count >= lanes; count -= lanes, inputs += lanes * width, out += lanes) {
    hashGroup<LaneWords>(parameters, inputs, out);
  }
  // Eight at once take less time than two one by one.
  if (count >= 2) {
    Element padded[lanes * kPoseidonMaxInputs], hashes[lanes];
    std::memset(padded, 0, sizeof padded);
    std::memcpy(padded, inputs, count * width * sizeof(Element));
    hashGroup<LaneWords>(parameters, padded, hashes);
    std::memcpy(out, hashes, count * sizeof(Element));
    return;
  }
#endif
  for (; count > 0; --count, inputs += width, ++out) hashGroup<SingleWord>(parameters, inputs, out);
}

}  // namespace straddle::STRADDLE_ISA
