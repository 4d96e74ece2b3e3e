#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "formats/ByteView.h"
#include "parallel/CancelToken.h"
#include "witness/Program.h"

namespace straddle {

/// Which wires of the generator a circuit has, when it was reduced after compilation: wire i is the generator's wire map[i].
using WireMap = std::vector<std::uint32_t>;

/// A .wires file's bytes: 32-bit little-endian words. Throws CoreError WITNESS_PROGRAM_DAMAGED if one is no wire of the program.
WireMap readWireMap(const Program& program, ByteView bytes);

/// The size of the .wtns file: `wires` of them.
std::size_t witnessFileSize(std::size_t wires);

/// Runs the program.
///
/// `inputs` holds for each input signal: its name's FNV-1a hash (64 bits), the number of its values (64 bits), and the
/// values, 32 bytes each and below the modulus; everything little-endian, arrays row by row.
/// Writes a .wtns file of witnessFileSize bytes as snarkjs would. `map` may be null.
///
/// Throws CoreError WITNESS_INPUT_INVALID (an unknown name, too few or too many values, an input missing or set twice),
/// WITNESS_REFUSED (an assertion of the circuit does not hold; the message names template, line and component),
/// PROVER_ABORTED, CORE_OUT_OF_MEMORY.
void calculateWitness(const Program& program, ByteView inputs, const WireMap* map, const CancelToken& cancel,
                      std::uint8_t* out);

}  // namespace straddle
