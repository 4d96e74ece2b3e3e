#pragma once

#include "field/Element.h"

namespace straddle {

/// A plain value below r, evenly distributed, from the operating system's generator. Throws CoreError PROVER_FAILED if
/// that gives nothing.
Element randomScalar();

}  // namespace straddle
