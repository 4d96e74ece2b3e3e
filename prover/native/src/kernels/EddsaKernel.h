// circomlib's EdDSA over Baby Jubjub with Poseidon (babyjubjub/BabyJubjub.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "babyjubjub/BabyJubjub.h"

namespace straddle {

struct EddsaKernel {
  /// Fills kBaseSize multiples.
  void (*buildBase)(BaseMultiple* base);
  /// Fills kBaseSize multiples of -8 A for a key A, plain x and y. False, and nothing filled, for what is no key: not
  /// reduced, not on the curve, or 8 A the identity.
  bool (*buildKey)(const Element& x, const Element& y, BaseMultiple* multiples);
  /// verdicts[i] = 1 if signature i holds, else 0; each is checked by itself.
  void (*verify)(const EddsaTables& tables, const SignatureCheck* checks, std::size_t count, std::uint8_t* verdicts);
  /// The same, with keys[i] filled by buildKey for the key of checks[i].
  void (*verifyKnown)(const EddsaTables& tables, const SignatureCheck* checks, const KeyTable* keys, std::size_t count,
                      std::uint8_t* verdicts);
  /// The key of a pruned secret scalar (below 2^255, a multiple of 8), plain x and y. Takes the same steps and reads the
  /// same memory whatever the secret is.
  void (*publicKey)(const EddsaTables& tables, const Element& scalar, Element* key);
  /// signature = rX, rY, s. nonce: 512 bits, lowest word first, reduced here. As blind to its secrets as publicKey.
  void (*sign)(const EddsaTables& tables, const Element& scalar, const std::uint64_t* nonce, const Element& message,
               Element* signature);
};

}  // namespace straddle
