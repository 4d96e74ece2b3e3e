#pragma once

#include <cstddef>

#include "kernels/Kernels.h"
#include "parallel/CancelToken.h"
#include "parallel/ThreadPool.h"

namespace straddle {

/// Which of the Lagrange basis polynomials of the `size`-th roots of unity: the first, first + stride, ...
struct LagrangeChoice {
  /// A power of two up to 2^28.
  std::size_t size;
  std::size_t first;
  std::size_t stride;
  std::size_t count;
};

/// Writes factor * L_i(tau) for each chosen i, L_i(tau) = (tau^size - 1) / size * w^i / (tau - w^i). tau and factor are in
/// Montgomery form; the results are where factor is, and plain if factor is plain.
/// Throws CoreError CORE_ARGUMENT_INVALID if tau is a root of unity of this order.
void lagrangeValues(const Kernels& kernels, ThreadPool& pool, const CancelToken& cancel, const LagrangeChoice& choice,
                    const Element& tau, const Element& factor, Element* out);

}  // namespace straddle
