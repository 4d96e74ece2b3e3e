#include "reduce/readSystem.h"

#include <algorithm>
#include <cstring>

#include "formats/CoreError.h"

namespace straddle::reduce {

namespace {

/// Rows, three a constraint, are numbered in 32 bits.
constexpr std::uint32_t kMostConstraints = 1u << 30;
constexpr std::uint32_t kProgressEvery = 4096;

void checkSizes(const R1cs& file) {
  if (file.constraints() > kMostConstraints) {
    throw CoreError("SETUP_R1CS_UNSUPPORTED", "The circuit has more than 2^30 constraints. Split it.");
  }
  // Memory is reserved for every wire, so a number in a header must not be enough to ask for all of it.
  if (file.wireLabels().count == 0 && file.wires() > file.constraintBytes() + file.publicSignals() + 1) {
    throw CoreError("SETUP_R1CS_INVALID",
                    "The constraint system has more wires than its constraints could name. Compile the circuit again.");
  }
}

/// Brings terms into the canonical form of a Sum.
void normalise(Sum& sum, Coefficients& coefficients) {
  const auto byWire = [](const Term& a, const Term& b) { return a.wire < b.wire; };
  if (!std::is_sorted(sum.begin(), sum.end(), byWire)) std::stable_sort(sum.begin(), sum.end(), byWire);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sum.size();) {
    Term term = sum[i++];
    while (i < sum.size() && sum[i].wire == term.wire) {
      term.coefficient = coefficients.add(term.coefficient, sum[i++].coefficient);
    }
    if (term.coefficient != Coefficients::kZero) sum[kept++] = term;
  }
  sum.resize(kept);
}

Sum readSum(const R1cs::Sum& view, Coefficients& coefficients) {
  Sum sum;
  sum.reserve(view.count());
  for (std::size_t i = 0; i < view.count(); ++i) {
    Element value;
    std::memcpy(value.limb, view.coefficient(i), sizeof value.limb);
    sum.push_back({view.wire(i), coefficients.fromPlain(value)});
  }
  normalise(sum, coefficients);
  return sum;
}

void readLabels(const R1cs& file, System& system) {
  const RecordView labels = file.wireLabels();
  system.labelOfWire.resize(labels.count);
  if (labels.count > 0) std::memcpy(system.labelOfWire.data(), labels.data, labels.bytes());
}

}  // namespace

System readSystem(const R1cs& file, const Progress& onProgress) {
  checkSizes(file);
  System system;
  system.wires = file.wires();
  system.publicOutputs = file.publicOutputs();
  system.publicInputs = file.publicInputs();
  system.privateInputs = file.privateInputs();
  system.labels = file.labels();
  system.sums.reserve(3 * std::size_t{file.constraints()});
  R1cs::Cursor cursor(file);
  R1cs::Constraint constraint;
  for (std::uint32_t i = 0; cursor.next(constraint); ++i) {
    for (const R1cs::Sum& side : {constraint.a, constraint.b, constraint.c}) {
      system.sums.push_back(readSum(side, system.coefficients));
    }
    if (i % kProgressEvery == 0) onProgress(static_cast<double>(i) / file.constraints());
  }
  system.kinds.assign(file.constraints(), Kind::kQuadratic);
  readLabels(file, system);
  return system;
}

}  // namespace straddle::reduce
