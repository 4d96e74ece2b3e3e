// QapKernel's function. A kernel header.
#pragma once

#include "field/Fp.h"
#include "kernels/QapKernel.h"

namespace straddle::STRADDLE_ISA {

inline bool evaluateRows(const QapRecords& part, const Element* witness, std::uint32_t wires, Element* a, Element* b) {
  constexpr std::size_t kBytes = 44;
  Element* place = nullptr;
  Fr sum = Fr::zero();
  const auto flush = [&] {
    if (place != nullptr) *place = Fr::add({*place}, sum).e;
  };
  for (std::size_t i = part.first; i < part.first + part.count; ++i) {
    const std::uint8_t* const record = part.records + (part.order == nullptr ? i : part.order[i]) * kBytes;
    std::uint32_t at[3];  // matrix, row, wire
    Element value;
    __builtin_memcpy(at, record, sizeof at);
    __builtin_memcpy(&value, record + sizeof at, sizeof value);
    // The file was checked, but it is a file: nothing that changes in it may lead outside of the arrays.
    if (at[0] > 1 || at[1] < part.firstRow || at[1] >= part.endRow || at[2] >= wires) return false;
    // The value carries R^2 and the witness nothing: their product is in Montgomery form.
    const Fr product = Fr::mul({value}, {witness[at[2]]});
    Element* const here = (at[0] == 0 ? a : b) + at[1];
    if (here == place) {
      sum = Fr::add(sum, product);
    } else {
      flush();
      place = here;
      sum = product;
    }
  }
  flush();
  return true;
}

}  // namespace straddle::STRADDLE_ISA
