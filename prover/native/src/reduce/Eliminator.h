// Elimination of linear constraints, wires included.
//
// Why the result states the same (soundness and completeness). Call a step one of
//
//   1. substitution: a linear constraint says  c w + D = 0  with c not 0, w a private wire, D a sum without w. Everywhere
//      else w is replaced by -D/c, and the constraint is set aside as the definition of w;
//   2. renaming of kind: a constraint whose A (or B) has become a constant a is written as the linear a B - C = 0;
//   3. removal of 0 = 0, and of a constraint that is equal to another one which stays.
//
// Steps 2 and 3 leave the set of solutions as it is. Step 1 does so too as long as the definition is kept: modulo the
// definition, a constraint before and after substitution are equal as polynomials, and the definition itself stays. After
// it w occurs in no constraint but its definition, and later steps never look at definitions, nor do they bring w back,
// since no sum that is substituted contains an eliminated wire. So, by induction, the solutions of the original system
// are those of (remaining constraints + definitions), and the definitions, taken last to first, give each eliminated wire
// exactly one value for every value of the others. Hence: the solutions of the remaining constraints are exactly the
// projections of the original solutions to the wires that remain, and each extends uniquely to the eliminated wires (and
// freely to wires in which no constraint is interested, which are dropped too). In particular every statement about the
// public signals that could be proved before can be proved now, and no other.
//
// Wire 0 and public signals are never eliminated. A constraint that can no longer hold (0 = c) is kept.
//
// Order (Markowitz 1957): always the constraint whose substitution can bring the fewest new terms, (terms - 1) times
// (other places of w), with w its wire in the fewest places. A substitution that would bring more than `maxFill` terms
// is not made; the constraint then stays, which is sound. All choices depend on the input alone, never on addresses or
// threads, so equal inputs give equal bytes.
#pragma once

#include <cstdint>
#include <vector>

#include "reduce/Progress.h"
#include "reduce/System.h"

namespace straddle::reduce {

struct Limits {
  /// Most terms that one elimination may add. A term costs a prover one multiplication, a constraint and its wire about
  /// five points in multi-scalar multiplications, or several hundred. On our circuits 4,000 leaves no linear constraint,
  /// as circom's --O2 does, at 73 terms for each of the last 2%.
  std::uint32_t maxFill = 4'000;
  /// No substitution that adds terms is made when there are this many: bounds memory, also for hostile systems.
  std::uint64_t maxTerms = 200'000'000;
  /// Terms looked at, after which nothing more is eliminated: bounds time. Some 10 ns each.
  std::uint64_t maxWork = 20'000'000'000;
};

class Eliminator {
 public:
  Eliminator(System& system, const Limits& limits, Progress onProgress);

  /// Eliminates to the fixed point.
  void run();

  std::uint64_t eliminated() const { return eliminated_; }

 private:
  using Row = std::uint32_t;  // 3 * constraint + side
  static constexpr Wire kNoWire = 0xffffffff;

  bool isPrivate(Wire wire) const { return wire > system_.publicSignals(); }
  Sum& linearSum(std::uint32_t constraint) { return system_.sums[3 * std::size_t{constraint} + 2]; }

  void indexPlaces();
  void drainQueue();
  void classify(std::uint32_t constraint);
  void makeLinear(std::uint32_t constraint, int constantSide);
  void enqueue(std::uint32_t constraint);
  Wire bestPivot(const Sum& sum) const;
  std::uint64_t fillOf(const Sum& sum, Wire pivot) const;
  void process(std::uint32_t constraint);
  void substitute(std::uint32_t constraint, Wire pivot);
  void addMultiple(Row row, Coefficients::Id factor, const Sum& sum, Wire without);
  void clear(Row row);
  void tellProgress();
  bool isDone() const { return work_ > limits_.maxWork; }

  System& system_;
  const Limits limits_;
  const Progress onProgress_;
  /// For each private wire the sums in which it may stand, and in how many it does.
  std::vector<std::vector<Row>> rowsOf_;
  std::vector<std::uint32_t> places_;
  /// Linear constraints by the terms that they would have added when they were put there.
  std::vector<std::vector<std::uint32_t>> queue_;
  std::size_t cheapest_ = 0;
  std::vector<std::uint32_t> tooDear_;
  Sum scratch_;
  Sum definition_;
  std::vector<Row> targets_;
  std::uint64_t terms_ = 0;
  std::uint64_t work_ = 0;
  std::uint64_t workTold_ = 0;
  std::uint64_t eliminated_ = 0;
  std::uint64_t linear_ = 0;
};

}  // namespace straddle::reduce
