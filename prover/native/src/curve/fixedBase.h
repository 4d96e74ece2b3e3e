// Multiples of a fixed point by a table of its multiples. A kernel header.
//
// A scalar is written in signed digits of w bits, and the table holds d * 2^(w k) * base for each window k and d from 1 to
// 2^(w-1); a multiple is the sum of one entry (or its negative) a window (Brickell, Gordon, McCurley, Wilson, "Fast
// exponentiation with precomputation", EUROCRYPT 92). A batch of scalars goes through the windows in step: the additions of
// one window are affine and share one inversion (Montgomery's trick), which makes each six multiplications.
//
// Where the affine formula does not hold: a digit 0 adds nothing, the first entry of a sum is copied, and a sum that meets
// its own x coordinate makes the product of the batch zero. That happens to no more than a few scalars in all of the field
// (those whose last digit's part is congruent to the rest), but it does: such a scalar is taken out and multiplied slowly.
#pragma once

#include "curve/groups.h"
#include "curve/quickInverse.h"
#include "kernels/FixedBaseKernel.h"

namespace straddle::STRADDLE_ISA {

/// Bounds, in multiples of the modulus (field/Lanes.h): a table's coordinates are at most 2; of a running sum x at most 2,
/// y at most 4; everything that is a product's left operand at most 2.
template <class G>
class FixedBase {
  using F = typename G::Lanes;
  using Scalar = typename G::Scalar;
  using Point = Affine<Scalar>;
  static constexpr int kLanes = F::kCount;
  static constexpr int kPointElements = G::kElements;
  static constexpr std::size_t kGroups = kFixedBaseBatch / kLanes;
  /// Chains of products in flight, so that one multiplication's latency hides behind the other.
  static constexpr int kChains = 2;

  /// Groups between the prefetch of an entry and its use.
  static constexpr std::size_t kAhead = 16 / kLanes;

  struct Scratch {
    F x[kGroups], y[kGroups], before[kGroups];
    const Element* entries[kFixedBaseBatch];
    /// Lanes that add their entry, take it as it is, take its negative.
    LaneMask adds[kGroups], copies[kGroups], negatives[kGroups];
    unsigned char carries[kFixedBaseBatch], begun[kFixedBaseBatch], outcast[kFixedBaseBatch];
    Element spare[kPointElements];
  };

 public:
  static constexpr FixedBaseGroup functions() {
    return {kPointElements * sizeof(Element), sizeof(Scratch), beginTable, fillWindow, multiply};
  }

 private:
  static Element* entryOf(void* table, std::size_t index) { return static_cast<Element*>(table) + index * kPointElements; }
  static const Element* entryOf(const void* table, std::size_t index) {
    return static_cast<const Element*>(table) + index * kPointElements;
  }

  static Point readEntry(const Element* entry) {
    const Element* places[kLanes];
    for (int lane = 0; lane < kLanes; ++lane) places[lane] = entry;
    F x, y;
    G::loadPacked(places, x, y);
    Scalar xs[kLanes], ys[kLanes];
    G::scatterScalars(x, xs);
    G::scatterScalars(y, ys);
    return {xs[0], ys[0]};
  }

  static void writeEntry(const Point& point, Element* entry) {
    Element spare[kPointElements];
    Element* places[kLanes];
    Scalar xs[kLanes], ys[kLanes];
    for (int lane = 0; lane < kLanes; ++lane) {
      places[lane] = lane == 0 ? entry : spare;
      xs[lane] = point.x;
      ys[lane] = point.y;
    }
    G::storePacked(places, reduced(G::gatherScalars(xs)), reduced(G::gatherScalars(ys)));
  }

  static void beginTable(const void* base, unsigned windowBits, void* table) {
    Point point;
    __builtin_memcpy(static_cast<void*>(&point), base, sizeof point);
    const std::size_t entries = std::size_t{1} << (windowBits - 1);
    for (unsigned window = 0; window < fixedBaseWindows(windowBits); ++window) {
      writeEntry(point, entryOf(table, window * entries));
      Xyzz<Scalar> next = Xyzz<Scalar>::from(point);
      for (unsigned bit = 0; bit < windowBits; ++bit) next = Xyzz<Scalar>::dbl(next);
      point = next.toAffine();
    }
  }

  /// Entries m+1 .. 2m-1 are entry m plus the first m-1; entry 2m is a doubling.
  static void fillWindow(unsigned windowBits, unsigned window, void* table, void* memory) {
    Scratch& scratch = *static_cast<Scratch*>(memory);
    const std::size_t entries = std::size_t{1} << (windowBits - 1);
    Element* const first = entryOf(table, window * entries);
    for (std::size_t m = 1; m < entries; m *= 2) {
      for (std::size_t from = 0; from + 1 < m; from += kFixedBaseBatch) {
        const std::size_t left = m - 1 - from;
        addEntry(first, from, left < kFixedBaseBatch ? left : kFixedBaseBatch, m, scratch);
      }
      const Xyzz<Scalar> last = Xyzz<Scalar>::from(readEntry(entryOf(first, m - 1)));
      writeEntry(Xyzz<Scalar>::dbl(last).toAffine(), entryOf(first, 2 * m - 1));
    }
  }

  /// Entries m + from + 1 .. m + from + count, of one window.
  static void addEntry(Element* first, std::size_t from, std::size_t count, std::size_t m, Scratch& s) {
    const std::size_t groups = (count + kLanes - 1) / kLanes;
    const auto place = [&](std::size_t i, std::size_t offset) {
      return i < count ? entryOf(first, offset + from + i) : s.spare;
    };
    __builtin_memset(s.spare, 0, sizeof s.spare);
    for (std::size_t g = 0; g < groups; ++g) {
      const Element* places[kLanes];
      s.adds[g] = s.copies[g] = s.negatives[g] = 0;
      for (int lane = 0; lane < kLanes; ++lane) {
        const std::size_t i = g * kLanes + lane;
        places[lane] = place(i, 0);
        s.entries[i] = entryOf(first, m - 1);
        if (i < count) s.adds[g] |= LaneMask(1u << lane);
      }
      G::loadPacked(places, s.x[g], s.y[g]);
    }
    addEntries(groups, s);
    for (std::size_t g = 0; g < groups; ++g) {
      Element* places[kLanes];
      for (int lane = 0; lane < kLanes; ++lane) places[lane] = place(g * kLanes + lane, m);
      G::storePacked(places, reduced(s.x[g]), reduced(s.y[g]));
    }
  }

  /// Begins to load a point: digits are random, and so are the places.
  static inline __attribute__((always_inline)) void fetch(const Element* entry) {
    for (std::size_t i = 0; i < kPointElements; i += 2) __builtin_prefetch(entry + i);
  }

  /// The w bits of a scalar from `bit` on.
  static unsigned bitsOf(const Element& scalar, unsigned bit, unsigned windowBits) {
    const unsigned word = bit >> 6, shift = bit & 63;
    u64 bits = scalar.limb[word] >> shift;
    if (shift != 0 && word < 3) bits |= scalar.limb[word + 1] << (64 - shift);
    return static_cast<unsigned>(bits) & ((1u << windowBits) - 1);
  }

  /// The entries that window k adds to each sum, and how.
  static void chooseEntries(const void* table, unsigned windowBits, unsigned window, const Element* scalars,
                            std::size_t count, Scratch& s) {
    const unsigned half = 1u << (windowBits - 1);
    const Element* const first = entryOf(table, std::size_t{window} * half);
    for (std::size_t g = 0; g * kLanes < count; ++g) {
      unsigned adds = 0, copies = 0, negatives = 0;
      for (int lane = 0; lane < kLanes; ++lane) {
        const std::size_t i = g * kLanes + lane;
        s.entries[i] = first;
        if (i >= count) continue;
        const unsigned digit = bitsOf(scalars[i], window * windowBits, windowBits) + s.carries[i];
        const unsigned negative = digit > half;
        const unsigned magnitude = negative ? 2 * half - digit : digit;
        s.carries[i] = static_cast<unsigned char>(negative);
        const unsigned active = (magnitude != 0) & !s.outcast[i];
        s.entries[i] = first + (magnitude - active) * kPointElements * active;
        fetch(s.entries[i]);
        adds |= (active & s.begun[i]) << lane;
        copies |= (active & !s.begun[i]) << lane;
        negatives |= negative << lane;
        s.begun[i] |= static_cast<unsigned char>(active);
      }
      s.adds[g] = LaneMask(adds), s.copies[g] = LaneMask(copies), s.negatives[g] = LaneMask(negatives);
    }
  }

  static inline __attribute__((always_inline)) void fetchGroup(std::size_t g, const Scratch& s) {
    if (g >= kGroups) return;
    for (int lane = 0; lane < kLanes; ++lane) fetch(s.entries[g * kLanes + lane]);
  }

  /// x2 - x1, at most 4.
  static F denominator(const Scratch& s, std::size_t g, const F& entryX) {
    return select(s.adds[g], sub<2>(entryX, s.x[g]), F::one());
  }

  /// The products of all denominators, lane by lane, in kChains chains that take turns; s.before[g] is the chain's product
  /// before group g.
  static void multiplyDenominators(std::size_t groups, Scratch& s, F* products) {
    for (int chain = 0; chain < kChains; ++chain) products[chain] = F::one();
    std::size_t g = 0;
    for (; g + kChains <= groups; g += kChains) {
#pragma GCC unroll 4
      for (int chain = 0; chain < kChains; ++chain) multiplyDenominator(g + chain, s, products[chain]);
    }
    for (int chain = 0; g < groups; ++g, ++chain) multiplyDenominator(g, s, products[chain]);
  }

  static inline __attribute__((always_inline)) void multiplyDenominator(std::size_t g, Scratch& s, F& product) {
    fetchGroup(g + kAhead, s);
    s.before[g] = product;
    product = mul(product, denominator(s, g, G::loadPackedX(s.entries + g * kLanes)));
  }

  /// Inverts in place by one inversion; false if one is zero.
  static bool invert(F* products) {
    constexpr int kAll = kChains * kLanes;
    Scalar values[kAll], before[kAll];
    for (int chain = 0; chain < kChains; ++chain) G::scatterScalars(products[chain], values + chain * kLanes);
    Scalar product = values[0];
    for (int i = 1; i < kAll; ++i) {
      before[i] = product;
      product = Scalar::mul(product, values[i]);
    }
    if (product.isZero()) return false;
    Scalar inverse = quickInverse(product);
    for (int i = kAll - 1; i > 0; --i) {
      const Scalar own = Scalar::mul(inverse, before[i]);
      inverse = Scalar::mul(inverse, values[i]);
      values[i] = own;
    }
    values[0] = inverse;
    for (int chain = 0; chain < kChains; ++chain) products[chain] = reduced(G::gatherScalars(values + chain * kLanes));
    return true;
  }

  /// Takes out the sums that have their entry's x.
  static void castOut(std::size_t groups, Scratch& s) {
    for (std::size_t g = 0; g < groups; ++g) {
      Scalar values[kLanes];
      G::scatterScalars(denominator(s, g, G::loadPackedX(s.entries + g * kLanes)), values);
      for (int lane = 0; lane < kLanes; ++lane) {
        if (!values[lane].isZero()) continue;
        s.outcast[g * kLanes + lane] = 1;
        s.adds[g] = LaneMask(s.adds[g] & ~(1u << lane));
      }
    }
  }

  /// sums[i] += entries[i] where `adds` says so.
  static void addEntries(std::size_t groups, Scratch& s) {
    F inverses[kChains];
    multiplyDenominators(groups, s, inverses);
    if (!invert(inverses)) {
      castOut(groups, s);
      multiplyDenominators(groups, s, inverses);
      invert(inverses);
    }
    const std::size_t whole = groups / kChains * kChains;
    for (std::size_t g = groups; g-- > whole;) addGroups<1>(g, inverses + (g - whole), s);
    for (std::size_t g = whole; g > 0;) {
      g -= kChains;
      addGroups<kChains>(g, inverses, s);
    }
  }

  /// kWidth neighbouring groups, each of its own chain, step by step: what one waits for, another uses.
  /// inverses: of the products of each chain's denominators up to and with this group's; afterwards without it.
  template <int kWidth>
  static inline __attribute__((always_inline)) void addGroups(std::size_t first, F* inverses, Scratch& s) {
    F x2[kWidth], y2[kWidth], own[kWidth], slope[kWidth];
#pragma GCC unroll 4
    for (int i = 0; i < kWidth; ++i) {
      const std::size_t g = first + i;
      if (g >= kAhead) fetchGroup(g - kAhead, s);
      G::loadPacked(s.entries + g * kLanes, x2[i], y2[i]);
      y2[i] = negatedIf<2>(s.negatives[g], y2[i]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < kWidth; ++i) {
      own[i] = mul(inverses[i], s.before[first + i]);
      inverses[i] = mul(inverses[i], denominator(s, first + i, x2[i]));
    }
#pragma GCC unroll 4
    for (int i = 0; i < kWidth; ++i) slope[i] = mul(own[i], sub<4>(y2[i], s.y[first + i]));
#pragma GCC unroll 4
    for (int i = 0; i < kWidth; ++i) {
      // slope^2 - x1 - x2: at most 4 + 4, reduced to 2.
      own[i] = reduced(sub<4>(sqr(slope[i]), add(s.x[first + i], x2[i])));
    }
#pragma GCC unroll 4
    for (int i = 0; i < kWidth; ++i) {
      const std::size_t g = first + i;
      // slope (x2 - x3) - y2: at most 2 + 2.
      const F y3 = sub<2>(mul(slope[i], sub<2>(x2[i], own[i])), y2[i]);
      s.x[g] = select(s.adds[g], own[i], select(s.copies[g], x2[i], s.x[g]));
      s.y[g] = select(s.adds[g], y3, select(s.copies[g], y2[i], s.y[g]));
    }
  }

  static void copyEntries(std::size_t groups, Scratch& s) {
    for (std::size_t g = 0; g < groups; ++g) {
      F x, y;
      G::loadPacked(s.entries + g * kLanes, x, y);
      s.x[g] = select(s.copies[g], x, s.x[g]);
      s.y[g] = select(s.copies[g], negatedIf<2>(s.negatives[g], y), s.y[g]);
    }
  }

  static void multiply(const void* table, unsigned windowBits, const Element* scalars, std::size_t count, void* points,
                       void* memory) {
    Scratch& s = *static_cast<Scratch*>(memory);
    const std::size_t groups = (count + kLanes - 1) / kLanes;
    __builtin_memset(s.carries, 0, sizeof s.carries);
    __builtin_memset(s.begun, 0, sizeof s.begun);
    __builtin_memset(s.outcast, 0, sizeof s.outcast);
    // What lanes without a sum hold is never used, but is computed with.
    for (std::size_t g = 0; g < groups; ++g) s.x[g] = s.y[g] = F::one();
    for (unsigned window = 0; window < fixedBaseWindows(windowBits); ++window) {
      chooseEntries(table, windowBits, window, scalars, count, s);
      // Nothing has begun before the first window, so nothing is added there.
      if (window == 0) copyEntries(groups, s);
      else addEntries(groups, s);
    }
    for (std::size_t g = 0; g < groups; ++g) writeGroup(table, scalars, count, g, static_cast<Point*>(points), s);
  }

  static void writeGroup(const void* table, const Element* scalars, std::size_t count, std::size_t g, Point* points,
                         const Scratch& s) {
    Scalar xs[kLanes], ys[kLanes];
    G::scatterScalars(s.x[g], xs);
    G::scatterScalars(s.y[g], ys);
    for (int lane = 0; lane < kLanes; ++lane) {
      const std::size_t i = g * kLanes + lane;
      if (i >= count) return;
      Point point = s.begun[i] ? Point{xs[lane], ys[lane]} : Point{Scalar::zero(), Scalar::zero()};
      if (s.outcast[i]) point = multiplySlowly(readEntry(entryOf(table, 0)), scalars[i]);
      __builtin_memcpy(static_cast<void*>(&points[i]), &point, sizeof point);
    }
  }

  static Point multiplySlowly(const Point& base, const Element& plainScalar) {
    Xyzz<Scalar> sum = Xyzz<Scalar>::infinity();
    for (int bit = 255; bit >= 0; --bit) {
      sum = Xyzz<Scalar>::dbl(sum);
      if (plainScalar.limb[bit >> 6] >> (bit & 63) & 1) sum = Xyzz<Scalar>::add(sum, base);
    }
    return sum.toAffine();
  }
};

inline constexpr FixedBaseKernel kFixedBaseKernel = {FixedBase<G1>::functions(), FixedBase<G2>::functions()};

}  // namespace straddle::STRADDLE_ISA
