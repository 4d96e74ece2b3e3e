// The curve of circomlib's EdDSA (EIP-2494): 168700 x^2 + y^2 = 1 + 168696 x^2 y^2 over Fr, of order 8 l.
//
// -1 is a square in Fr, so with u = sqrt(-168700) x it is -u^2 + y^2 = 1 + d u^2 y^2: the form with the fastest formulas
// (Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited", 2008). d is no square, so they are complete: correct
// for all points, those of small order among them. Kernels compute with (u, y); x appears at the boundary and in hashes.
#pragma once

#include "field/Bn254.h"
#include "field/Element.h"
#include "poseidon/FrConstant.h"
#include "poseidon/PoseidonParameters.h"

namespace straddle {

namespace detail {
inline constexpr Words4 kSubgroupOrder{{0x677297dc392126f1, 0xab3eedb83920ee0a, 0x370a08b6d0302b0b, 0x060c89ce5c263405}};
}

/// Scalars modulo l = 2736030358979909402780800718157159386076813972158567259200215660948447373041.
struct SubgroupParameters : detail::FieldParameters<detail::kSubgroupOrder> {};

/// sqrt(-168700).
inline constexpr FrConstant kJubjubScale(
    detail::Words4{{0x6c7be2c1d8b2d768, 0x74a5f6ca321ea117, 0x2c7ac0ce84e61177, 0x0e0ff35005d6e54b}});
inline constexpr detail::Words4 kJubjubPlainD{
    {0xd075ca8cf4d7eb8e, 0x039b2959ebb7c867, 0x3df072d799fd11fc, 0x1aee90f15f218969}};
/// d = -168696 / 168700, and 2 d.
inline constexpr FrConstant kJubjubD(kJubjubPlainD);
inline constexpr FrConstant kJubjub2D(timesPowerOfTwo(kJubjubPlainD, 1, FrParameters::kModulus));
/// B8, the generator of the subgroup.
inline constexpr FrConstant kJubjubBaseX(
    detail::Words4{{0x2893f3f6bb957051, 0x2ab8d8010534e0b6, 0x4eacb2e09d6277c1, 0x0bb77a6ad63e739b}});
inline constexpr FrConstant kJubjubBaseY(
    detail::Words4{{0x4b3c257a872d7d8b, 0xfce0051fb9e13377, 0x25572e1cd16bf9ed, 0x25797203f7a0b249}});

/// A multiple of B8 as additions want it: y + u, y - u, 2 d u y, external elements.
struct BaseMultiple {
  Element yPlusU, yMinusU, duy2;
};

/// base[w (kBaseEntries) + j] = j 64^w B8: with signed digits of 6 bits a multiple is 42 additions. 133 kB: stays in L2,
/// and is short enough for a signer to read in full.
inline constexpr int kBaseBits = 6;
inline constexpr int kBaseWindows = 42;
inline constexpr int kBaseEntries = (1 << (kBaseBits - 1)) + 1;
inline constexpr int kBaseSize = kBaseWindows * kBaseEntries;

struct EddsaTables {
  /// kBaseSize of them.
  const BaseMultiple* base;
  /// For the 5 inputs of the signature's hash.
  PoseidonParameters poseidon;
};

/// Multiples of -8 A of one key A, laid out as those of B8: a signature by it takes 42 additions instead of 250 doublings
/// and 51 additions (KeyTables.h keeps these).
using KeyTable = const BaseMultiple*;

/// All plain.
struct SignatureCheck {
  Element keyX, keyY, message, rX, rY, s;
};

}  // namespace straddle
