// The interpreter of witness programs. A kernel header.
//
// Elements are in Montgomery's form; operations on integers take them out of it and put them back. An operation reads its
// operands before it writes its result, which may lie in the same place.
#pragma once

#include "kernels/WitnessKernel.h"
#include "witness/operations.h"
#include "witness/runLanes.h"

namespace straddle::STRADDLE_ISA {

/// How often a run looks whether it is cancelled: in components and jumps.
inline constexpr unsigned kCancelInterval = 4096;

/// One run: the calls under way and where in the tape it is.
class TapeRunner {
 public:
  explicit TapeRunner(WitnessRun& run) : run_(run) {}

  void start(std::uint32_t number, Element* signals) {
    run_.stop = WitnessStop::none;
    run_.depth = 0;
    run_.calls[0] = {&run_.templates[number], 0, 0, signals, run_.frames, nullptr, 0};
    if (run_.frameCount < run_.templates[number].frame) {
      run_.stop = WitnessStop::depth;
      return;
    }
    bases_[2] = const_cast<Element*>(run_.constants);
    resume();
    execute();
  }

 private:
  Element& at(std::uint32_t operand) const { return bases_[operand >> kOperandShift][operand & kOperandMask]; }
  const Fr& get(std::uint32_t operand) const { return reinterpret_cast<const Fr&>(at(operand)); }
  void put(std::uint32_t operand, const Fr& value) const { at(operand) = value.e; }

  WitnessCall& call() const { return run_.calls[run_.depth]; }

  /// Goes on with the innermost call.
  void resume() {
    const WitnessCall& now = call();
    bases_[0] = now.signals;
    bases_[1] = now.frame;
    tape_ = run_.instructions + now.tape->first;
    next_ = tape_ + now.position;
  }

  void stop(WitnessStop why, const WitnessInstruction& instruction) {
    run_.stop = why;
    run_.line = instruction.head >> 16;
  }

  bool enter(const WitnessCall& called) {
    WitnessCall& caller = call();
    caller.position = static_cast<std::uint32_t>(next_ - tape_);
    const std::size_t room = static_cast<std::size_t>(run_.frames + run_.frameCount - called.frame);
    if (run_.depth + 1 >= run_.callLimit || called.tape->frame > room) return false;
    run_.calls[++run_.depth] = called;
    resume();
    return true;
  }

  bool isCancelled() {
    if (--untilCheck_ != 0) return false;
    untilCheck_ = kCancelInterval;
    return run_.isCancelled(run_.token);
  }

  /// Writes a function's results, as many as are wanted, and leaves it. False at the end of the run.
  bool leave(const WitnessInstruction* results) {
    const WitnessCall done = call();
    if (results != nullptr && done.results != nullptr) {
      const std::uint32_t count = results->b < done.wanted ? results->b : done.wanted;
      for (std::uint32_t i = 0; i < count; ++i) done.results[i] = at(results->a + i);
    }
    if (run_.depth == 0) return false;
    --run_.depth;
    resume();
    return true;
  }

  /// The index that an operand holds, or false if it is not below the limit.
  bool indexOf(std::uint32_t operand, std::uint32_t limit, std::uint32_t base, std::size_t& index) const {
    const Element plain = get(operand).toPlain();
    const std::uint64_t end = limit != 0 ? limit : call().tape->signals - (base & kOperandMask);
    index = static_cast<std::size_t>(plain.limb[0]);
    return (plain.limb[1] | plain.limb[2] | plain.limb[3]) == 0 && plain.limb[0] < end;
  }

  bool enterComponent(const WitnessInstruction& i) {
    const WitnessCall& caller = call();
    Element* const frame = caller.frame + caller.tape->frame;
    return enter({&run_.templates[i.a], 0, i.to, caller.signals + i.b, frame, nullptr, 0});
  }

  /// Runs this component and those of the same template that follow, which do not need each other, side by side. False if
  /// there is but one, or they must be run one by one.
  bool inLanes(const WitnessInstruction& i) {
    const WitnessTape& tape = run_.templates[i.a];
    // This group gave up: each of it runs alone.
    if (&i < alone_ || tape.lanes == 0) return false;
    const WitnessCall& caller = call();
    Element* signals[kMaxLanes];
    unsigned lanes = 0;
    for (const WitnessInstruction* one = &i; lanes < kMaxLanes && one->head == i.head && one->a == i.a; ++one) {
      signals[lanes++] = caller.signals + one->b;
    }
    if (lanes < 2) return false;
    if (LaneRunner(run_).run(tape, signals, caller.frame + caller.tape->frame, lanes)) {
      next_ += lanes - 1;
      return true;
    }
    alone_ = &i + lanes;
    return false;
  }

  bool invoke(const WitnessInstruction& i) {
    const WitnessInstruction& sizes = *next_++;
    const WitnessTape& function = run_.functions[i.b];
    const WitnessCall& caller = call();
    Element* const frame = caller.frame + caller.tape->frame;
    const WitnessCall called{&function, 0, ~std::uint32_t{0}, nullptr, frame, &at(i.to), sizes.a};
    const Element* arguments = &at(i.a);
    if (static_cast<std::size_t>(run_.frames + run_.frameCount - frame) < function.frame) return false;
    for (std::uint32_t k = 0; k < sizes.to; ++k) frame[k] = arguments[k];
    return enter(called);
  }

  void execute() {
    if (run_.isCancelled(run_.token)) run_.stop = WitnessStop::cancelled;
    while (run_.stop == WitnessStop::none) {
      const WitnessInstruction& i = *next_++;
      const auto code = static_cast<WitnessCode>(i.head & 0xffff);
      switch (code) {
        case WitnessCode::copy: at(i.to) = at(i.a); break;
        case WitnessCode::add: put(i.to, Fr::add(get(i.a), get(i.b))); break;
        case WitnessCode::sub: put(i.to, Fr::sub(get(i.a), get(i.b))); break;
        case WitnessCode::mul: put(i.to, Fr::mul(get(i.a), get(i.b))); break;
        case WitnessCode::toPlain: at(i.to) = get(i.a).toPlain(); break;
        case WitnessCode::bit: put(i.to, bitOf(at(i.a), i.b)); break;
        case WitnessCode::assertTrue:
          if (get(i.a).isZero()) stop(WitnessStop::assertion, i);
          break;
        case WitnessCode::assertEqual:
          if (get(i.a) != get(i.b)) stop(WitnessStop::assertion, i);
          break;
        case WitnessCode::component:
          if (inLanes(i)) break;
          if (!enterComponent(i)) stop(WitnessStop::depth, i);
          else if (isCancelled()) stop(WitnessStop::cancelled, i);
          break;
        case WitnessCode::jumpIfZero:
          if (!get(i.a).isZero()) break;
          [[fallthrough]];
        case WitnessCode::jump:
          next_ = tape_ + i.to;
          if (isCancelled()) stop(WitnessStop::cancelled, i);
          break;
        case WitnessCode::load: {
          std::size_t index;
          if (!indexOf(i.b, next_++->to, i.a, index)) stop(WitnessStop::index, i);
          else at(i.to) = (&at(i.a))[index];
          break;
        }
        case WitnessCode::store: {
          std::size_t index;
          if (!indexOf(i.b, next_++->to, i.to, index)) stop(WitnessStop::index, i);
          else (&at(i.to))[index] = at(i.a);
          break;
        }
        case WitnessCode::invoke:
          if (!invoke(i)) stop(WitnessStop::depth, i);
          else if (isCancelled()) stop(WitnessStop::cancelled, i);
          break;
        case WitnessCode::ret:
          if (!leave(&i)) return;
          break;
        case WitnessCode::end:
          if (!leave(nullptr)) return;
          break;
        case WitnessCode::neg:
        case WitnessCode::bnot:
        case WitnessCode::lnot: put(i.to, operate(code, get(i.a), Fr::zero())); break;
        default:
          if (isUndefined(code, get(i.b))) stop(WitnessStop::divisionByZero, i);
          else put(i.to, operate(code, get(i.a), get(i.b)));
      }
    }
  }

  WitnessRun& run_;
  Element* bases_[4] = {nullptr, nullptr, nullptr, nullptr};
  const WitnessInstruction* tape_ = nullptr;
  const WitnessInstruction* next_ = nullptr;
  /// Components before this instruction are not run in lanes.
  const WitnessInstruction* alone_ = nullptr;
  unsigned untilCheck_ = kCancelInterval;
};

/// A component in each lane. Templates with jumps run one lane after the other.
inline bool LaneRunner::component(const WitnessInstruction& i, const Bases& bases, Element* frames, unsigned lanes) {
  const WitnessTape& tape = run_.templates[i.a];
  Element* signals[kMaxLanes];
  for (unsigned k = 0; k < lanes; ++k) signals[k] = bases.of[0][k] + i.b;
  if (tape.lanes != 0) return run(tape, signals, frames, lanes);
  for (unsigned k = 0; k < lanes; ++k) {
    WitnessRun inner = run_;
    inner.frames = frames;
    inner.frameCount = static_cast<std::size_t>(run_.frames + run_.frameCount - frames);
    inner.calls = run_.calls + run_.depth + 1;
    inner.callLimit = run_.callLimit - run_.depth - 1;
    if (inner.callLimit == 0) return false;
    TapeRunner(inner).start(i.a, signals[k]);
    if (inner.stop != WitnessStop::none) return false;
  }
  return true;
}

inline void runWitness(WitnessRun& run, std::uint32_t number, Element* signals) {
  TapeRunner(run).start(number, signals);
}

inline void collectWitness(const Element* signals, const std::uint32_t* wires, std::size_t count, Element* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = Fr::from(signals[wires[i]]).toPlain();
}

inline void witnessFromPlain(const Element* plain, std::size_t count, Element* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = Fr::fromPlain(plain[i]).e;
}

inline constexpr WitnessKernel kWitnessKernel = {runWitness, collectWitness, witnessFromPlain};

}  // namespace straddle::STRADDLE_ISA
