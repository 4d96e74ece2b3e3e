#pragma once

#include <exception>

#include "formats/CoreError.h"

namespace straddle {

/// What an exception is told as: a CoreError as it is, exhausted memory as CORE_OUT_OF_MEMORY, anything else as
/// CORE_INTERNAL, because it is a defect of the core.
CoreError coreErrorOf(const std::exception_ptr& error);

}  // namespace straddle
