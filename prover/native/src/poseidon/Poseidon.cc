#include "poseidon/Poseidon.h"

#include <mutex>
#include <vector>

namespace straddle {

namespace {

struct Derived {
  std::once_flag once;
  std::vector<Element> constants;
  std::vector<std::uint64_t> words52;
  PoseidonParameters parameters{};
};

void derive(int width, Derived& derived) {
  const PoseidonLayout layout(width);
  derived.constants.resize(layout.size());
  derived.words52.resize(5 * layout.size());
  std::vector<Element> scratch(3 * layout.squared());
  kernels().poseidon.derive(width, derived.constants.data(), derived.words52.data(), scratch.data());
  derived.parameters = {width, derived.constants.data(), derived.words52.data()};
}

}  // namespace

const PoseidonParameters& poseidonParameters(int inputs) {
  static Derived widths[kPoseidonMaxInputs];
  Derived& derived = widths[inputs - 1];
  std::call_once(derived.once, [&] { derive(inputs + 1, derived); });
  return derived.parameters;
}

void poseidonHash(const Kernels& kernels, int inputs, const Element* values, std::size_t count, Element* out) {
  kernels.poseidon.hash(poseidonParameters(inputs), values, count, out);
}

}  // namespace straddle
