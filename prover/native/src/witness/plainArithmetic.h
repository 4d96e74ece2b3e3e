// circom's operations on plain integers: bits, shifts, integer division and comparison. A kernel header. Values are below the
// modulus r unless said otherwise; "bits" are the 254 of r.
#pragma once

#include "field/Fp.h"

namespace straddle::STRADDLE_ISA {

inline constexpr unsigned kFrBits = 254;
inline constexpr u64 kFrTopMask = (u64{1} << (kFrBits - 192)) - 1;

inline bool isPlainLess(const Element& a, const Element& b) {
  for (int i = 3; i >= 0; --i) {
    if (a.limb[i] != b.limb[i]) return a.limb[i] < b.limb[i];
  }
  return false;
}

inline Element plainModulus() {
  constexpr detail::Words4 m = FrParameters::kModulus;
  return {{m.w[0], m.w[1], m.w[2], m.w[3]}};
}

/// (r - 1) / 2: above it are the negative numbers.
inline Element plainHalf() {
  constexpr detail::Words4 m = FrParameters::kModulus;
  return {{m.w[0] >> 1 | m.w[1] << 63, m.w[1] >> 1 | m.w[2] << 63, m.w[2] >> 1 | m.w[3] << 63, m.w[3] >> 1}};
}

/// a - b; a is not less.
inline Element subtractPlain(const Element& a, const Element& b) {
  Element r;
  u64 borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const u128 d = static_cast<u128>(a.limb[i]) - b.limb[i] - borrow;
    r.limb[i] = static_cast<u64>(d);
    borrow = static_cast<u64>(d >> 64) & 1;
  }
  return r;
}

/// Below 2^254, which is less than twice r, to below r.
inline Element reduceBits(const Element& a) {
  const Element m = plainModulus();
  return isPlainLess(a, m) ? a : subtractPlain(a, m);
}

inline Element shiftPlainRight(const Element& a, unsigned by) {
  Element r{{0, 0, 0, 0}};
  const unsigned words = by >> 6, bits = by & 63;
  for (unsigned i = 0; i + words < 4; ++i) {
    r.limb[i] = a.limb[i + words] >> bits;
    if (bits != 0 && i + words + 1 < 4) r.limb[i] |= a.limb[i + words + 1] << (64 - bits);
  }
  return r;
}

/// Not reduced: what is above bit 256 is lost.
inline Element shiftPlainLeft(const Element& a, unsigned by) {
  Element r{{0, 0, 0, 0}};
  const unsigned words = by >> 6, bits = by & 63;
  for (unsigned i = words; i < 4; ++i) {
    r.limb[i] = a.limb[i - words] << bits;
    if (bits != 0 && i > words) r.limb[i] |= a.limb[i - words - 1] >> (64 - bits);
  }
  return r;
}

/// A shift by a number above r / 2 is one the other way, by the negative. Bits above 254 are lost.
inline Element shift(const Element& a, const Element& by, bool left) {
  Element distance = by;
  if (isPlainLess(plainHalf(), by)) {
    distance = subtractPlain(plainModulus(), by);
    left = !left;
  }
  if ((distance.limb[1] | distance.limb[2] | distance.limb[3]) != 0 || distance.limb[0] >= kFrBits) {
    return {{0, 0, 0, 0}};
  }
  const unsigned count = static_cast<unsigned>(distance.limb[0]);
  if (!left) return shiftPlainRight(a, count);
  Element r = shiftPlainLeft(a, count);
  r.limb[3] &= kFrTopMask;
  return reduceBits(r);
}

inline bool isNegative(const Element& a) { return isPlainLess(plainHalf(), a); }

/// Of numbers from -(r - 1) / 2 to (r - 1) / 2.
inline bool isSignedLess(const Element& a, const Element& b) {
  const bool negativeA = isNegative(a), negativeB = isNegative(b);
  return negativeA != negativeB ? negativeA : isPlainLess(a, b);
}

inline unsigned bitLength(const Element& a) {
  for (int i = 3; i >= 0; --i) {
    if (a.limb[i] != 0) return static_cast<unsigned>(64 * i + 64 - __builtin_clzll(a.limb[i]));
  }
  return 0;
}

struct Division {
  Element quotient, rest;
};

/// b is not 0.
inline Division dividePlain(const Element& a, const Element& b) {
  Division d{{{0, 0, 0, 0}}, a};
  if ((b.limb[1] | b.limb[2] | b.limb[3]) == 0) {
    u128 rest = 0;
    for (int i = 3; i >= 0; --i) {
      rest = rest << 64 | a.limb[i];
      d.quotient.limb[i] = static_cast<u64>(rest / b.limb[0]);
      rest %= b.limb[0];
    }
    d.rest = {{static_cast<u64>(rest), 0, 0, 0}};
    return d;
  }
  for (int by = static_cast<int>(bitLength(a)) - static_cast<int>(bitLength(b)); by >= 0; --by) {
    const Element multiple = shiftPlainLeft(b, static_cast<unsigned>(by));
    if (isPlainLess(d.rest, multiple)) continue;
    d.rest = subtractPlain(d.rest, multiple);
    d.quotient.limb[by >> 6] |= u64{1} << (by & 63);
  }
  return d;
}

}  // namespace straddle::STRADDLE_ISA
