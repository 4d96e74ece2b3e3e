// Runs witness programs: the operations that a circuit's generator makes of its inputs (witness/Program.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "field/Element.h"

namespace straddle {

/// What an instruction does. `a` and `b` are operands, `to` is where the result goes; see WitnessInstruction.
enum class WitnessCode : std::uint32_t {
  copy = 0,
  add,
  sub,
  mul,
  div,
  idiv,
  mod,
  pow,
  neg,
  shl,
  shr,
  band,
  bor,
  bxor,
  bnot,
  lt,
  gt,
  leq,
  geq,
  eq,
  neq,
  land,
  lor,
  lnot,
  toPlain,      ///< to = a out of Montgomery's form, for `bit` alone
  bit,          ///< to = bit number b of a plain a
  assertTrue,   ///< a is not 0
  assertEqual,  ///< a = b
  component,    ///< run template a at signal b; `to` is the text of its name
  jump,         ///< to instruction `to` of this tape
  jumpIfZero,   ///< the same if a = 0
  load,         ///< to = element b after a; the next instruction's `to` is the limit of b, 0: the component's signals
  store,        ///< element b after `to` = a, likewise
  invoke,       ///< function b with arguments from a on, results from `to` on; next: `to` arguments, `a` results
  ret,          ///< b results, from a on
  end,
  count
};

/// Operands carry their space in the two highest bits: 0 the component's signals, 1 the frame, 2 constants.
struct WitnessInstruction {
  /// Code in the low 16 bits, line of the source above.
  std::uint32_t head, to, a, b;
};

inline constexpr unsigned kOperandShift = 30;
inline constexpr std::uint32_t kOperandMask = (1u << kOperandShift) - 1;
enum class OperandSpace : std::uint32_t { signal = 0, frame = 1, constant = 2 };

/// A template or a function.
struct WitnessTape {
  std::uint32_t first, count;
  /// Elements of its frame, and signals of its component with all within.
  std::uint32_t frame, signals;
  std::uint32_t name;
  /// Not 0 for templates that can run in lanes; set by the program that holds it.
  std::uint32_t lanes;
};

/// Components of one template that run side by side at most. More save little, and no longer fit the cache.
inline constexpr unsigned kMaxLanes = 16;

enum class WitnessStop { none, assertion, divisionByZero, index, depth, cancelled };

/// One component or function under way.
struct WitnessCall {
  const WitnessTape* tape;
  std::uint32_t position;
  /// Text of the component's name; ~0 for functions.
  std::uint32_t text;
  Element* signals;
  Element* frame;
  /// Where a function's results go.
  Element* results;
  std::uint32_t wanted;
};

/// What a run works on. The program has been validated: nothing of it is checked again but what depends on values.
struct WitnessRun {
  const WitnessInstruction* instructions;
  const WitnessTape* templates;
  const WitnessTape* functions;
  const Element* constants;
  Element* frames;
  std::size_t frameCount;
  WitnessCall* calls;
  std::size_t callLimit;
  bool (*isCancelled)(const void* token);
  const void* token;
  // Where it stopped: calls[0 .. depth].
  WitnessStop stop;
  std::size_t depth;
  std::uint32_t line;
};

struct WitnessKernel {
  /// Runs template `number` whose signals are at `signals`.
  void (*run)(WitnessRun& run, std::uint32_t number, Element* signals);
  /// out[i] = the plain value of signals[wires[i]].
  void (*collect)(const Element* signals, const std::uint32_t* wires, std::size_t count, Element* out);
  /// Plain values below the modulus to Montgomery's form.
  void (*fromPlain)(const Element* plain, std::size_t count, Element* out);
};

}  // namespace straddle
