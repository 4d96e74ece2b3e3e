#pragma once

#include <cstddef>
#include <vector>

#include "field/Element.h"
#include "kernels/Kernels.h"
#include "ntt/PageBuffer.h"
#include "parallel/ThreadPool.h"

namespace straddle {

/// Transforms over Fr for one size, with the roots of unity that snarkjs takes: the root of order 2^k is
/// 5^((r - 1) / 2^k).
///
/// The n values are a matrix of R rows and C columns, value r C + c in row r and column c (the "four-step" transform:
/// Gentleman, Sande 1966; Bailey 1990). Interpolating transforms the columns, multiplies by w^-(c k), and transforms the
/// rows; the coefficients come out in bit-reversed order. Evaluating does the same backwards. So each value passes through
/// memory twice for each direction, and the two passes in the middle of interpolate-shift-evaluate are one. Every pass
/// copies a few lines into scratch memory that stays in the cache of its core.
class Ntt {
 public:
  static constexpr unsigned kLargestLog = 28;

  /// For 2^logSize values, logSize at most kLargestLog. Makes the tables: about 3 sqrt(n) elements.
  Ntt(const Kernels& kernels, unsigned logSize);

  std::size_t size() const { return std::size_t{1} << logSize_; }

  /// From the values of polynomials at the powers of w to those at the powers of w times the square root of w (for 2^28
  /// values: times 25), which is where the quotient of a .zkey is evaluated. In place. The results are only for
  /// joinQuotient.
  void toCoset(ThreadPool& pool, Element* const* polynomials, std::size_t count, const CancelToken* cancel) const;
  /// a <- a b - c as plain integers, of toCoset's results.
  void joinQuotient(ThreadPool& pool, Element* a, const Element* b, const Element* c, const CancelToken* cancel) const;
  /// out <- a b, pointwise, of external elements. out may be one of them.
  void multiply(ThreadPool& pool, const Element* a, const Element* b, Element* out, const CancelToken* cancel) const;

  /// Coefficients to values, or back, both in natural order, in place.
  void evaluate(ThreadPool& pool, Element* data, const CancelToken* cancel) const;
  void interpolate(ThreadPool& pool, Element* data, const CancelToken* cancel) const;

 private:
  using Elements = std::vector<Element>;

  void makeTables();
  Element multiplied(const Element& a, const Element& b) const;
  Element power(const Element& base, std::size_t exponent) const;
  Elements powers(const Element& first, const Element& ratio, std::size_t count) const;
  std::vector<PageBuffer> scratch(const ThreadPool& pool) const;
  NttMatrix columnsOf(Element* data) const { return {data, std::size_t{1} << logColumns_, logRows_}; }
  void columnPass(ThreadPool& pool, std::vector<PageBuffer>& scratch, Element* const* polynomials, std::size_t count,
                  bool isEvaluation, const CancelToken* cancel) const;
  void rowPass(ThreadPool& pool, std::vector<PageBuffer>& scratch, Element* const* polynomials, std::size_t count,
               NttRows what, const CancelToken* cancel) const;
  void bitReverse(Element* data) const;
  bool isSmall() const { return logSize_ < 6; }
  /// sum of data[i] (first root^j)^i at place j, times factor, by definition.
  void transformSmall(Element* data, const Element& first, const Element& root, const Element& factor) const;

  const Kernels& kernels_;
  const unsigned logSize_, logRows_, logColumns_;
  Element one_, root_, inverseRoot_, shift_, inverseSize_;

  /// w^-1's powers in bit-reversed order, for interpolating.
  PageBuffer blockRoots_;
  /// Entry m / 2 + j is the j-th power of the root of order m; in the second, of the rows' shifted points.
  PageBuffer levelRoots_, shiftedLevelRoots_;
  /// w^-c of column c; w^k and shift^k / n of the row with frequency k, in the rows' order.
  Elements columnRoots_, rowRoots_, rowFactors_;
};

}  // namespace straddle
