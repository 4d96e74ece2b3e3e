#pragma once

#include <napi.h>

#include <cstddef>

#include "kernels/Kernels.h"

namespace straddle::binding {

/// The arithmetic that argument `index` names; "" means the best. Throws CoreError CORE_ARGUMENT_INVALID for one that
/// this machine or this build lacks.
const Kernels& implementationByName(const Napi::CallbackInfo& info, std::size_t index);

}  // namespace straddle::binding
