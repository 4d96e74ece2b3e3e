#include "setup/ConstraintIndex.h"

namespace straddle {

namespace {

/// A run ends with the constraint that reaches either: what one piece of work takes, and what memory for its output.
constexpr std::uint32_t kRunRows = 4096;
constexpr std::uint64_t kRunTerms = 32768;

}  // namespace

ConstraintIndex indexConstraints(const R1cs& file, const CancelToken& cancel) {
  ConstraintIndex index;
  R1cs::Cursor cursor(file);
  R1cs::Constraint constraint;
  ConstraintIndex::Run* run = nullptr;
  for (std::uint32_t row = 0; cursor.next(constraint); ++row) {
    if (run == nullptr) {
      cancel.check();
      // A sum's count stands before its terms.
      index.runs.push_back({{constraint.a.terms.data - 4, row, 0}, 0, index.terms});
      run = &index.runs.back();
    }
    const std::uint64_t terms = std::uint64_t{constraint.a.count()} + constraint.b.count();
    run->terms += terms;
    index.terms += terms;
    if (++run->constraints.rows >= kRunRows || run->terms + constraint.c.count() >= kRunTerms) run = nullptr;
  }
  return index;
}

}  // namespace straddle
