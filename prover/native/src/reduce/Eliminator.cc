#include "reduce/Eliminator.h"

#include <algorithm>
#include <utility>

namespace straddle::reduce {

namespace {

/// In terms looked at: some 10 ms.
constexpr std::uint64_t kProgressEvery = 1'000'000;

bool isConstant(const Sum& sum) { return sum.empty() || (sum.size() == 1 && sum[0].wire == 0); }

Coefficients::Id constantOf(const Sum& sum) { return sum.empty() ? Coefficients::kZero : sum[0].coefficient; }

Sum::const_iterator find(const Sum& sum, Wire wire) {
  const auto at = std::lower_bound(sum.begin(), sum.end(), wire, [](const Term& t, Wire w) { return t.wire < w; });
  return at != sum.end() && at->wire == wire ? at : sum.end();
}

}  // namespace

Eliminator::Eliminator(System& system, const Limits& limits, Progress onProgress)
    : system_(system), limits_(limits), onProgress_(std::move(onProgress)), queue_(std::size_t{limits.maxFill} + 1) {}

void Eliminator::run() {
  indexPlaces();
  const auto count = static_cast<std::uint32_t>(system_.constraints());
  for (std::uint32_t i = 0; i < count; ++i) {
    classify(i);
    tellProgress();
  }
  std::uint64_t before = 0;
  do {
    before = eliminated_;
    drainQueue();
    // What was too dear may have become cheaper, as other places of its wires went away.
    std::vector<std::uint32_t> again;
    again.swap(tooDear_);
    for (const std::uint32_t constraint : again) enqueue(constraint);
  } while (eliminated_ != before && !isDone());
}

void Eliminator::drainQueue() {
  while (!isDone()) {
    while (cheapest_ < queue_.size() && queue_[cheapest_].empty()) ++cheapest_;
    if (cheapest_ == queue_.size()) return;
    const std::uint32_t constraint = queue_[cheapest_].back();
    queue_[cheapest_].pop_back();
    process(constraint);
    tellProgress();
  }
}

void Eliminator::tellProgress() {
  if (work_ < workTold_ + kProgressEvery) return;
  workTold_ = work_;
  onProgress_(static_cast<double>(eliminated_) / static_cast<double>(linear_ + 1));
}

void Eliminator::indexPlaces() {
  rowsOf_.resize(system_.wires);
  places_.assign(system_.wires, 0);
  for (const Sum& sum : system_.sums) {
    terms_ += sum.size();
    for (const Term& term : sum) ++places_[term.wire];
  }
  for (Wire wire = 0; wire < system_.wires; ++wire) {
    if (isPrivate(wire)) rowsOf_[wire].reserve(places_[wire]);
  }
  for (std::size_t row = 0; row < system_.sums.size(); ++row) {
    for (const Term& term : system_.sums[row]) {
      if (isPrivate(term.wire)) rowsOf_[term.wire].push_back(static_cast<Row>(row));
    }
  }
}

/// Finds out whether a quadratic constraint has become linear.
void Eliminator::classify(std::uint32_t constraint) {
  const Row first = 3 * constraint;
  if (system_.kinds[constraint] != Kind::kQuadratic) return;
  if (isConstant(system_.sums[first])) return makeLinear(constraint, 0);
  if (isConstant(system_.sums[first + 1])) return makeLinear(constraint, 1);
}

void Eliminator::makeLinear(std::uint32_t constraint, int constantSide) {
  const Row first = 3 * constraint;
  const Row constant = first + static_cast<Row>(constantSide);
  const Row other = first + 1 - static_cast<Row>(constantSide);
  const Coefficients::Id factor = system_.coefficients.negate(constantOf(system_.sums[constant]));
  if (factor != Coefficients::kZero) addMultiple(first + 2, factor, system_.sums[other], kNoWire);
  clear(constant);
  clear(other);
  system_.kinds[constraint] = Kind::kLinear;
  ++linear_;
  enqueue(constraint);
}

void Eliminator::enqueue(std::uint32_t constraint) {
  const Sum& sum = linearSum(constraint);
  const Wire pivot = bestPivot(sum);
  work_ += sum.size();
  const std::uint64_t fill = pivot == kNoWire ? 0 : fillOf(sum, pivot);
  if (fill > limits_.maxFill) {
    tooDear_.push_back(constraint);
    return;
  }
  queue_[fill].push_back(constraint);
  cheapest_ = std::min(cheapest_, static_cast<std::size_t>(fill));
}

/// The private wire in the fewest places; of equals the last, which a circuit defines latest.
Wire Eliminator::bestPivot(const Sum& sum) const {
  Wire best = kNoWire;
  for (const Term& term : sum) {
    if (isPrivate(term.wire) && (best == kNoWire || places_[term.wire] <= places_[best])) best = term.wire;
  }
  return best;
}

/// Most terms that substituting `pivot` can add.
std::uint64_t Eliminator::fillOf(const Sum& sum, Wire pivot) const {
  return std::uint64_t{places_[pivot] - 1} * (sum.size() - 1);
}

void Eliminator::process(std::uint32_t constraint) {
  const Sum& sum = linearSum(constraint);
  if (system_.kinds[constraint] != Kind::kLinear) return;
  if (sum.empty()) {
    system_.kinds[constraint] = Kind::kGone;
    return;
  }
  const Wire pivot = bestPivot(sum);
  work_ += sum.size();
  if (pivot == kNoWire) return;  // about public signals and constants only: stays
  const std::uint64_t fill = fillOf(sum, pivot);
  if (fill > cheapest_) return enqueue(constraint);  // it has grown dearer since it was queued
  if (fill > 0 && terms_ > limits_.maxTerms) return;
  substitute(constraint, pivot);
}

void Eliminator::substitute(std::uint32_t constraint, Wire pivot) {
  Coefficients& coefficients = system_.coefficients;
  const Row own = 3 * constraint + 2;
  definition_ = system_.sums[own];
  clear(own);
  system_.kinds[constraint] = Kind::kGone;
  // c w + D = 0: w = sum of (-1/c) D's terms.
  const auto at = find(definition_, pivot);
  const Coefficients::Id scale = coefficients.negate(coefficients.inverse(at->coefficient));
  for (Term& term : definition_) term.coefficient = coefficients.multiply(scale, term.coefficient);

  targets_.swap(rowsOf_[pivot]);
  std::vector<Row>().swap(rowsOf_[pivot]);
  std::sort(targets_.begin(), targets_.end());
  targets_.erase(std::unique(targets_.begin(), targets_.end()), targets_.end());
  for (const Row row : targets_) {
    const auto term = find(system_.sums[row], pivot);
    if (term != system_.sums[row].end()) addMultiple(row, term->coefficient, definition_, pivot);
  }
  // Only now that the pivot is gone everywhere: a constraint that becomes linear mixes its three sums.
  for (const Row row : targets_) classify(row / 3);
  ++eliminated_;
}

/// Adds factor * sum to a row, both without the wire `without`.
void Eliminator::addMultiple(Row row, Coefficients::Id factor, const Sum& sum, Wire without) {
  Coefficients& coefficients = system_.coefficients;
  Sum& target = system_.sums[row];
  scratch_.clear();
  auto a = target.cbegin();
  auto b = sum.cbegin();
  while (a != target.cend() || b != sum.cend()) {
    if (a != target.cend() && a->wire == without) {
      --places_[without];
      ++a;
    } else if (b != sum.cend() && b->wire == without) {
      ++b;
    } else if (b == sum.cend() || (a != target.cend() && a->wire < b->wire)) {
      scratch_.push_back(*a++);
    } else if (a == target.cend() || b->wire < a->wire) {
      scratch_.push_back({b->wire, coefficients.multiply(factor, b->coefficient)});
      ++places_[b->wire];
      if (isPrivate(b->wire)) rowsOf_[b->wire].push_back(row);
      ++b;
    } else {
      const Coefficients::Id c = coefficients.add(a->coefficient, coefficients.multiply(factor, b->coefficient));
      if (c == Coefficients::kZero) {
        --places_[a->wire];
      } else {
        scratch_.push_back({a->wire, c});
      }
      ++a;
      ++b;
    }
  }
  work_ += target.size() + sum.size();
  terms_ += scratch_.size();
  terms_ -= target.size();
  target.assign(scratch_.cbegin(), scratch_.cend());
}

void Eliminator::clear(Row row) {
  Sum& sum = system_.sums[row];
  for (const Term& term : sum) --places_[term.wire];
  terms_ -= sum.size();
  Sum().swap(sum);
}

}  // namespace straddle::reduce
