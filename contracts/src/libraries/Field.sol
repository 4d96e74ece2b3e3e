// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../interfaces/IStraddleExchange.sol";

/// @notice BN254's two primes.
library Field {
    /// @dev p: order of the groups, modulus of the circuit's field and of Baby Jubjub's coordinates.
    uint256 internal constant P = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    /// @dev q: modulus of BN254's own coordinates.
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    function requireElement(uint256 value) internal pure {
        if (value >= P) revert IStraddleExchange.NotAFieldElement(value);
    }
}
