// QapKernel's function. A kernel header.
#pragma once

#include "field/Lanes.h"
#include "kernels/QapKernel.h"

namespace straddle::STRADDLE_ISA {

/// Records that are multiplied together, and how far ahead their witness values are fetched: they are anywhere in memory.
inline constexpr std::size_t kQapBatch = 8;
inline constexpr std::size_t kQapAhead = 16;

class RowEvaluator {
 public:
  RowEvaluator(const QapRecords& part, const Element* witness, std::uint32_t wires, Element* a, Element* b)
      : part_(part), witness_(witness), wires_(wires), a_(a), b_(b) {}

  bool run() {
    for (std::size_t done = 0; done < part_.count; done += kQapBatch) {
      const std::size_t left = part_.count - done;
      if (!evaluateBatch(part_.first + done, left < kQapBatch ? left : kQapBatch)) return false;
    }
    flush();
    return true;
  }

 private:
  const std::uint8_t* recordAt(std::size_t index) const {
    constexpr std::size_t kBytes = 44;
    return part_.records + (part_.order == nullptr ? index : part_.order[index]) * kBytes;
  }

  bool evaluateBatch(std::size_t first, std::size_t count) {
    Element values[kQapBatch], products[kQapBatch];
    const Element* wires[kQapBatch];
    Element* places[kQapBatch];
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t* const record = recordAt(first + i);
      std::uint32_t at[3];  // matrix, row, wire
      __builtin_memcpy(at, record, sizeof at);
      // The file was checked, but it is a file: nothing that changes in it may lead outside of the arrays.
      if (at[0] > 1 || at[1] < part_.firstRow || at[1] >= part_.endRow || at[2] >= wires_) return false;
      __builtin_memcpy(&values[i], record + sizeof at, sizeof values[i]);
      wires[i] = witness_ + at[2];
      places[i] = (at[0] == 0 ? a_ : b_) + at[1];
      prefetch(first + i + kQapAhead);
    }
    for (std::size_t i = count; i < kQapBatch; ++i) {
      values[i] = Element{};
      wires[i] = witness_;
    }
    multiply(values, wires, products);
    for (std::size_t i = 0; i < count; ++i) addProduct(places[i], {products[i]});
    return true;
  }

  void prefetch(std::size_t index) const {
    if (index >= part_.first + part_.count) return;
    std::uint32_t wire;
    __builtin_memcpy(&wire, recordAt(index) + 8, sizeof wire);
    if (wire < wires_) __builtin_prefetch(witness_ + wire);
  }

  /// A value carries 2^512 and a witness value nothing: their Montgomery product carries 2^256, as it should.
  static void multiply(const Element* values, const Element* const* wires, Element* products) {
    for (std::size_t i = 0; i < kQapBatch; i += FrLanes::kCount) {
      const FrLanes product = mul(FrLanes::load(values + i), FrLanes::gatherPacked(wires + i));
      canonical(product).storePacked(products + i);
    }
  }

  /// Neighbours in one place are added up before they are added to it.
  void addProduct(Element* place, const Fr& product) {
    if (place == place_) {
      sum_ = Fr::add(sum_, product);
      return;
    }
    flush();
    place_ = place;
    sum_ = product;
  }

  void flush() {
    if (place_ != nullptr) *place_ = Fr::add({*place_}, sum_).e;
  }

  const QapRecords& part_;
  const Element* const witness_;
  const std::uint32_t wires_;
  Element* const a_;
  Element* const b_;
  Element* place_ = nullptr;
  Fr sum_ = Fr::zero();
};

inline bool evaluateRows(const QapRecords& part, const Element* witness, std::uint32_t wires, Element* a, Element* b) {
  return RowEvaluator(part, witness, wires, a, b).run();
}

}  // namespace straddle::STRADDLE_ISA
