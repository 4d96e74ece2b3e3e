// Chooses the kernels by what the processor can do (Kernels.h).
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "kernels/Kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace straddle {

namespace portable {
extern const Kernels kKernels;
}
#if defined(__x86_64__)
namespace adx {
extern const Kernels kKernels;
}
namespace ifma {
extern const Kernels kKernels;
}
#endif

namespace {

#if defined(__x86_64__)
/// CPUID leaf 7, EBX bit 19. GCC 12 has no name for it in __builtin_cpu_supports.
bool hasAdx() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b >> 19 & 1) != 0;
}
#endif

bool supports(InstructionSet set) {
  if (set == InstructionSet::portable) return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("bmi2") || !hasAdx()) return false;
  if (set == InstructionSet::adx) return true;
  // These ask the operating system too whether it keeps the registers.
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512ifma");
#else
  return false;
#endif
}

const Kernels& choose() {
  const char* asked = std::getenv("STRADDLE_NATIVE_ISA");
  const Kernels* best = nullptr;
  for (const InstructionSet set : {InstructionSet::portable, InstructionSet::adx, InstructionSet::ifma}) {
    const Kernels* found = kernelsOf(set);
    if (found == nullptr) continue;
    best = found;
    if (asked != nullptr && std::strcmp(asked, found->name) == 0) break;
  }
  return *best;
}

}  // namespace

const Kernels* kernelsOf(InstructionSet set) {
  if (!supports(set)) return nullptr;
  switch (set) {
    case InstructionSet::portable: return &portable::kKernels;
#if defined(__x86_64__)
    case InstructionSet::adx: return &adx::kKernels;
    case InstructionSet::ifma: return &ifma::kKernels;
#endif
    default: return nullptr;
  }
}

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace straddle
