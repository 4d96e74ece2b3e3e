#include "witness/calculateWitness.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "formats/CoreError.h"
#include "formats/fieldBytes.h"
#include "kernels/Kernels.h"
#include "ntt/PageBuffer.h"

namespace straddle {

namespace {

/// Frames of functions that call themselves, beyond what the templates need: 32 MB.
constexpr std::size_t kFunctionFrames = std::size_t{1} << 20;
constexpr std::size_t kFunctionDepth = 20'000;
constexpr std::size_t kHeaderBytes = 76;
/// Elements that go through a buffer at a time.
constexpr std::size_t kBatch = 4096;

[[noreturn]] void invalidInput(const std::string& what) {
  throw CoreError("WITNESS_INPUT_INVALID", "The circuit's inputs are not valid: " + what + ".");
}

const WitnessInput& inputOf(const Program& program, std::uint64_t hash) {
  for (const WitnessInput& input : program.inputs()) {
    if (input.hash == hash) return input;
  }
  invalidInput("one is given that the circuit does not have");
}

/// Puts the inputs at their signals, in Montgomery's form.
void setInputs(const Program& program, ByteView bytes, Element* signals) {
  std::vector<bool> isSet(program.inputCount(), false);
  std::vector<Element> plain;
  std::size_t at = 0, set = 0;
  while (at < bytes.size) {
    if (bytes.size - at < 16) invalidInput("they end within one");
    const WitnessInput& input = inputOf(program, bytes.at<std::uint64_t>(at));
    const std::uint64_t count = bytes.at<std::uint64_t>(at + 8);
    at += 16;
    if (count != input.size) {
      invalidInput("an array has " + std::to_string(count) + " values instead of " + std::to_string(input.size));
    }
    if (count > (bytes.size - at) / kFieldBytes) invalidInput("they end within one");
    plain.resize(static_cast<std::size_t>(count));
    for (Element& value : plain) {
      if (!isBelowFr(bytes.data + at)) invalidInput("a value is not below the modulus");
      value = bytes.at<Element>(at);
      at += kFieldBytes;
    }
    for (std::size_t i = 0; i < plain.size(); ++i) {
      const std::size_t slot = input.signal - program.inputStart() + i;
      if (isSet[slot]) invalidInput("one is set twice");
      isSet[slot] = true;
    }
    set += plain.size();
    kernels().witness.fromPlain(plain.data(), plain.size(), signals + input.signal);
  }
  if (set != program.inputCount()) {
    invalidInput("only " + std::to_string(set) + " of " + std::to_string(program.inputCount()) + " values are set");
  }
}

bool isCancelled(const void* token) { return static_cast<const CancelToken*>(token)->isCancelled(); }

/// main.a[1].b of the component that a run stopped in, the function that it stopped in last.
std::string traceOf(const Program& program, const WitnessRun& run) {
  std::string trace = "main";
  for (std::size_t i = 1; i <= run.depth; ++i) {
    const WitnessCall& call = run.calls[i];
    trace += call.text == ~std::uint32_t{0} ? ", function " + program.text(call.tape->name)
                                            : "." + program.text(call.text);
  }
  return trace;
}

[[noreturn]] void refuse(const Program& program, const WitnessRun& run) {
  if (run.stop == WitnessStop::cancelled) throw CoreError("PROVER_ABORTED", "The job was cancelled.");
  const char* what = "an assertion does not hold";
  if (run.stop == WitnessStop::divisionByZero) what = "an integer is divided by zero";
  if (run.stop == WitnessStop::index) what = "an array has no such element";
  if (run.stop == WitnessStop::depth) what = "a function calls itself too often";
  const std::string name = program.text(run.calls[run.depth].tape->name);
  throw CoreError("WITNESS_REFUSED", std::string("The inputs do not satisfy the circuit: ") + what + " in " + name +
                                         ", line " + std::to_string(run.line) + " (" + traceOf(program, run) + ").");
}

void execute(const Program& program, Element* signals, const CancelToken& cancel) {
  const bool hasFunctions = !program.functions().empty();
  const std::size_t frameCount = program.frameNeed() * (1 + kMaxLanes) + (hasFunctions ? kFunctionFrames : 0);
  const std::size_t callLimit = program.depth() + 1 + (hasFunctions ? kFunctionDepth : 0);
  const PageBuffer frames((frameCount + 1) * sizeof(Element));
  const std::unique_ptr<WitnessCall[]> calls(new WitnessCall[callLimit]);
  WitnessRun run{};
  run.instructions = program.instructions().data();
  run.templates = program.templates().data();
  run.functions = program.functions().data();
  run.constants = program.constants().data();
  run.frames = frames.as<Element>();
  run.frameCount = frameCount;
  run.calls = calls.get();
  run.callLimit = callLimit;
  run.isCancelled = isCancelled;
  run.token = &cancel;
  kernels().witness.run(run, program.main(), signals + 1);
  if (run.stop != WitnessStop::none) refuse(program, run);
}

void put32(std::uint8_t*& at, std::uint32_t value) {
  std::memcpy(at, &value, sizeof value);
  at += sizeof value;
}

void put64(std::uint8_t*& at, std::uint64_t value) {
  std::memcpy(at, &value, sizeof value);
  at += sizeof value;
}

/// Header and section heads of a .wtns file: version 2, field and count, then the values.
std::uint8_t* putHeader(std::uint8_t* at, std::uint32_t wires) {
  std::memcpy(at, "wtns", 4);
  at += 4;
  put32(at, 2);
  put32(at, 2);
  put32(at, 1);
  put64(at, 8 + kFieldBytes);
  put32(at, kFieldBytes);
  for (const std::uint64_t word : detail::kFrModulus.w) put64(at, word);
  put32(at, wires);
  put32(at, 2);
  put64(at, static_cast<std::uint64_t>(wires) * kFieldBytes);
  return at;
}

/// The output is not aligned: values are copied there batch by batch.
void putWires(const Program& program, const Element* signals, const WireMap* map, const CancelToken& cancel,
              std::uint8_t* at) {
  const std::size_t count = map == nullptr ? program.wires().size() : map->size();
  std::vector<Element> values(std::min(count, kBatch));
  std::vector<std::uint32_t> mapped(values.size());
  for (std::size_t first = 0; first < count; first += kBatch) {
    cancel.check();
    const std::size_t size = std::min(kBatch, count - first);
    const std::uint32_t* wires = program.wires().data() + first;
    if (map != nullptr) {
      for (std::size_t i = 0; i < size; ++i) mapped[i] = program.wires()[(*map)[first + i]];
      wires = mapped.data();
    }
    kernels().witness.collect(signals, wires, size, values.data());
    std::memcpy(at, values.data(), size * kFieldBytes);
    at += size * kFieldBytes;
  }
}

}  // namespace

WireMap readWireMap(const Program& program, ByteView bytes) {
  WireMap map(bytes.size / sizeof(std::uint32_t));
  if (!map.empty()) std::memcpy(map.data(), bytes.data, map.size() * sizeof(std::uint32_t));
  const auto isWire = [&](std::uint32_t wire) { return wire < program.wires().size(); };
  if (bytes.size % sizeof(std::uint32_t) != 0 || map.empty() || !std::all_of(map.begin(), map.end(), isWire)) {
    throw CoreError("WITNESS_PROGRAM_DAMAGED",
                    "The wire map does not fit the witness program. Delete both from the cache and start again.");
  }
  return map;
}

std::size_t witnessFileSize(std::size_t wires) { return kHeaderBytes + wires * kFieldBytes; }

void calculateWitness(const Program& program, ByteView inputs, const WireMap* map, const CancelToken& cancel,
                      std::uint8_t* out) {
  const PageBuffer memory(program.signals() * sizeof(Element));
  Element* const signals = memory.as<Element>();
  // Signal 0 is the constant 1.
  const Element one{{1, 0, 0, 0}};
  kernels().witness.fromPlain(&one, 1, signals);
  setInputs(program, inputs, signals);
  execute(program, signals, cancel);
  const std::size_t wires = map == nullptr ? program.wires().size() : map->size();
  putWires(program, signals, map, cancel, putHeader(out, static_cast<std::uint32_t>(wires)));
}

}  // namespace straddle
