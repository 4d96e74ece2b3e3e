#include "ntt/Ntt.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "field/Bn254.h"

namespace straddle {

namespace {

using detail::Words4;

constexpr std::size_t kGrain = 4096;

std::size_t reversed(std::size_t value, unsigned bits) {
  std::size_t result = 0;
  for (unsigned bit = 0; bit < bits; bit++) result |= (value >> bit & 1) << (bits - 1 - bit);
  return result;
}

Element elementOf(const Words4& words) { return {{words.w[0], words.w[1], words.w[2], words.w[3]}}; }

/// (r - 1) / 2^k, k below 64.
Words4 cofactor(unsigned k) {
  const Words4 m = detail::subtract(FrParameters::kModulus, {{1, 0, 0, 0}});
  Words4 result{};
  for (int i = 0; i < 4; i++) {
    const std::uint64_t above = i < 3 ? m.w[i + 1] : 0;
    result.w[i] = k == 0 ? m.w[i] : m.w[i] >> k | above << (64 - k);
  }
  return result;
}

}  // namespace

Ntt::Ntt(const Kernels& kernels, unsigned logSize)
    : kernels_(kernels), logSize_(logSize), logRows_(logSize / 2), logColumns_(logSize - logSize / 2) {
  if (logSize > kLargestLog) throw std::logic_error("Ntt: no root of unity of this order");
  one_ = elementOf(FrParameters::kOne);
  const auto field = [&](FieldOperation operation, const Element& a) {
    Element result;
    kernels_.field.scalar(Field::fr, operation, &a, &a, &result, 1);
    return result;
  };
  const Element generator = field(FieldOperation::toMontgomery, {{FrParameters::kGenerator, 0, 0, 0}});
  const auto rootOfOrder = [&](unsigned log) {
    const Words4 exponent = cofactor(log);
    Element result = one_;
    for (int bit = 255; bit >= 0; bit--) {
      result = multiplied(result, result);
      if (exponent.w[bit / 64] >> (bit % 64) & 1) result = multiplied(result, generator);
    }
    return result;
  };
  root_ = rootOfOrder(logSize);
  shift_ = logSize == kLargestLog ? multiplied(generator, generator) : rootOfOrder(logSize + 1);
  inverseRoot_ = field(FieldOperation::inverse, root_);
  inverseSize_ = field(FieldOperation::inverse, field(FieldOperation::toMontgomery, {{size(), 0, 0, 0}}));
  if (!isSmall()) makeTables();
}

Element Ntt::multiplied(const Element& a, const Element& b) const {
  Element result;
  kernels_.field.scalar(Field::fr, FieldOperation::mul, &a, &b, &result, 1);
  return result;
}

Element Ntt::power(const Element& base, std::size_t exponent) const {
  Element result = one_;
  for (int bit = 63; bit >= 0; bit--) {
    result = multiplied(result, result);
    if (exponent >> bit & 1) result = multiplied(result, base);
  }
  return result;
}

Ntt::Elements Ntt::powers(const Element& first, const Element& ratio, std::size_t count) const {
  Elements result(count);
  kernels_.ntt.powers(first, ratio, result.data(), count);
  return result;
}

void Ntt::makeTables() {
  const std::size_t rows = std::size_t{1} << logRows_, columns = std::size_t{1} << logColumns_;
  const auto table = [&](const Elements& values) {
    PageBuffer buffer(values.size() * kernels_.ntt.tableEntryBytes);
    kernels_.ntt.fillTable(values.data(), buffer.as<void>(), values.size());
    return buffer;
  };
  // There are at least as many columns as rows, and both tables begin with those of every smaller length.
  const std::size_t length = columns;
  const Elements inverses = powers(one_, power(inverseRoot_, size() / length), length / 2);
  Elements blocks(length / 2);
  for (std::size_t i = 0; i < blocks.size(); i++) blocks[i] = inverses[reversed(i, logColumns_ - 1)];
  blockRoots_ = table(blocks);
  const auto levels = [&](const Element& shift) {
    Elements values(length, one_);
    for (std::size_t m = 2; m <= length; m *= 2) {
      const Elements level = powers(power(shift, length / m), power(root_, size() / m), m / 2);
      std::copy(level.begin(), level.end(), values.begin() + static_cast<std::ptrdiff_t>(m / 2));
    }
    return values;
  };
  levelRoots_ = table(levels(one_));
  shiftedLevelRoots_ = table(levels(power(shift_, rows)));
  columnRoots_ = powers(one_, inverseRoot_, columns);
  const Elements roots = powers(one_, root_, rows), factors = powers(inverseSize_, shift_, rows);
  rowRoots_.resize(rows);
  rowFactors_.resize(rows);
  for (std::size_t row = 0; row < rows; row++) {
    rowRoots_[row] = roots[reversed(row, logRows_)];
    rowFactors_[row] = factors[reversed(row, logRows_)];
  }
}

std::vector<PageBuffer> Ntt::scratch(const ThreadPool& pool) const {
  std::vector<PageBuffer> buffers;
  for (unsigned i = 0; i < pool.size(); i++) buffers.emplace_back(kernels_.ntt.scratchBytes << logColumns_, true);
  return buffers;
}

void Ntt::columnPass(ThreadPool& pool, std::vector<PageBuffer>& scratch, Element* const* polynomials,
                     std::size_t count, bool isEvaluation, const CancelToken* cancel) const {
  const std::size_t groups = (std::size_t{1} << logColumns_) / kNttGroup;
  const auto one = [&](std::size_t index, unsigned worker) {
    const NttMatrix matrix = columnsOf(polynomials[index / groups]);
    const std::size_t first = index % groups * kNttGroup;
    void* const memory = scratch[worker].as<void>();
    if (isEvaluation) {
      kernels_.ntt.evaluateColumns(matrix, first, levelRoots_.as<void>(), memory);
    } else {
      kernels_.ntt.interpolateColumns(matrix, first, blockRoots_.as<void>(), &columnRoots_[first], memory);
    }
  };
  pool.parallelFor(groups * count, one, cancel);
}

void Ntt::rowPass(ThreadPool& pool, std::vector<PageBuffer>& scratch, Element* const* polynomials, std::size_t count,
                  NttRows what, const CancelToken* cancel) const {
  const std::size_t groups = (std::size_t{1} << logRows_) / kNttGroup;
  const bool isShifted = what == NttRows::both;
  const auto one = [&](std::size_t index, unsigned worker) {
    const NttMatrix matrix{polynomials[index / groups], std::size_t{1} << logColumns_, logColumns_};
    const std::size_t first = index % groups * kNttGroup;
    kernels_.ntt.transformRows(matrix, first, what, blockRoots_.as<void>(),
                               (isShifted ? shiftedLevelRoots_ : levelRoots_).as<void>(),
                               isShifted ? &rowFactors_[first] : nullptr, &rowRoots_[first],
                               scratch[worker].as<void>());
  };
  pool.parallelFor(groups * count, one, cancel);
}

void Ntt::toCoset(ThreadPool& pool, Element* const* polynomials, std::size_t count, const CancelToken* cancel) const {
  if (isSmall()) {
    for (std::size_t i = 0; i < count; i++) {
      transformSmall(polynomials[i], one_, inverseRoot_, inverseSize_);
      transformSmall(polynomials[i], shift_, root_, one_);
    }
    return;
  }
  std::vector<PageBuffer> buffers = scratch(pool);
  columnPass(pool, buffers, polynomials, count, false, cancel);
  rowPass(pool, buffers, polynomials, count, NttRows::both, cancel);
  columnPass(pool, buffers, polynomials, count, true, cancel);
}

void Ntt::joinQuotient(ThreadPool& pool, Element* a, const Element* b, const Element* c,
                       const CancelToken* cancel) const {
  if (size() < kNttGroup || isSmall()) {
    kernels_.field.scalar(Field::fr, FieldOperation::mul, a, b, a, size());
    kernels_.field.scalar(Field::fr, FieldOperation::sub, a, c, a, size());
    kernels_.field.scalar(Field::fr, FieldOperation::fromMontgomery, a, a, a, size());
    return;
  }
  pool.parallelRanges(
      size(), kGrain,
      [&](std::size_t begin, std::size_t end, unsigned) {
        kernels_.ntt.joinQuotient(a + begin, b + begin, c + begin, a + begin, end - begin);
      },
      cancel);
}

void Ntt::multiply(ThreadPool& pool, const Element* a, const Element* b, Element* out,
                   const CancelToken* cancel) const {
  if (isSmall()) {
    kernels_.field.scalar(Field::fr, FieldOperation::mul, a, b, out, size());
    return;
  }
  pool.parallelRanges(
      size(), kGrain,
      [&](std::size_t begin, std::size_t end, unsigned) {
        kernels_.ntt.multiply(a + begin, b + begin, out + begin, end - begin);
      },
      cancel);
}

void Ntt::evaluate(ThreadPool& pool, Element* data, const CancelToken* cancel) const {
  if (isSmall()) return transformSmall(data, one_, root_, one_);
  std::vector<PageBuffer> buffers = scratch(pool);
  bitReverse(data);
  rowPass(pool, buffers, &data, 1, NttRows::evaluate, cancel);
  columnPass(pool, buffers, &data, 1, true, cancel);
  kernels_.ntt.makeExternal(data, size());
}

void Ntt::interpolate(ThreadPool& pool, Element* data, const CancelToken* cancel) const {
  if (isSmall()) return transformSmall(data, one_, inverseRoot_, inverseSize_);
  std::vector<PageBuffer> buffers = scratch(pool);
  columnPass(pool, buffers, &data, 1, false, cancel);
  rowPass(pool, buffers, &data, 1, NttRows::interpolate, cancel);
  bitReverse(data);
  kernels_.ntt.makeExternal(data, size());
  const Elements factors(kNttGroup, inverseSize_);
  for (std::size_t i = 0; i < size(); i += kNttGroup) {
    kernels_.ntt.multiply(data + i, factors.data(), data + i, kNttGroup);
  }
}

void Ntt::bitReverse(Element* data) const {
  for (std::size_t i = 0; i < size(); i++) {
    const std::size_t j = reversed(i, logSize_);
    if (i < j) std::swap(data[i], data[j]);
  }
}

void Ntt::transformSmall(Element* data, const Element& first, const Element& root, const Element& factor) const {
  const Elements input(data, data + size());
  Element point = first;
  for (std::size_t j = 0; j < size(); j++) {
    Element sum{};
    Element place = factor;
    for (const Element& coefficient : input) {
      const Element term = multiplied(coefficient, place);
      kernels_.field.scalar(Field::fr, FieldOperation::add, &sum, &term, &sum, 1);
      place = multiplied(place, point);
    }
    data[j] = sum;
    point = multiplied(point, root);
  }
}

}  // namespace straddle
