// Fp.h's arithmetic by unsigned __int128. A kernel header; included by Fp.h alone.
#pragma once

#include "field/Fp.h"

namespace straddle::STRADDLE_ISA {

template <class P>
inline Fp<P> Fp<P>::add(const Fp& a, const Fp& b) {
  u64 t[4];
  u128 carry = 0;
  for (int i = 0; i < 4; ++i) {
    carry += static_cast<u128>(a.e.limb[i]) + b.e.limb[i];
    t[i] = static_cast<u64>(carry);
    carry >>= 64;
  }
  return reduceOnce(t[0], t[1], t[2], t[3]);
}

template <class P>
inline Fp<P> Fp<P>::sub(const Fp& a, const Fp& b) {
  Fp r;
  u64 borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const u128 d = static_cast<u128>(a.e.limb[i]) - b.e.limb[i] - borrow;
    r.e.limb[i] = static_cast<u64>(d);
    borrow = static_cast<u64>(d >> 64) & 1;
  }
  const u64 mask = 0 - borrow;
  u128 carry = 0;
  for (int i = 0; i < 4; ++i) {
    carry += static_cast<u128>(r.e.limb[i]) + (P::kModulus.w[i] & mask);
    r.e.limb[i] = static_cast<u64>(carry);
    carry >>= 64;
  }
  return r;
}

template <class P>
inline Fp<P> Fp<P>::reduceOnce(u64 t0, u64 t1, u64 t2, u64 t3) {
  const u64 t[4] = {t0, t1, t2, t3};
  u64 d[4];
  u64 borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const u128 s = static_cast<u128>(t[i]) - P::kModulus.w[i] - borrow;
    d[i] = static_cast<u64>(s);
    borrow = static_cast<u64>(s >> 64) & 1;
  }
  const u64 keep = 0 - borrow;
  Fp r;
  for (int i = 0; i < 4; ++i) r.e.limb[i] = (t[i] & keep) | (d[i] & ~keep);
  return r;
}

template <class P>
inline Fp<P> Fp<P>::mul(const Fp& a, const Fp& b) {
  u64 t[4] = {0, 0, 0, 0};
  for (int i = 0; i < 4; ++i) {
    const u64 y = b.e.limb[i];
    u128 product = static_cast<u128>(a.e.limb[0]) * y + t[0];
    u64 high = static_cast<u64>(product >> 64);
    const u64 m = static_cast<u64>(product) * P::kNegatedInverse;
    u128 folded = static_cast<u128>(m) * P::kModulus.w[0] + static_cast<u64>(product);
    u64 carry = static_cast<u64>(folded >> 64);
    for (int j = 1; j < 4; ++j) {
      product = static_cast<u128>(a.e.limb[j]) * y + t[j] + high;
      high = static_cast<u64>(product >> 64);
      folded = static_cast<u128>(m) * P::kModulus.w[j] + static_cast<u64>(product) + carry;
      carry = static_cast<u64>(folded >> 64);
      t[j - 1] = static_cast<u64>(folded);
    }
    t[3] = high + carry;
  }
  return reduceOnce(t[0], t[1], t[2], t[3]);
}

}  // namespace straddle::STRADDLE_ISA
