#include "reduce/Coefficients.h"

#include <utility>

#define STRADDLE_ISA portable
#include "field/Fp.h"

namespace straddle::reduce {

namespace {

using Fr = portable::Fr;
using Id = Coefficients::Id;

constexpr Id kEmpty = 0xffffffff;
constexpr std::size_t kFirstIndex = std::size_t{1} << 16;
constexpr std::size_t kResults = std::size_t{1} << 18;
constexpr std::size_t kConverted = std::size_t{1} << 12;

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

std::size_t place(Id a, Id b) {
  return static_cast<std::size_t>(mix(std::uint64_t{a} << 32 | b)) & (kResults - 1);
}

}  // namespace

Coefficients::Coefficients() : index_(kFirstIndex, kEmpty), products_(kResults), sums_(kResults), converted_(kConverted) {
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
}

Id Coefficients::fromPlain(const Element& value) {
  Converted& known = converted_[hash(value) & (kConverted - 1)];
  if (Fr::from(known.plain) != Fr::from(value)) known = {value, intern(Fr::fromPlain(value).e)};
  return known.id;
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
  Result& known = products_[place(a, b)];
  if (known.a != a || known.b != b) {
    known = {a, b, intern(Fr::mul(Fr::from(values_[a]), Fr::from(values_[b])).e)};
  }
  return known.result;
}

Id Coefficients::add(Id a, Id b) {
  if (a > b) std::swap(a, b);
  if (a == kZero) return b;
  Result& known = sums_[place(a, b)];
  if (known.a != a || known.b != b) {
    known = {a, b, intern(Fr::add(Fr::from(values_[a]), Fr::from(values_[b])).e)};
  }
  return known.result;
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
