// A twiddle factor that all lanes share, in memory. A kernel header.
#pragma once

#include "field/Lanes.h"

namespace straddle::STRADDLE_ISA {

#ifdef STRADDLE_IFMA
/// Below the modulus, in the words that a vector instruction broadcasts from memory as it multiplies.
struct Uniform {
  detail::Words5 words;

  static Uniform of(const Element& external) {
    const FrLanes lanes = canonical(mul(FrLanes::broadcast(external), FrLanes::one()));
    Uniform result;
    for (int i = 0; i < 5; ++i) {
      result.words.w[i] = static_cast<u64>(_mm_cvtsi128_si64(_mm512_castsi512_si128(lanes.w[i])));
    }
    return result;
  }
  FrLanes lanes() const { return FrLanes::constant(words); }
};
#else
struct Uniform {
  Element element;

  static Uniform of(const Element& external) { return {external}; }
  FrLanes lanes() const { return FrLanes::broadcast(element); }
};
#endif

}  // namespace straddle::STRADDLE_ISA
