// Field operations over arrays: what tests compare with plain integers, and what glue code needs here and there.
#pragma once

#include <cstddef>

#include "field/Element.h"

namespace straddle {

enum class Field { fq, fr };
enum class FieldOperation { add, sub, mul, sqr, neg, inverse, toMontgomery, fromMontgomery };

struct FieldKernel {
  /// out[i] = a[i] op b[i] on external elements, one at a time; b is not read by operations of one operand. out may be a
  /// or b.
  void (*scalar)(Field field, FieldOperation operation, const Element* a, const Element* b, Element* out,
                 std::size_t count);
  /// The same through the vector unit; count must be a multiple of 8. inverse, toMontgomery and fromMontgomery are not
  /// offered. Inputs are canonical.
  void (*lanes)(Field field, FieldOperation operation, const Element* a, const Element* b, Element* out,
                std::size_t count);
};

}  // namespace straddle
