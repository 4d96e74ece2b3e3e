#include "reduce/Coefficients.h"

#include <algorithm>
#include <utility>

#define STRADDLE_ISA portable
#include "field/Fp.h"

namespace straddle::reduce {

namespace {

using Fr = portable::Fr;
using Id = Coefficients::Id;

constexpr Id kEmpty = 0xffffffff;
constexpr std::size_t kFirstIndex = std::size_t{1} << 10;
/// The tables of results grow with the number of values, as far as the caches go.
constexpr std::size_t kMostResults = std::size_t{1} << 18;
constexpr std::size_t kMostConverted = std::size_t{1} << 12;

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  x ^= x >> 32;
  return x;
}

std::size_t hash(const Element& e) {
  std::uint64_t h = 0;
  for (const std::uint64_t limb : e.limb) h = mix(h ^ limb) + 0x9e3779b97f4a7c15;
  return static_cast<std::size_t>(mix(h));
}

std::size_t hash(Id a, Id b) { return static_cast<std::size_t>(mix(std::uint64_t{a} << 32 | b)); }

}  // namespace

Coefficients::Coefficients() : index_(kFirstIndex, kEmpty), products_(kFirstIndex), sums_(kFirstIndex), converted_(kFirstIndex) {
  intern(Fr::zero().e);
  intern(Fr::one().e);
  intern(Fr::neg(Fr::one()).e);
}

Id Coefficients::intern(const Element& montgomery) {
  const std::size_t mask = index_.size() - 1;
  for (std::size_t at = hash(montgomery) & mask;; at = (at + 1) & mask) {
    const Id id = index_[at];
    if (id == kEmpty) {
      const Id fresh = static_cast<Id>(values_.size());
      values_.push_back(montgomery);
      negated_.push_back(kZero);
      inverses_.push_back(kZero);
      index_[at] = fresh;
      if (2 * values_.size() > index_.size()) growIndex();
      return fresh;
    }
    if (Fr::from(values_[id]) == Fr::from(montgomery)) return id;
  }
}

void Coefficients::growIndex() {
  std::vector<Id> larger(2 * index_.size(), kEmpty);
  const std::size_t mask = larger.size() - 1;
  for (std::size_t id = 0; id < values_.size(); ++id) {
    std::size_t at = hash(values_[id]) & mask;
    while (larger[at] != kEmpty) at = (at + 1) & mask;
    larger[at] = static_cast<Id>(id);
  }
  index_ = std::move(larger);
  // What they held is forgotten: it is only computed again.
  products_.assign(std::min(index_.size(), kMostResults), {});
  sums_.assign(products_.size(), {});
  converted_.assign(std::min(index_.size(), kMostConverted), {});
}

Id Coefficients::fromPlain(const Element& value) {
  const std::size_t at = hash(value);
  const Converted& known = converted_[at & (converted_.size() - 1)];
  if (Fr::from(known.plain) == Fr::from(value)) return known.id;
  const Id id = intern(Fr::fromPlain(value).e);
  converted_[at & (converted_.size() - 1)] = {value, id};
  return id;
}

std::vector<Element> Coefficients::plainValues() const {
  std::vector<Element> plain;
  plain.reserve(values_.size());
  for (const Element& value : values_) plain.push_back(Fr::from(value).toPlain());
  return plain;
}

Id Coefficients::multiply(Id a, Id b) {
  if (a > b) std::swap(a, b);
  if (a == kZero) return kZero;
  if (a == kOne) return b;
  if (a == kMinusOne) return negate(b);
  const std::size_t at = hash(a, b);
  const Result& known = products_[at & (products_.size() - 1)];
  if (known.a == a && known.b == b) return known.result;
  // This may make the table anew: `known` is not to be used after it.
  const Id product = intern(Fr::mul(Fr::from(values_[a]), Fr::from(values_[b])).e);
  products_[at & (products_.size() - 1)] = {a, b, product};
  return product;
}

Id Coefficients::add(Id a, Id b) {
  if (a > b) std::swap(a, b);
  if (a == kZero) return b;
  const std::size_t at = hash(a, b);
  const Result& known = sums_[at & (sums_.size() - 1)];
  if (known.a == a && known.b == b) return known.result;
  const Id sum = intern(Fr::add(Fr::from(values_[a]), Fr::from(values_[b])).e);
  sums_[at & (sums_.size() - 1)] = {a, b, sum};
  return sum;
}

Id Coefficients::negate(Id a) {
  if (a == kZero) return kZero;
  if (negated_[a] == kZero) {
    const Id negative = intern(Fr::neg(Fr::from(values_[a])).e);
    negated_[a] = negative;
    negated_[negative] = a;
  }
  return negated_[a];
}

Id Coefficients::inverse(Id a) {
  if (a == kOne || a == kMinusOne) return a;
  if (inverses_[a] == kZero) {
    const Id inverted = intern(Fr::inverse(Fr::from(values_[a])).e);
    inverses_[a] = inverted;
  }
  return inverses_[a];
}

}  // namespace straddle::reduce
