#pragma once

#include "formats/R1cs.h"
#include "reduce/Progress.h"
#include "reduce/System.h"

namespace straddle::reduce {

/// Reads a circuit into memory, every constraint checked. Terms of one wire in one sum are added up, those that come to
/// zero left out.
/// @throws CoreError SETUP_R1CS_INVALID; what onProgress throws
System readSystem(const R1cs& file, const Progress& onProgress);

}  // namespace straddle::reduce
