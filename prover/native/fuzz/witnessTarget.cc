#define STRADDLE_ISA portable
#include "witness/calculateWitness.h"
#include "witness/runTape.h"

#include "FileBuilder.h"
#include "checked.h"
#include "kernels/Kernels.h"

namespace straddle {

/// Only the interpreter, so that the other kernels need not be compiled here.
const Kernels& kernels() {
  static const Kernels only = [] {
    Kernels table{};
    table.name = "portable";
    table.witness = portable::kWitnessKernel;
    return table;
  }();
  return only;
}

namespace fuzz {

const char* const kTargetName = "witness";
const char* lastOutcome = "";

namespace {

using Tape = std::vector<WitnessInstruction>;

constexpr std::uint32_t signalAt(std::uint32_t index) { return index; }
constexpr std::uint32_t frameAt(std::uint32_t index) { return 1u << kOperandShift | index; }
constexpr std::uint32_t constantAt(std::uint32_t index) { return 2u << kOperandShift | index; }

WitnessInstruction make(WitnessCode code, std::uint32_t to, std::uint32_t a, std::uint32_t b) {
  return {static_cast<std::uint32_t>(code) | 7u << 16, to, a, b};
}

/// Signals: 0 out, 1 and 2 in. Every operation on the inputs, one after the other into the frame, added up.
Tape operations(std::uint64_t variant) {
  Tape tape{make(WitnessCode::copy, frameAt(1), constantAt(0), 0)};
  const auto last = static_cast<std::uint32_t>(WitnessCode::lnot);
  for (std::uint32_t code = 1; code <= last; ++code) {
    if (variant >> code & 1) continue;
    tape.push_back(make(static_cast<WitnessCode>(code), frameAt(0), signalAt(1), signalAt(2)));
    tape.push_back(make(WitnessCode::add, frameAt(1), frameAt(1), frameAt(0)));
  }
  tape.push_back(make(WitnessCode::toPlain, frameAt(2), signalAt(1), 0));
  tape.push_back(make(WitnessCode::bit, frameAt(3), frameAt(2), static_cast<std::uint32_t>(variant % 254)));
  tape.push_back(make(WitnessCode::add, signalAt(0), frameAt(1), frameAt(3)));
  tape.push_back(make(WitnessCode::assertEqual, 0, signalAt(1), signalAt(1)));
  tape.push_back(make(WitnessCode::end, 0, 0, 0));
  return tape;
}

/// Two components side by side, then a loop that writes an array of the frame, and a call of a function.
Tape mainTape(std::uint64_t variant) {
  const auto rounds = static_cast<std::uint32_t>(variant % 3);
  return {
      make(WitnessCode::copy, signalAt(4), signalAt(1), 0),
      make(WitnessCode::copy, signalAt(5), signalAt(2), 0),
      make(WitnessCode::copy, signalAt(7), signalAt(2), 0),
      make(WitnessCode::copy, signalAt(8), constantAt(1), 0),
      make(WitnessCode::component, 2, 0, 3),
      make(WitnessCode::component, 2, 0, 6),
      make(WitnessCode::copy, frameAt(0), constantAt(rounds), 0),
      make(WitnessCode::jumpIfZero, 13, frameAt(0), 0),
      make(WitnessCode::store, frameAt(2), signalAt(1), frameAt(0)),
      {0, 4, 0, 0},
      make(WitnessCode::sub, frameAt(0), frameAt(0), constantAt(1)),
      make(WitnessCode::assertTrue, 0, constantAt(1), 0),
      make(WitnessCode::jump, 7, 0, 0),
      make(WitnessCode::load, frameAt(1), signalAt(0), constantAt(1)),
      {0, 0, 0, 0},
      make(WitnessCode::copy, frameAt(2), constantAt(2), 0),
      make(WitnessCode::invoke, frameAt(6), frameAt(2), 0),
      {0, 2, 1, 0},
      make(WitnessCode::copy, signalAt(0), frameAt(6), 0),
      make(WitnessCode::end, 0, 0, 0),
  };
}

/// f(n, x) = n = 0 ? x : f(n - 1, x + x).
Tape functionTape() {
  return {
      make(WitnessCode::jumpIfZero, 6, frameAt(0), 0),
      make(WitnessCode::sub, frameAt(2), frameAt(0), constantAt(1)),
      make(WitnessCode::add, frameAt(3), frameAt(1), frameAt(1)),
      make(WitnessCode::invoke, frameAt(4), frameAt(2), 0),
      {0, 2, 1, 0},
      make(WitnessCode::ret, 0, frameAt(4), 1),
      make(WitnessCode::ret, 0, frameAt(1), 1),
  };
}

}  // namespace

Bytes makeSoundFile(std::uint64_t variant) {
  const Tape tapes[] = {operations(variant), mainTape(variant), functionTape()};
  const std::uint32_t sizes[][2] = {{4, 3}, {8, 9}, {5, 0}};
  std::uint32_t instructions = 0;
  for (const Tape& tape : tapes) instructions += static_cast<std::uint32_t>(tape.size());
  FileBuilder file("stra", 0x31746977, 10);  // "strawit1" and the number of signals
  file.put32({2, 2, 1, 3, 3, 2, 1, instructions, 3, 7, 1});
  file.put(std::uint64_t{42}).put32({2, 2});
  for (const std::uint64_t value : {0, 1, 2}) {
    const Element plain{{value, 0, 0, 0}};
    Element element;
    kernels().witness.fromPlain(&plain, 1, &element);
    file.put(element);
  }
  std::uint32_t first = 0;
  for (int i = 0; i < 3; ++i) {
    const auto count = static_cast<std::uint32_t>(tapes[i].size());
    file.put32({first, count, sizes[i][0], sizes[i][1], static_cast<std::uint32_t>(i), 0});
    first += count;
  }
  for (const Tape& tape : tapes) {
    for (const WitnessInstruction& one : tape) file.put(one);
  }
  file.put32({0, 1, 9});
  file.put32({1, 2, 4});
  for (const char letter : {'A', 'B', 'b', 'n', 'a', 'm', 'e'}) file.put(letter);
  return file.take();
}

namespace {

constexpr std::uint32_t kMostSignals = 4096;
constexpr std::size_t kMostFrames = 1 << 16;

/// Stops at the second look: loops without end are part of the game.
bool isOver(const void* looks) { return ++*const_cast<int*>(static_cast<const int*>(looks)) > 1; }

/// Runs what was accepted in memory of exactly the size that it claims to need.
void runAccepted(const Program& program) {
  if (program.signals() > kMostSignals || program.frameNeed() > kMostFrames) return;
  std::vector<Element> signals(program.signals(), Element{{5, 0, 0, 0}});
  std::vector<Element> frames(program.frameNeed() * (1 + kMaxLanes) + 200);
  std::vector<WitnessCall> calls(program.depth() + 20);
  int looks = 0;
  WitnessRun run{};
  run.instructions = program.instructions().data();
  run.templates = program.templates().data();
  run.functions = program.functions().data();
  run.constants = program.constants().data();
  run.frames = frames.data();
  run.frameCount = frames.size();
  run.calls = calls.data();
  run.callLimit = calls.size();
  run.isCancelled = isOver;
  run.token = &looks;
  kernels().witness.run(run, program.main(), signals.data() + 1);
  if (run.depth >= calls.size()) std::abort();
  std::vector<Element> out(program.wires().size());
  kernels().witness.collect(signals.data(), program.wires().data(), out.size(), out.data());
  keep(sumOf(reinterpret_cast<const std::uint8_t*>(out.data()), out.size() * sizeof(Element)));
}

/// The file's own bytes as inputs, for the reader of those.
void readInputs(const Program& program, ByteView bytes) {
  if (program.signals() > kMostSignals) return;
  CancelToken cancelled;
  cancelled.cancel();
  std::vector<std::uint8_t> out(witnessFileSize(program.wires().size()));
  calculateWitness(program, bytes, nullptr, cancelled, out.data());
}

}  // namespace

}  // namespace fuzz

}  // namespace straddle

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace straddle;
  fuzz::expectOnly({"WITNESS_PROGRAM_DAMAGED"}, [&] {
    const Program program({data, size});
    fuzz::runAccepted(program);
    fuzz::expectOnly({"WITNESS_INPUT_INVALID", "PROVER_ABORTED"}, [&] { fuzz::readInputs(program, {data, size}); });
  });
  return 0;
}
