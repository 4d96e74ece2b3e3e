#include "witness/TapeValidator.h"

#include <algorithm>
#include <string>

#include "formats/CoreError.h"

namespace straddle {

namespace {

/// More than any circuit nests; keeps the calls of a run small.
constexpr std::size_t kMaxDepth = 10'000;
/// 128 MB of frames, and as much for each lane.
constexpr std::size_t kMaxFrames = std::size_t{1} << 22;
constexpr std::size_t kMaxLaneDepth = 64;
constexpr unsigned kMaxBit = 255;

[[noreturn]] void damaged(const char* what) {
  throw CoreError("WITNESS_PROGRAM_DAMAGED", std::string("The witness program is damaged: ") + what +
                                                 ". Delete it from the cache and start again.");
}

WitnessCode codeOf(const WitnessInstruction& instruction) {
  return static_cast<WitnessCode>(instruction.head & 0xffff);
}

bool hasSecondWord(WitnessCode code) {
  return code == WitnessCode::load || code == WitnessCode::store || code == WitnessCode::invoke;
}

bool isUnary(WitnessCode code) {
  switch (code) {
    case WitnessCode::copy:
    case WitnessCode::neg:
    case WitnessCode::bnot:
    case WitnessCode::lnot:
    case WitnessCode::toPlain: return true;
    default: return false;
  }
}

OperandSpace spaceOf(std::uint32_t operand) { return static_cast<OperandSpace>(operand >> kOperandShift); }

}  // namespace

TapeValidator::TapeValidator(const std::vector<WitnessInstruction>& instructions,
                             const std::vector<WitnessTape>& templates, const std::vector<WitnessTape>& functions,
                             std::size_t constants)
    : instructions_(instructions), templates_(templates), functions_(functions), constants_(constants) {
  const auto check = [&](const WitnessTape& tape) {
    if (tape.count == 0 || tape.first > instructions_.size() || tape.count > instructions_.size() - tape.first) {
      damaged("a tape lies outside of the instructions");
    }
    if (tape.frame > kMaxFrames) damaged("a frame is too large");
  };
  std::for_each(templates_.begin(), templates_.end(), check);
  std::for_each(functions_.begin(), functions_.end(), check);
  for (const WitnessTape& tape : functions_) {
    if (tape.signals != 0) damaged("a function has signals");
  }
  measure();
}

/// A template uses only those before it, so that one pass finds how deep each goes.
void TapeValidator::measure() {
  for (std::size_t number = 0; number < templates_.size(); ++number) {
    const WitnessTape& tape = templates_[number];
    std::size_t frames = 0, depth = 0;
    for (std::size_t i = tape.first; i < tape.first + tape.count; ++i) {
      const WitnessInstruction& instruction = instructions_[i];
      const WitnessCode code = codeOf(instruction);
      if (hasSecondWord(code)) ++i;
      if (code != WitnessCode::component) continue;
      if (instruction.a >= number) damaged("a template uses one that comes later");
      frames = std::max(frames, frameNeeds_[instruction.a]);
      depth = std::max(depth, depths_[instruction.a]);
    }
    frameNeeds_.push_back(frames + tape.frame);
    depths_.push_back(depth + 1);
    if (frameNeeds_.back() > kMaxFrames || depths_.back() > kMaxDepth) damaged("its components are nested too deep");
  }
}

bool TapeValidator::hasLanes(std::size_t number) const {
  const WitnessTape& tape = templates_[number];
  if (depths_[number] > kMaxLaneDepth) return false;
  return std::all_of(instructions_.begin() + tape.first, instructions_.begin() + tape.first + tape.count,
                     [](const WitnessInstruction& one) {
                       const WitnessCode code = codeOf(one);
                       return code < WitnessCode::jump || code == WitnessCode::end;
                     });
}

void TapeValidator::checkAll() const {
  for (std::size_t number = 0; number < templates_.size(); ++number) checkTape(templates_[number], number);
  for (const WitnessTape& tape : functions_) checkTape(tape, 0);
}

void TapeValidator::checkTape(const WitnessTape& tape, std::size_t ownNumber) const {
  std::vector<bool> isStart(tape.count, false);
  std::vector<std::uint32_t> targets;
  const WitnessInstruction none{};
  WitnessCode last = WitnessCode::count;
  for (std::uint32_t at = 0; at < tape.count; ++at) {
    const WitnessInstruction& instruction = instructions_[tape.first + at];
    last = codeOf(instruction);
    isStart[at] = true;
    const bool isLong = hasSecondWord(last);
    if (isLong && at + 1 == tape.count) damaged("an instruction is cut off");
    checkInstruction(tape, instruction, isLong ? instructions_[tape.first + at + 1] : none, ownNumber);
    if (last == WitnessCode::jump || last == WitnessCode::jumpIfZero) targets.push_back(instruction.to);
    if (isLong) ++at;
  }
  if (last != WitnessCode::end && last != WitnessCode::ret && last != WitnessCode::jump) damaged("a tape has no end");
  for (const std::uint32_t target : targets) {
    if (target >= tape.count || !isStart[target]) damaged("a jump leads out of its tape");
  }
}

/// `count` elements from the operand on.
void TapeValidator::checkRange(const WitnessTape& tape, std::uint32_t operand, std::uint64_t count,
                               bool writes) const {
  const std::uint64_t first = operand & kOperandMask;
  std::uint64_t size = 0;
  switch (spaceOf(operand)) {
    case OperandSpace::signal: size = tape.signals; break;
    case OperandSpace::frame: size = tape.frame; break;
    case OperandSpace::constant: size = writes ? 0 : constants_; break;
    default: break;
  }
  if (first > size || count > size - first) damaged("an operand lies outside of its space");
}

void TapeValidator::checkInstruction(const WitnessTape& tape, const WitnessInstruction& instruction,
                                     const WitnessInstruction& extra, std::size_t ownNumber) const {
  const auto& [head, to, a, b] = instruction;
  const WitnessCode code = codeOf(instruction);
  switch (code) {
    case WitnessCode::bit:
      checkRange(tape, to, 1, true);
      checkRange(tape, a, 1, false);
      if (b > kMaxBit) damaged("a bit lies outside of an element");
      return;
    case WitnessCode::assertTrue:
    case WitnessCode::jumpIfZero: return checkRange(tape, a, 1, false);
    case WitnessCode::assertEqual:
      checkRange(tape, a, 1, false);
      return checkRange(tape, b, 1, false);
    case WitnessCode::component:
      if (a >= ownNumber || b > tape.signals || templates_[a].signals > tape.signals - b) {
        damaged("a component lies outside of its parent");
      }
      return;
    case WitnessCode::load:
    case WitnessCode::store: {
      const std::uint32_t base = code == WitnessCode::load ? a : to;
      checkRange(tape, code == WitnessCode::load ? to : a, 1, code == WitnessCode::load);
      checkRange(tape, b, 1, false);
      if (extra.to == 0 && spaceOf(base) != OperandSpace::signal) damaged("an array has no limit");
      return checkRange(tape, base, extra.to, code == WitnessCode::store);
    }
    case WitnessCode::invoke:
      if (b >= functions_.size() || extra.to > functions_[b].frame) damaged("a call of no function");
      checkRange(tape, a, extra.to, false);
      return checkRange(tape, to, extra.a, true);
    case WitnessCode::ret: return checkRange(tape, a, b, false);
    case WitnessCode::jump:
    case WitnessCode::end: return;
    default:
      if (code >= WitnessCode::count) damaged("an unknown instruction");
      checkRange(tape, to, 1, true);
      checkRange(tape, a, 1, false);
      if (!isUnary(code)) checkRange(tape, b, 1, false);
  }
}

}  // namespace straddle
