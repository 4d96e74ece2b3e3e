// The arithmetic of the core behind function pointers: the same headers are compiled once for each instruction set
// (portable.cc, adx.cc, ifma.cc) and the best that the processor has is chosen when the program runs (select.cc).
//
// Everything that a kernel header instantiates lies in a namespace named after the instruction set, and uses nothing of
// the standard library that is not a macro or a type: an inline function of std compiled with AVX-512 could be the copy
// that the linker keeps for everyone.
//
// To add a group of functions: a struct of pointers in kernels/<Group>Kernel.h, the implementation in a kernel header, a
// member here and a line in kernels/instantiate.h.
#pragma once

#include "kernels/EddsaKernel.h"
#include "kernels/FieldKernel.h"
#include "kernels/MsmKernel.h"
#include "kernels/FixedBaseKernel.h"
#include "kernels/NttKernel.h"
#include "kernels/PairingKernel.h"
#include "kernels/PoseidonKernel.h"
#include "kernels/QapKernel.h"
#include "kernels/SetupKernel.h"
#include "kernels/WitnessKernel.h"

namespace straddle {

struct Kernels {
  /// "portable", "adx" or "ifma".
  const char* name;
  FieldKernel field;
  NttKernel ntt;
  PairingKernel pairing;
  QapKernel qap;
  MsmKernel msm;
  PoseidonKernel poseidon;
  SetupKernel setup;
  FixedBaseKernel fixedBase;
  EddsaKernel eddsa;
  WitnessKernel witness;
};

enum class InstructionSet { portable, adx, ifma };

/// The best that this processor supports, or what STRADDLE_NATIVE_ISA names if it is supported; chosen once.
const Kernels& kernels();

/// A certain one, for tests and benchmarks; null if this processor or this build lacks it.
const Kernels* kernelsOf(InstructionSet set);

}  // namespace straddle
