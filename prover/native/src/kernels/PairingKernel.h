// Points one at a time, and pairings: what surrounds the multi-scalar multiplications of a proof, and what checks it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "field/Element.h"

namespace straddle {

struct PairingKernel {
  /// Pairings in one product.
  static constexpr std::size_t kMost = 4;

  /// Whether the product of e(g1[i], g2[i]) over `count` (at most kMost) pairs is one. The points are in their groups.
  bool (*productIsOne)(const AffineG1* g1, const AffineG2* g2, std::size_t count);

  /// Whether coordinates are canonical and the point is at infinity or in the group of order r.
  bool (*isG1)(const AffineG1& point);
  bool (*isG2)(const AffineG2& point);
  /// The index of the first of `count` points, packed without alignment, that has a coordinate not below q or is neither
  /// at infinity nor on the curve; `count` if there is none. checkCurveG2 says nothing about the subgroup.
  std::size_t (*checkCurveG1)(const std::uint8_t* points, std::size_t count);
  std::size_t (*checkCurveG2)(const std::uint8_t* points, std::size_t count);

  /// Sum of scalars[i] * points[i] for plain scalars below r; the time does not depend on the scalars' values, but for
  /// exceptional points. For a handful of terms.
  AffineG1 (*combineG1)(const AffineG1* points, const Element* plainScalars, std::size_t count);
  AffineG2 (*combineG2)(const AffineG2* points, const Element* plainScalars, std::size_t count);
  /// The same for scalars that are no secret, of which there may be many.
  AffineG1 (*combinePublicG1)(const AffineG1* points, const Element* plainScalars, std::size_t count);
};

}  // namespace straddle
