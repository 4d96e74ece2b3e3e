// Keys and signatures: one multiple of B8 each. A kernel header.
//
// Nothing here branches on a secret or reads memory at an address that depends on one: every window's multiples are all
// read and one is kept by masks; field operations select by masks or conditional moves; exponents are public.
#pragma once

#include "babyjubjub/verifySignatures.h"

namespace straddle::STRADDLE_ISA {

using Scalar = Fp<SubgroupParameters>;

/// Fills secrets with zeros before their memory is used again; not left out by the compiler.
template <class T>
inline void wipe(T& secret) {
  std::memset(static_cast<void*>(&secret), 0, sizeof secret);
  asm volatile("" : : "r"(&secret) : "memory");
}

/// The multiple for a secret digit; negative: all ones below zero.
inline BaseMultiple selectMultiple(const BaseMultiple* multiples, int digit, u64& negative) {
  negative = 0 - static_cast<u64>(static_cast<unsigned>(digit) >> 31);
  const u64 magnitude = (static_cast<u64>(digit) ^ negative) - negative;
  BaseMultiple r{};
  for (u64 i = 0; i < kBaseEntries; ++i) {
    const u64 difference = i ^ magnitude;
    // Only 0 borrows below zero.
    const u64 keep = 0 - ((difference - 1) >> 63);
    for (int j = 0; j < 4; ++j) {
      r.yPlusU.limb[j] |= multiples[i].yPlusU.limb[j] & keep;
      r.yMinusU.limb[j] |= multiples[i].yMinusU.limb[j] & keep;
      r.duy2.limb[j] |= multiples[i].duy2.limb[j] & keep;
    }
  }
  return r;
}

/// Plain (x, y) of scalar B8, for a secret scalar below l.
inline void multiplyBase(const EddsaTables& tables, const Element& scalar, Element* point) {
  signed char digits[kBaseWindows];
  signedDigits<kBaseBits, kBaseWindows>(scalar.limb, digits);
  Point<SingleWord> sum = Point<SingleWord>::identity();
  for (int window = 0; window < kBaseWindows; ++window) {
    u64 negative;
    const BaseMultiple m = selectMultiple(tables.base + window * kBaseEntries, digits[window], negative);
    const Fr plus{m.yPlusU}, minus{m.yMinusU}, product{m.duy2};
    sum = addedAffine<SingleWord>(sum, {Fr::select(negative, minus, plus)}, {Fr::select(negative, plus, minus)},
                                  {Fr::select(negative, Fr::neg(product), product)}, 0, WithT::yes);
  }
  // u = sqrt(-a) x.
  const Fr scale = Fr::fromWords(kJubjubScale.external);
  const Fr inverse = Fr::inverse(Fr::mul(sum.z.v, scale));
  point[0] = Fr::mul(sum.x.v, inverse).toPlain();
  point[1] = Fr::mul(sum.y.v, Fr::mul(inverse, scale)).toPlain();
  wipe(digits);
  wipe(sum);
}

inline void publicKeyOf(const EddsaTables& tables, const Element& scalar, Element* key) {
  Element eighth;
  for (int i = 0; i < 4; ++i) eighth.limb[i] = scalar.limb[i] >> 3 | (i < 3 ? scalar.limb[i + 1] << 61 : 0);
  Scalar reduced = Scalar::fromPlain(eighth);
  eighth = reduced.toPlain();
  multiplyBase(tables, eighth, key);
  wipe(eighth);
  wipe(reduced);
}

/// 512 bits modulo l, from three pieces of 192, 192 and 128 bits.
inline Scalar reduceNonce(const u64* n) {
  const Scalar low = Scalar::fromPlain({{n[0], n[1], n[2], 0}});
  const Scalar middle = Scalar::fromPlain({{n[3], n[4], n[5], 0}});
  const Scalar high = Scalar::fromPlain({{n[6], n[7], 0, 0}});
  const Scalar shift = Scalar::fromWords(detail::powerOfTwo(256 + 192, detail::kSubgroupOrder));
  return Scalar::add(low, Scalar::mul(shift, Scalar::add(middle, Scalar::mul(shift, high))));
}

inline void signMessage(const EddsaTables& tables, const Element& scalar, const u64* nonceHash, const Element& message,
                        Element* signature) {
  Element key[2];
  publicKeyOf(tables, scalar, key);
  Scalar nonce = reduceNonce(nonceHash);
  Element plainNonce = nonce.toPlain();
  multiplyBase(tables, plainNonce, signature);
  const Element hashed[5] = {signature[0], signature[1], key[0], key[1], message};
  Element h;
  hashGroup<SingleWord>(tables.poseidon, hashed, &h);
  // Both are below 2^255: Montgomery's reduction brings them below l.
  Scalar secret = Scalar::fromPlain(scalar);
  signature[2] = Scalar::add(nonce, Scalar::mul(Scalar::fromPlain(h), secret)).toPlain();
  wipe(nonce);
  wipe(plainNonce);
  wipe(secret);
}

/// base[w (kBaseEntries) + j] = j 64^w (u, y). One inversion a window (Montgomery's trick).
inline void buildMultiples(Fr u, Fr y, BaseMultiple* base) {
  for (int window = 0; window < kBaseWindows; ++window) {
    const Addend<SingleWord> first = addendOf(pointOf<SingleWord>({u}, {y}));
    // The last is 64 times the first, where the next window starts: entry 32 doubled.
    Point<SingleWord> points[kBaseEntries + 1];
    Fr products[kBaseEntries + 2];
    products[0] = Fr::one();
    points[0] = Point<SingleWord>::identity();
    for (int i = 1; i < kBaseEntries; ++i) points[i] = added(points[i - 1], first, 0, WithT::yes);
    points[kBaseEntries] = doubled(points[kBaseEntries - 1], WithT::yes);
    for (int i = 0; i <= kBaseEntries; ++i) products[i + 1] = Fr::mul(products[i], points[i].z.v);
    Fr inverse = Fr::inverse(products[kBaseEntries + 1]);
    for (int i = kBaseEntries; i >= 0; --i) {
      const Fr zInverse = Fr::mul(inverse, products[i]);
      inverse = Fr::mul(inverse, points[i].z.v);
      const Fr x = Fr::mul(points[i].x.v, zInverse), yy = Fr::mul(points[i].y.v, zInverse);
      if (i == kBaseEntries) {
        u = x, y = yy;
        continue;
      }
      const Fr d2 = Fr::fromWords(kJubjub2D.external);
      base[window * kBaseEntries + i] = {Fr::add(yy, x).e, Fr::sub(yy, x).e, Fr::mul(d2, Fr::mul(x, yy)).e};
    }
  }
}

/// EddsaKernel::buildBase.
inline void buildBase(BaseMultiple* base) {
  const Fr scale = Fr::fromWords(kJubjubScale.external);
  buildMultiples(Fr::mul(Fr::fromWords(kJubjubBaseX.external), scale), Fr::fromWords(kJubjubBaseY.external), base);
}

/// EddsaKernel::buildKey.
inline bool buildKey(const Element& x, const Element& y, BaseMultiple* multiples) {
  if (!isBelow(x, FrParameters::kModulus) || !isBelow(y, FrParameters::kModulus)) return false;
  const SingleWord keyU{Fr::mul(Fr::fromPlain(x), Fr::fromWords(kJubjubScale.external))}, keyY{Fr::fromPlain(y)};
  if (!isOnCurve(keyU, keyY)) return false;
  const Point<SingleWord> key8 = eightTimes(pointOf(SingleWord{Fr::neg(keyU.v)}, keyY));
  if (SingleWord::isZero(key8.x)) return false;
  const Fr inverse = Fr::inverse(key8.z.v);
  buildMultiples(Fr::mul(key8.x.v, inverse), Fr::mul(key8.y.v, inverse), multiples);
  return true;
}

}  // namespace straddle::STRADDLE_ISA
