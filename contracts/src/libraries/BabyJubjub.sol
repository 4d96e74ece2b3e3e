// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../interfaces/IStraddleExchange.sol";
import {Field} from "./Field.sol";

/// @notice Checks a trading key as the circuit reads it: a x^2 + y^2 = 1 + d x^2 y^2 over circomlib's Baby Jubjub.
/// @dev A linked library: the exchange has no room for it.
library BabyJubjub {
    uint256 private constant P = Field.P;
    uint256 private constant A = 168700;
    uint256 private constant D = 168696;

    /// @dev A key of small order would verify signatures that nobody made, and the circuit refuses it: such an op could
    /// never be processed.
    function requireKey(uint256 x, uint256 y) external pure {
        Field.requireElement(x);
        Field.requireElement(y);
        uint256 xx = mulmod(x, x, P);
        uint256 yy = mulmod(y, y, P);
        uint256 left = addmod(mulmod(A, xx, P), yy, P);
        uint256 right = addmod(1, mulmod(D, mulmod(xx, yy, P), P), P);
        if (left != right) revert IStraddleExchange.KeyNotOnCurve(x, y);
        if (_isSmallOrder(x, y)) revert IStraddleExchange.KeyOfSmallOrder(x, y);
    }

    /// @dev The cofactor is 8: the order is small exactly if three doublings give the identity (0 : z : z).
    function _isSmallOrder(uint256 x, uint256 y) private pure returns (bool) {
        uint256 z = 1;
        for (uint256 i = 0; i < 3; ++i) {
            (x, y, z) = _double(x, y, z);
        }
        return x == 0 && y == z;
    }

    /// @dev Projective doubling, complete on this curve (Bernstein et al., "Twisted Edwards Curves", section 6).
    function _double(uint256 x, uint256 y, uint256 z) private pure returns (uint256, uint256, uint256) {
        uint256 b = mulmod(addmod(x, y, P), addmod(x, y, P), P);
        uint256 c = mulmod(x, x, P);
        uint256 d = mulmod(y, y, P);
        uint256 e = mulmod(A, c, P);
        uint256 f = addmod(e, d, P);
        uint256 h = mulmod(z, z, P);
        uint256 j = addmod(f, P - addmod(h, h, P), P);
        uint256 x3 = mulmod(addmod(b, P - addmod(c, d, P), P), j, P);
        return (x3, mulmod(f, addmod(e, P - d, P), P), mulmod(f, j, P));
    }
}
