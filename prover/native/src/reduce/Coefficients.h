// Coefficients of a constraint system, each value stored once and named by a 32-bit number.
//
// Circuits repeat their templates, so a million constraints have some ten thousand different coefficients, and the same
// pairs are multiplied again and again: small direct-mapped tables of results make the common product a lookup.
#pragma once

#include <cstdint>
#include <vector>

#include "field/Element.h"

namespace straddle::reduce {

class Coefficients {
 public:
  using Id = std::uint32_t;
  static constexpr Id kZero = 0;
  static constexpr Id kOne = 1;
  static constexpr Id kMinusOne = 2;

  Coefficients();

  /// The number of a plain value (not in Montgomery form), which must be below the modulus.
  Id fromPlain(const Element& value);
  /// All plain values, by number.
  std::vector<Element> plainValues() const;

  Id multiply(Id a, Id b);
  Id add(Id a, Id b);
  Id negate(Id a);
  /// 1/a; a must not be zero.
  Id inverse(Id a);

  std::size_t size() const { return values_.size(); }

 private:
  struct Result {
    Id a = 0, b = 0, result = 0;
  };
  struct Converted {
    Element plain{};
    Id id = 0;
  };

  Id intern(const Element& montgomery);
  void growIndex();

  std::vector<Element> values_;  // Montgomery form
  std::vector<Id> negated_;      // 0 where not yet known, as in inverses_
  std::vector<Id> inverses_;
  std::vector<Id> index_;        // open addressing over values_; kEmpty where free
  std::vector<Result> products_;
  std::vector<Result> sums_;
  std::vector<Converted> converted_;
};

}  // namespace straddle::reduce
