// The inverse of a public field element in variable time: Bernstein and Yang, "Fast constant-time gcd computation and modular
// inversion" (2019), with their half-delta division steps, 62 of them at a time on machine words. A kernel header.
// Not for secrets: its time depends on the value.
#pragma once

#include "field/Fp.h"

namespace straddle::STRADDLE_ISA {

/// Five signed digits of 62 bits; the highest carries the sign.
struct Signed62 {
  std::int64_t v[5];
};

/// 62 division steps as a matrix: (f, g) becomes (u f + v g, q f + r g) / 2^62.
struct Steps62 {
  std::int64_t u, v, q, r;
};

inline constexpr u64 kMask62 = ~u64{0} >> 2;

inline Signed62 toSigned62(const Element& a) {
  const u64* w = a.limb;
  return {{static_cast<std::int64_t>(w[0] & kMask62), static_cast<std::int64_t>((w[0] >> 62 | w[1] << 2) & kMask62),
           static_cast<std::int64_t>((w[1] >> 60 | w[2] << 4) & kMask62),
           static_cast<std::int64_t>((w[2] >> 58 | w[3] << 6) & kMask62), static_cast<std::int64_t>(w[3] >> 56)}};
}

inline Element fromSigned62(const Signed62& a) {
  const u64 d[5] = {static_cast<u64>(a.v[0]), static_cast<u64>(a.v[1]), static_cast<u64>(a.v[2]),
                    static_cast<u64>(a.v[3]), static_cast<u64>(a.v[4])};
  return {{d[0] | d[1] << 62, d[1] >> 2 | d[2] << 60, d[2] >> 4 | d[3] << 58, d[3] >> 6 | d[4] << 56}};
}

/// Chooses 62 steps by the low words. `eta` is minus the delta of the paper. Runs of zeros of g are taken at once, and where
/// f stays, several bits of g are cancelled by one multiple of f.
inline std::int64_t divisionSteps62(std::int64_t eta, u64 f, u64 g, Steps62& steps) {
  u64 u = 1, v = 0, q = 0, r = 1;
  int left = 62;
  for (;;) {
    const int zeros = __builtin_ctzll(g | (~u64{0} << left));
    g >>= zeros;
    u <<= zeros;
    v <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) break;
    u64 multiple;
    if (eta < 0) {
      u64 t;
      eta = -eta;
      t = f, f = g, g = 0 - t;
      t = u, u = q, q = 0 - t;
      t = v, v = r, r = 0 - t;
      // f (f^2 - 2) is -1/f modulo 64.
      const int bits = eta + 1 > left ? left : static_cast<int>(eta) + 1;
      multiple = (f * g * (f * f - 2)) & (~u64{0} >> (64 - bits)) & 63;
    } else {
      // f + 8 [f = 3, 5 modulo 8] is 1/f modulo 16.
      const int bits = eta + 1 > left ? left : static_cast<int>(eta) + 1;
      multiple = f + (((f + 1) & 4) << 1);
      multiple = ((0 - multiple) * g) & (~u64{0} >> (64 - bits)) & 15;
    }
    g += f * multiple;
    q += u * multiple;
    r += v * multiple;
  }
  steps = {static_cast<std::int64_t>(u), static_cast<std::int64_t>(v), static_cast<std::int64_t>(q),
           static_cast<std::int64_t>(r)};
  return eta;
}

using i128 = __int128;

/// (f, g) by the steps; `length` digits are in use.
inline void applySteps(Signed62& f, Signed62& g, const Steps62& t, int length) {
  i128 cf = static_cast<i128>(t.u) * f.v[0] + static_cast<i128>(t.v) * g.v[0];
  i128 cg = static_cast<i128>(t.q) * f.v[0] + static_cast<i128>(t.r) * g.v[0];
  cf >>= 62;
  cg >>= 62;
  for (int i = 1; i < length; ++i) {
    cf += static_cast<i128>(t.u) * f.v[i] + static_cast<i128>(t.v) * g.v[i];
    cg += static_cast<i128>(t.q) * f.v[i] + static_cast<i128>(t.r) * g.v[i];
    f.v[i - 1] = static_cast<std::int64_t>(static_cast<u64>(cf) & kMask62);
    g.v[i - 1] = static_cast<std::int64_t>(static_cast<u64>(cg) & kMask62);
    cf >>= 62;
    cg >>= 62;
  }
  f.v[length - 1] = static_cast<std::int64_t>(cf);
  g.v[length - 1] = static_cast<std::int64_t>(cg);
}

/// (d, e) by the same steps modulo m: a multiple of m is added that makes the sum divisible by 2^62. Both stay in (-2m, m).
inline void applyStepsModulo(Signed62& d, Signed62& e, const Steps62& t, const Signed62& m, u64 inverse62) {
  const std::int64_t signD = d.v[4] >> 63, signE = e.v[4] >> 63;
  std::int64_t md = (t.u & signD) + (t.v & signE);
  std::int64_t me = (t.q & signD) + (t.r & signE);
  i128 cd = static_cast<i128>(t.u) * d.v[0] + static_cast<i128>(t.v) * e.v[0];
  i128 ce = static_cast<i128>(t.q) * d.v[0] + static_cast<i128>(t.r) * e.v[0];
  md -= static_cast<std::int64_t>((inverse62 * static_cast<u64>(cd) + static_cast<u64>(md)) & kMask62);
  me -= static_cast<std::int64_t>((inverse62 * static_cast<u64>(ce) + static_cast<u64>(me)) & kMask62);
  cd += static_cast<i128>(m.v[0]) * md;
  ce += static_cast<i128>(m.v[0]) * me;
  cd >>= 62;
  ce >>= 62;
  for (int i = 1; i < 5; ++i) {
    cd += static_cast<i128>(t.u) * d.v[i] + static_cast<i128>(t.v) * e.v[i] + static_cast<i128>(m.v[i]) * md;
    ce += static_cast<i128>(t.q) * d.v[i] + static_cast<i128>(t.r) * e.v[i] + static_cast<i128>(m.v[i]) * me;
    d.v[i - 1] = static_cast<std::int64_t>(static_cast<u64>(cd) & kMask62);
    e.v[i - 1] = static_cast<std::int64_t>(static_cast<u64>(ce) & kMask62);
    cd >>= 62;
    ce >>= 62;
  }
  d.v[4] = static_cast<std::int64_t>(cd);
  e.v[4] = static_cast<std::int64_t>(ce);
}

/// From (-2m, m), negated if asked, to [0, m).
inline Signed62 normalise(Signed62 a, bool negate, const Signed62& m) {
  const auto carry = [&a] {
    for (int i = 0; i < 4; ++i) {
      a.v[i + 1] += a.v[i] >> 62;
      a.v[i] &= static_cast<std::int64_t>(kMask62);
    }
  };
  const auto addIfNegative = [&a, &m] {
    const std::int64_t sign = a.v[4] >> 63;
    for (int i = 0; i < 5; ++i) a.v[i] += m.v[i] & sign;
  };
  addIfNegative();
  if (negate) {
    for (int i = 0; i < 5; ++i) a.v[i] = -a.v[i];
  }
  carry();
  addIfNegative();
  carry();
  return a;
}

/// 1/a in Montgomery's form, and 0 for 0.
template <class P>
inline Fp<P> inverseInVariableTime(const Fp<P>& a) {
  static constexpr detail::Words4 kCube = detail::powerOfTwo(768, P::kModulus);
  const Signed62 m = toSigned62({{P::kModulus.w[0], P::kModulus.w[1], P::kModulus.w[2], P::kModulus.w[3]}});
  constexpr u64 inverse62 = (0 - P::kNegatedInverse) & kMask62;
  Signed62 d{{0, 0, 0, 0, 0}}, e{{1, 0, 0, 0, 0}}, f = m, g = toSigned62(a.e);
  std::int64_t eta = -1;
  int length = 5;
  for (;;) {
    Steps62 steps;
    eta = divisionSteps62(eta, static_cast<u64>(f.v[0]), static_cast<u64>(g.v[0]), steps);
    applyStepsModulo(d, e, steps, m, inverse62);
    applySteps(f, g, steps, length);
    std::int64_t rest = 0;
    for (int i = 0; i < length; ++i) rest |= g.v[i];
    if (rest == 0) break;
    // Both highest digits all sign: one digit fewer will do.
    const std::int64_t fn = f.v[length - 1], gn = g.v[length - 1];
    if (length > 1 && (fn ^ (fn >> 63)) == 0 && (gn ^ (gn >> 63)) == 0) {
      f.v[length - 2] |= static_cast<std::int64_t>(static_cast<u64>(fn) << 62);
      g.v[length - 2] |= static_cast<std::int64_t>(static_cast<u64>(gn) << 62);
      --length;
    }
  }
  // a is x R; its plain inverse 1/(x R) times R^3, reduced, is R / x.
  const Fp<P> plain{fromSigned62(normalise(d, f.v[length - 1] < 0, m))};
  return Fp<P>::mul(plain, Fp<P>::fromWords(kCube));
}

}  // namespace straddle::STRADDLE_ISA
