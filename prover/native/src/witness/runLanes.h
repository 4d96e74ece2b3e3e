// Runs several components of one template side by side: one instruction for all of them, then the next. What it saves is
// inversions, most of a signature circuit's time: those of all lanes cost one and three products each (Montgomery's trick).
// A kernel header, part of runTape.h.
#pragma once

#include "kernels/WitnessKernel.h"
#include "witness/inverse.h"
#include "witness/operations.h"

namespace straddle::STRADDLE_ISA {

/// A run of one template's tape in lanes. It gives up, without saying why, where an assertion fails, a division has no
/// result, memory does not suffice or the run is cancelled: the caller then runs the components one by one, which leaves the
/// same signals and finds the place.
class LaneRunner {
 public:
  explicit LaneRunner(const WitnessRun& run) : run_(run) {}

  /// `frames` is free memory up to the end of the run's frames. False if it gave up.
  bool run(const WitnessTape& tape, Element* const* signals, Element* frames, unsigned lanes);

 private:
  struct Bases {
    Element* of[3][kMaxLanes];

    Element& at(std::uint32_t operand, unsigned lane) const {
      return of[operand >> kOperandShift][lane][operand & kOperandMask];
    }
    const Fr& get(std::uint32_t operand, unsigned lane) const {
      return reinterpret_cast<const Fr&>(at(operand, lane));
    }
  };

  bool component(const WitnessInstruction& i, const Bases& bases, Element* frames, unsigned lanes);
  static void divide(const WitnessInstruction& i, const Bases& bases, unsigned lanes);

  const WitnessRun& run_;
};

inline void LaneRunner::divide(const WitnessInstruction& i, const Bases& bases, unsigned lanes) {
  Fr divisors[kMaxLanes], before[kMaxLanes];
  Fr product = Fr::one();
  for (unsigned k = 0; k < lanes; ++k) {
    divisors[k] = bases.get(i.b, k);
    before[k] = product;
    if (!divisors[k].isZero()) product = Fr::mul(product, divisors[k]);
  }
  Fr rest = inverseInVariableTime(product);
  for (unsigned k = lanes; k-- > 0;) {
    Fr inverse = Fr::zero();
    if (!divisors[k].isZero()) {
      inverse = Fr::mul(rest, before[k]);
      rest = Fr::mul(rest, divisors[k]);
    }
    bases.at(i.to, k) = Fr::mul(bases.get(i.a, k), inverse).e;
  }
}

inline bool LaneRunner::run(const WitnessTape& tape, Element* const* signals, Element* frames, unsigned lanes) {
  const auto room = static_cast<std::size_t>(run_.frames + run_.frameCount - frames);
  if (room / lanes < tape.frame || run_.isCancelled(run_.token)) return false;
  Bases bases;
  for (unsigned k = 0; k < lanes; ++k) {
    bases.of[0][k] = signals[k];
    bases.of[1][k] = frames + static_cast<std::size_t>(k) * tape.frame;
    bases.of[2][k] = const_cast<Element*>(run_.constants);
  }
  Element* const rest = frames + static_cast<std::size_t>(lanes) * tape.frame;
  const auto each = [&](const WitnessInstruction& i, auto operation) {
    for (unsigned k = 0; k < lanes; ++k) bases.at(i.to, k) = operation(bases.get(i.a, k), bases.get(i.b, k)).e;
  };
  for (const WitnessInstruction* next = run_.instructions + tape.first;; ++next) {
    const WitnessInstruction& i = *next;
    const auto code = static_cast<WitnessCode>(i.head & 0xffff);
    switch (code) {
      case WitnessCode::copy:
        for (unsigned k = 0; k < lanes; ++k) bases.at(i.to, k) = bases.at(i.a, k);
        break;
      case WitnessCode::add: each(i, Fr::add); break;
      case WitnessCode::sub: each(i, Fr::sub); break;
      case WitnessCode::mul: each(i, Fr::mul); break;
      case WitnessCode::div: divide(i, bases, lanes); break;
      case WitnessCode::toPlain:
        for (unsigned k = 0; k < lanes; ++k) bases.at(i.to, k) = bases.get(i.a, k).toPlain();
        break;
      case WitnessCode::bit:
        for (unsigned k = 0; k < lanes; ++k) bases.at(i.to, k) = bitOf(bases.at(i.a, k), i.b).e;
        break;
      case WitnessCode::assertTrue:
        for (unsigned k = 0; k < lanes; ++k) {
          if (bases.get(i.a, k).isZero()) return false;
        }
        break;
      case WitnessCode::assertEqual:
        for (unsigned k = 0; k < lanes; ++k) {
          if (bases.get(i.a, k) != bases.get(i.b, k)) return false;
        }
        break;
      case WitnessCode::component:
        if (!component(i, bases, rest, lanes)) return false;
        break;
      case WitnessCode::neg:
      case WitnessCode::bnot:
      case WitnessCode::lnot:
        for (unsigned k = 0; k < lanes; ++k) {
          bases.at(i.to, k) = operate(code, bases.get(i.a, k), Fr::zero()).e;
        }
        break;
      case WitnessCode::end: return true;
      default:
        for (unsigned k = 0; k < lanes; ++k) {
          if (isUndefined(code, bases.get(i.b, k))) return false;
          bases.at(i.to, k) = operate(code, bases.get(i.a, k), bases.get(i.b, k)).e;
        }
    }
  }
}

}  // namespace straddle::STRADDLE_ISA
