// s B8 = R + 8 h A, h = Poseidon(R, A, message), for one signature or for eight at once. A kernel header.
//
// What is accepted is what circomlib's circuit accepts: s < l; the coordinates of R and A below the modulus and on the
// curve; 8 A not the identity. Every signature's own equation is checked, one a lane: no random linear combination, so
// no signature's verdict depends on its neighbours, nor on luck, when R or A have a part of small order.
#pragma once

#include <cstring>

#include "babyjubjub/points.h"
#include "poseidon/hashPoseidon.h"

namespace straddle::STRADDLE_ISA {

inline bool isBelow(const Element& value, const detail::Words4& bound) {
  return !detail::atLeast({{value.limb[0], value.limb[1], value.limb[2], value.limb[3]}}, bound);
}

inline bool isReduced(const SignatureCheck& check) {
  const detail::Words4& p = FrParameters::kModulus;
  return isBelow(check.keyX, p) && isBelow(check.keyY, p) && isBelow(check.message, p) && isBelow(check.rX, p) &&
         isBelow(check.rY, p) && isBelow(check.s, detail::kSubgroupOrder);
}

/// Below l, from below r, which is below 8 l.
inline Element reducedBySubgroup(const Element& value) {
  detail::Words4 v{{value.limb[0], value.limb[1], value.limb[2], value.limb[3]}};
  for (int shift = 2; shift >= 0; --shift) {
    detail::Words4 multiple = detail::kSubgroupOrder;
    for (int i = 3; i >= 0; --i) {
      multiple.w[i] = multiple.w[i] << shift | (i > 0 && shift > 0 ? multiple.w[i - 1] >> (64 - shift) : 0);
    }
    if (detail::atLeast(v, multiple)) v = detail::subtract(v, multiple);
  }
  return {{v.w[0], v.w[1], v.w[2], v.w[3]}};
}

template <class W>
class SignatureGroup {
 public:
  static constexpr int kCount = W::kCount;

  /// checks: kCount of them.
  SignatureGroup(const EddsaTables& tables, const SignatureCheck* checks) : tables_(tables), checks_(checks) {}

  /// keys: nullptr, or a table for each of the checks' keys (EddsaKernel::verifyKnown).
  void verify(const KeyTable* keys, std::uint8_t* verdicts) {
    constexpr std::size_t stride = sizeof(SignatureCheck) / sizeof(Element);
    const W keyX = W::fromPlain(&checks_->keyX, stride), keyY = W::fromPlain(&checks_->keyY, stride);
    const W rX = W::fromPlain(&checks_->rX, stride), rY = W::fromPlain(&checks_->rY, stride);
    const W hashed[5] = {rX, rY, keyX, keyY, W::fromPlain(&checks_->message, stride)};
    readDigits(PoseidonState<W>(tables_.poseidon).hash(hashed), keys != nullptr);

    const W scale = W::constant(kJubjubScale);
    const W rU = W::mul(rX, scale);
    Mask good = isOnCurve(rU, rY);
    Point<W> sum = Point<W>::identity();
    if (keys != nullptr) {
      sum = plusMultiples(sum, keys, hashDigits_, WithT::yes);
    } else {
      const W keyU = W::mul(keyX, scale);
      good &= isOnCurve(keyU, keyY);
      const Point<W> key8 = eightTimes(pointOf(W::template sub<2>(W::zero(), keyU), keyY));
      good &= static_cast<Mask>(~W::isZero(key8.x));  // 8 A is in the subgroup, where u is 0 at the identity only
      sum = multiple(key8);
    }
    KeyTable bases[kCount];
    for (KeyTable& base : bases) base = tables_.base;
    sum = plusMultiples(sum, bases, baseDigits_, WithT::no);
    good &= W::isZero(W::template sub<2>(sum.x, W::mul(rU, sum.z))) &
            W::isZero(W::template sub<2>(sum.y, W::mul(rY, sum.z)));
    for (int i = 0; i < kCount; ++i) verdicts[i] = isReduced(checks_[i]) && (good >> i & 1) != 0;
  }

 private:
  static constexpr int kBits = 5;
  static constexpr int kDigits = 51;
  static constexpr int kEntries = (1 << (kBits - 1)) + 1;
  using Mask = typename W::Mask;

  const EddsaTables& tables_;
  const SignatureCheck* const checks_;
  /// Of kBits each; of kBaseBits, and kBaseWindows of them, where keys have tables.
  signed char hashDigits_[kCount][kDigits];
  signed char baseDigits_[kCount][kBaseWindows];
  /// Multiples of 8 A, an Addend each; [entry][lane].
  Element table_[kEntries][kCount][4];

  void readDigits(const W& hash, bool knownKeys) {
    Element plain[kCount];
    hash.toPlain(plain);
    for (int i = 0; i < kCount; ++i) {
      const Element h = reducedBySubgroup(plain[i]);
      if (knownKeys) {
        signedDigits<kBaseBits, kBaseWindows>(h.limb, hashDigits_[i]);
      } else {
        signedDigits<kBits, kDigits>(h.limb, hashDigits_[i]);
      }
      // What is not reduced is refused in the end, whatever it comes to.
      Element s = checks_[i].s;
      if (!isBelow(s, detail::kSubgroupOrder)) s = {{0, 0, 0, 0}};
      signedDigits<kBaseBits, kBaseWindows>(s.limb, baseDigits_[i]);
    }
  }

  void store(int entry, const Addend<W>& addend) {
    Element* places[kCount];
    for (int i = 0; i < kCount; ++i) places[i] = table_[entry][i];
    W::storePair(places, addend.yPlusX, addend.yMinusX);
    for (int i = 0; i < kCount; ++i) places[i] += 2;
    W::storePair(places, addend.zDouble, addend.dt2);
  }

  Addend<W> load(int digit, Mask& negative) const {
    const Element* places[kCount];
    negative = 0;
    for (int i = 0; i < kCount; ++i) {
      const int d = hashDigits_[i][digit];
      negative |= static_cast<Mask>((d < 0) << i);
      places[i] = table_[d < 0 ? -d : d][i];
    }
    Addend<W> r;
    W::loadPair(places, r.yPlusX, r.yMinusX);
    for (int i = 0; i < kCount; ++i) places[i] += 2;
    W::loadPair(places, r.zDouble, r.dt2);
    return r;
  }

  /// h p for p in the subgroup.
  Point<W> multiple(const Point<W>& p) {
    const Addend<W> first = addendOf(p);
    store(0, addendOf(Point<W>::identity()));
    store(1, first);
    Point<W> power = p;
    for (int entry = 2; entry < kEntries; ++entry) {
      power = added(power, first, 0, WithT::yes);
      store(entry, addendOf(power));
    }
    Mask negative;
    Addend<W> addend = load(kDigits - 1, negative);
    Point<W> sum = added(Point<W>::identity(), addend, negative, WithT::no);
    for (int digit = kDigits - 2; digit >= 0; --digit) {
      for (int i = 1; i < kBits; ++i) sum = doubled(sum, WithT::no);
      sum = doubled(sum, WithT::yes);
      addend = load(digit, negative);
      sum = added(sum, addend, negative, digit == 0 ? WithT::yes : WithT::no);
    }
    return sum;
  }

  /// p + the multiple that `digits` say of the point that each lane's table belongs to.
  template <int kRow>
  static Point<W> plusMultiples(Point<W> p, const KeyTable* tables, const signed char (&digits)[kCount][kRow],
                                WithT withT) {
    for (int window = 0; window < kBaseWindows; ++window) {
      const Element* places[kCount];
      Mask negative = 0;
      for (int i = 0; i < kCount; ++i) {
        const int d = digits[i][window];
        negative |= static_cast<Mask>((d < 0) << i);
        places[i] = &tables[i][window * kBaseEntries + (d < 0 ? -d : d)].yPlusU;
      }
      W yPlusX, yMinusX;
      W::loadExternalPair(places, yPlusX, yMinusX);
      for (int i = 0; i < kCount; ++i) places[i] += 2;
      p = addedAffine(p, yPlusX, yMinusX, W::loadExternal(places), negative,
                      window + 1 < kBaseWindows ? WithT::yes : withT);
    }
    return p;
  }
};

/// keys: nullptr, or a table for each check.
inline void verifyAll(const EddsaTables& tables, const SignatureCheck* checks, const KeyTable* keys, std::size_t count,
                      std::uint8_t* verdicts) {
  const auto keysAt = [keys](std::size_t at) { return keys == nullptr ? nullptr : keys + at; };
  std::size_t done = 0;
#ifdef STRADDLE_IFMA
  constexpr std::size_t lanes = LaneWords::kCount;
  for (; done + lanes <= count; done += lanes) {
    SignatureGroup<LaneWords>(tables, checks + done).verify(keysAt(done), verdicts + done);
  }
  // Eight at once take less time than two one by one.
  if (const std::size_t left = count - done; left >= 2) {
    SignatureCheck padded[lanes];
    KeyTable paddedKeys[lanes];
    std::uint8_t all[lanes];
    std::memset(padded, 0, sizeof padded);
    std::memcpy(padded, checks + done, left * sizeof *checks);
    // What fills up has no key: any table does, its verdict is dropped.
    for (std::size_t i = 0; i < lanes; ++i) paddedKeys[i] = keys == nullptr ? nullptr : keys[done + (i < left ? i : 0)];
    SignatureGroup<LaneWords>(tables, padded).verify(keys == nullptr ? nullptr : paddedKeys, all);
    std::memcpy(verdicts + done, all, left);
    return;
  }
#endif
  for (; done < count; ++done) {
    SignatureGroup<SingleWord>(tables, checks + done).verify(keysAt(done), verdicts + done);
  }
}

/// EddsaKernel::verify.
inline void verifySignatures(const EddsaTables& tables, const SignatureCheck* checks, std::size_t count,
                             std::uint8_t* verdicts) {
  verifyAll(tables, checks, nullptr, count, verdicts);
}

/// EddsaKernel::verifyKnown.
inline void verifyKnownKeys(const EddsaTables& tables, const SignatureCheck* checks, const KeyTable* keys,
                            std::size_t count, std::uint8_t* verdicts) {
  verifyAll(tables, checks, keys, count, verdicts);
}

}  // namespace straddle::STRADDLE_ISA
