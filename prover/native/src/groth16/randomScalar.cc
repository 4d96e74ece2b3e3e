#include "groth16/randomScalar.h"

#include <unistd.h>

#if defined(__APPLE__)
#include <sys/random.h>
#endif

#include "field/Bn254.h"
#include "formats/CoreError.h"

namespace straddle {

Element randomScalar() {
  for (;;) {
    Element value;
    if (getentropy(&value, sizeof value) != 0) {
      throw CoreError("PROVER_FAILED", "The operating system gives no random numbers, which a proof needs.");
    }
    // 254 bits: about three of four are below r.
    value.limb[3] &= ~std::uint64_t{0} >> 2;
    const detail::Words4 words{{value.limb[0], value.limb[1], value.limb[2], value.limb[3]}};
    if (!detail::atLeast(words, detail::kFrModulus)) return value;
  }
}

}  // namespace straddle
