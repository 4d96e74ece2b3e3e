// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../interfaces/IStraddleExchange.sol";
import {Field} from "./Field.sol";

/// @notice Verifies k Groth16 proofs of one key with k + 3 pairings.
/// @dev Proof i holds iff e(A_i, B_i) e(-alpha, beta) e(L_i, -gamma) e(C_i, -delta) = 1, L_i = ic_0 + sum_j x_ij ic_j.
/// With weights r_0 = 1 and r_i of 128 bits drawn after everything is fixed, all hold (but for a chance of 2^-128) iff
///   prod e(r_i A_i, B_i) e(R (-alpha), beta) e(sum r_i L_i, -gamma) e(sum r_i C_i, -delta) = 1,  R = sum r_i.
/// The precompiles refuse points that are off the curve, off G2's subgroup, or not reduced: a refusal, or a call that
/// runs out of gas, reverts and is never taken for an answer.
library Groth16Batch {
    uint256 private constant P = Field.P;
    uint256 private constant ADD = 6;
    uint256 private constant MUL = 7;
    uint256 private constant PAIRING = 8;

    /// @param key As KeyData keeps it.
    /// @param proofs A 2, B 4 (imaginary part first), C 2.
    /// @param inputs Each below p, which the caller has checked.
    function verify(
        uint256[30] memory key,
        uint256[8][] memory proofs,
        uint256[7][] memory inputs
    ) internal view returns (bool) {
        uint256[] memory weights = _weights(key, proofs, inputs);
        uint256[] memory terms = new uint256[](6 * (proofs.length + 3));
        _putProofs(terms, proofs, weights);
        uint256 position = 6 * proofs.length;
        uint256 total = _sum(weights);
        (terms[position], terms[position + 1]) = proofs.length == 1 ? (key[0], key[1]) : _mul(key[0], key[1], total);
        (terms[position + 6], terms[position + 7]) = _inputPoint(key, inputs, weights, total);
        (terms[position + 12], terms[position + 13]) = _sumC(proofs, weights);
        for (uint256 j = 0; j < 4; ++j) {
            terms[position + 2 + j] = key[2 + j];
            terms[position + 8 + j] = key[6 + j];
            terms[position + 14 + j] = key[10 + j];
        }
        return _pairing(terms);
    }

    function _weights(
        uint256[30] memory key,
        uint256[8][] memory proofs,
        uint256[7][] memory inputs
    ) private pure returns (uint256[] memory weights) {
        weights = new uint256[](proofs.length);
        weights[0] = 1;
        if (proofs.length == 1) return weights;
        bytes32 seed = keccak256(abi.encodePacked(key));
        for (uint256 i = 0; i < proofs.length; ++i) {
            seed = keccak256(abi.encodePacked(seed, proofs[i], inputs[i]));
        }
        for (uint256 i = 1; i < proofs.length; ++i) {
            weights[i] = uint128(uint256(keccak256(abi.encodePacked(seed, i))));
        }
    }

    /// @dev 128-bit weights of fewer than 2^120 proofs: no overflow, and the sum stays below p for any real call.
    function _sum(uint256[] memory weights) private pure returns (uint256 total) {
        for (uint256 i = 0; i < weights.length; ++i) {
            total += weights[i];
        }
    }

    function _putProofs(uint256[] memory terms, uint256[8][] memory proofs, uint256[] memory weights) private view {
        for (uint256 i = 0; i < proofs.length; ++i) {
            uint256[8] memory proof = proofs[i];
            uint256 position = 6 * i;
            (terms[position], terms[position + 1]) = i == 0 ? (proof[0], proof[1]) : _mul(proof[0], proof[1], weights[i]);
            for (uint256 j = 2; j < 6; ++j) {
                terms[position + j] = proof[j];
            }
        }
    }

    function _inputPoint(
        uint256[30] memory key,
        uint256[7][] memory inputs,
        uint256[] memory weights,
        uint256 total
    ) private view returns (uint256 x, uint256 y) {
        (x, y) = inputs.length == 1 ? (key[14], key[15]) : _mul(key[14], key[15], total);
        for (uint256 j = 0; j < 7; ++j) {
            uint256 scalar = 0;
            for (uint256 i = 0; i < inputs.length; ++i) {
                scalar = addmod(scalar, mulmod(weights[i], inputs[i][j], P), P);
            }
            (uint256 termX, uint256 termY) = _mul(key[16 + 2 * j], key[17 + 2 * j], scalar);
            (x, y) = _add(x, y, termX, termY);
        }
    }

    function _sumC(uint256[8][] memory proofs, uint256[] memory weights) private view returns (uint256 x, uint256 y) {
        (x, y) = (proofs[0][6], proofs[0][7]);
        for (uint256 i = 1; i < proofs.length; ++i) {
            (uint256 termX, uint256 termY) = _mul(proofs[i][6], proofs[i][7], weights[i]);
            (x, y) = _add(x, y, termX, termY);
        }
    }

    function _mul(uint256 x, uint256 y, uint256 scalar) private view returns (uint256 outX, uint256 outY) {
        bool answered;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, x)
            mstore(add(m, 32), y)
            mstore(add(m, 64), scalar)
            answered := and(eq(returndatasize(), 64), staticcall(gas(), MUL, m, 96, m, 64))
            outX := mload(m)
            outY := mload(add(m, 32))
        }
        if (!answered) revert IStraddleExchange.PrecompileFailed(MUL);
    }

    function _add(
        uint256 x1,
        uint256 y1,
        uint256 x2,
        uint256 y2
    ) private view returns (uint256 outX, uint256 outY) {
        bool answered;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, x1)
            mstore(add(m, 32), y1)
            mstore(add(m, 64), x2)
            mstore(add(m, 96), y2)
            answered := and(eq(returndatasize(), 64), staticcall(gas(), ADD, m, 128, m, 64))
            outX := mload(m)
            outY := mload(add(m, 32))
        }
        if (!answered) revert IStraddleExchange.PrecompileFailed(ADD);
    }

    function _pairing(uint256[] memory terms) private view returns (bool) {
        bool answered;
        uint256 result;
        assembly ("memory-safe") {
            answered := staticcall(gas(), PAIRING, add(terms, 32), mul(mload(terms), 32), 0, 32)
            answered := and(answered, eq(returndatasize(), 32))
            result := mload(0)
        }
        if (!answered) revert IStraddleExchange.PrecompileFailed(PAIRING);
        return result == 1;
    }
}
