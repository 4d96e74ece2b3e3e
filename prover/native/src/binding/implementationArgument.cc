#include "binding/implementationArgument.h"

#include <string>

#include "binding/arguments.h"
#include "formats/CoreError.h"

namespace straddle::binding {

const Kernels& implementationByName(const Napi::CallbackInfo& info, std::size_t index) {
  const std::string name = stringArgument(info, index, "implementation");
  if (name.empty()) return kernels();
  for (const InstructionSet set : {InstructionSet::portable, InstructionSet::adx, InstructionSet::ifma}) {
    const Kernels* const found = kernelsOf(set);
    if (found != nullptr && name == found->name) return *found;
  }
  throw CoreError("CORE_ARGUMENT_INVALID", "This machine has no implementation \"" + name + "\".");
}

}  // namespace straddle::binding
