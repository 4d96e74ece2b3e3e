#include "setup/LagrangeValues.h"

#include <vector>

#include "field/Bn254.h"
#include "formats/CoreError.h"
#include "ntt/PageBuffer.h"
#include "setup/FieldCalculator.h"

namespace straddle {

namespace {

/// The root of unity of order `size` that snarkjs uses: 5^((r - 1) / size).
Element rootOfUnity(const FieldCalculator& fr, std::size_t size) {
  // (r - 1) / 2^28 is odd; raising to it gives the root of order 2^28, squarings the others.
  detail::Words4 rest = detail::subtract(FrParameters::kModulus, {{1, 0, 0, 0}});
  for (int bit = 0; bit < FrParameters::kTwoAdicity; ++bit) {
    for (int i = 0; i < 4; ++i) rest.w[i] = rest.w[i] >> 1 | (i < 3 ? rest.w[i + 1] << 63 : 0);
  }
  const Element generator = fr.fromSmall(FrParameters::kGenerator);
  Element root = fr.fromSmall(1);
  for (int bit = 255; bit >= 0; --bit) {
    root = fr.mul(root, root);
    if (rest.w[bit >> 6] >> (bit & 63) & 1) root = fr.mul(root, generator);
  }
  for (std::size_t order = std::size_t{1} << FrParameters::kTwoAdicity; order > size; order /= 2) {
    root = fr.mul(root, root);
  }
  return root;
}

}  // namespace

void lagrangeValues(const Kernels& kernels, ThreadPool& pool, const CancelToken& cancel, const LagrangeChoice& choice,
                    const Element& tau, const Element& factor, Element* out) {
  const FieldCalculator fr(kernels);
  const Element root = rootOfUnity(fr, choice.size);
  const Element vanishing = fr.sub(fr.power(tau, choice.size), fr.fromSmall(1));
  const Element scale = fr.mul(fr.mul(vanishing, fr.inverse(fr.fromSmall(choice.size))), factor);
  const Element ratio = fr.power(root, choice.stride);
  std::vector<PageBuffer> scratch;
  for (unsigned worker = 0; worker < pool.size(); ++worker) scratch.emplace_back(kernels.setup.lagrangeScratchBytes);
  pool.parallelRanges(
      choice.count, kLagrangeBatch,
      [&](std::size_t begin, std::size_t end, unsigned worker) {
        const Element start = fr.mul(fr.power(root, choice.first), fr.power(ratio, begin));
        void* const memory = scratch[worker].as<void>();
        if (kernels.setup.lagrange(tau, scale, start, ratio, end - begin, out + begin, memory)) return;
        throw CoreError("CORE_ARGUMENT_INVALID", "tau is a root of unity of the circuit's domain. Choose another one.");
      },
      &cancel);
}

}  // namespace straddle
