#pragma once

#include <cstddef>
#include <cstdint>

#include "reduce/Progress.h"
#include "reduce/System.h"

namespace straddle::reduce {

/// Reads an .r1cs file (iden3's r1csfile, version 1) into memory. Everything is checked: the bytes may be anyone's.
/// Terms of one wire in one sum are added up, those that come to zero left out.
/// @throws CoreError SETUP_R1CS_INVALID, SETUP_R1CS_UNSUPPORTED (another field, custom gates); what onProgress throws
System readSystem(const std::uint8_t* bytes, std::size_t size, const Progress& onProgress);

}  // namespace straddle::reduce
