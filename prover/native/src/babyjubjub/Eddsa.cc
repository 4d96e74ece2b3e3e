#include "babyjubjub/Eddsa.h"

#include <cstring>
#include <vector>

#include "babyjubjub/KeyTables.h"
#include "babyjubjub/blake512.h"
#include "poseidon/Poseidon.h"

namespace straddle {

namespace {

constexpr int kHashedElements = 5;

struct Tables {
  std::vector<BaseMultiple> base;
  EddsaTables tables;

  Tables() : base(kBaseSize) {
    kernels().eddsa.buildBase(base.data());
    tables = {base.data(), poseidonParameters(kHashedElements)};
  }
};

/// What a seed expands to: the pruned scalar and what nonces are drawn from. Forgets both at its end.
struct Secret {
  std::uint8_t bytes[64];
  Element scalar;

  explicit Secret(const std::uint8_t* seed) {
    blake512(seed, 32, bytes);
    bytes[0] &= 0xf8;
    bytes[31] = static_cast<std::uint8_t>((bytes[31] & 0x7f) | 0x40);
    std::memcpy(scalar.limb, bytes, sizeof scalar.limb);
  }
  ~Secret() {
    forget(bytes, sizeof bytes);
    forget(&scalar, sizeof scalar);
  }
};

}  // namespace

const EddsaTables& eddsaTables() {
  static const Tables built;
  return built.tables;
}

void verifyEddsa(const Kernels& kernels, const SignatureCheck* checks, std::size_t count, std::uint8_t* verdicts) {
  // Those by keys that have a table first, the others after them.
  thread_local KeyTables known;
  known.nextRound();
  std::vector<SignatureCheck> ordered;
  std::vector<KeyTable> keys;
  std::vector<std::size_t> places, others;
  for (std::size_t i = 0; i < count; ++i) {
    const KeyTable table = known.use(kernels, checks[i].keyX, checks[i].keyY);
    if (table == nullptr) {
      others.push_back(i);
      continue;
    }
    ordered.push_back(checks[i]);
    keys.push_back(table);
    places.push_back(i);
  }
  for (const std::size_t i : others) ordered.push_back(checks[i]);
  std::vector<std::uint8_t> found(count);
  kernels.eddsa.verifyKnown(eddsaTables(), ordered.data(), keys.data(), keys.size(), found.data());
  kernels.eddsa.verify(eddsaTables(), ordered.data() + keys.size(), others.size(), found.data() + keys.size());
  places.insert(places.end(), others.begin(), others.end());
  for (std::size_t i = 0; i < count; ++i) verdicts[places[i]] = found[i];
}

void eddsaPublicKey(const Kernels& kernels, const std::uint8_t* seed, Element* key) {
  const Secret secret(seed);
  kernels.eddsa.publicKey(eddsaTables(), secret.scalar, key);
}

void signEddsa(const Kernels& kernels, const std::uint8_t* seed, const Element& message, Element* signature) {
  const Secret secret(seed);
  std::uint8_t input[64], hash[64];
  std::uint64_t nonce[8];
  std::memcpy(input, secret.bytes + 32, 32);
  std::memcpy(input + 32, message.limb, 32);
  blake512(input, sizeof input, hash);
  std::memcpy(nonce, hash, sizeof nonce);
  kernels.eddsa.sign(eddsaTables(), secret.scalar, nonce, message, signature);
  forget(input, sizeof input);
  forget(hash, sizeof hash);
  forget(nonce, sizeof nonce);
}

}  // namespace straddle
