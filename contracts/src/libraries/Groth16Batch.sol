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
///
/// Everything is a position in memory, as arrays of Solidity cost 13,000 gas a call in bounds that are fixed here:
/// the key is 30 words as libraries/KeyData.sol has them, a row 15 words: A 2, B 4 (imaginary part first), C 2, inputs 7.
library Groth16Batch {
    uint256 private constant ADD = 6;
    uint256 private constant MUL = 7;
    uint256 private constant PAIRING = 8;
    uint256 private constant ROW_BYTES = 480;
    uint256 private constant KEY_BYTES = 960;
    uint256 private constant TERM_BYTES = 192;
    // Within a key and within a row.
    uint256 private constant BETA = 64;
    uint256 private constant GAMMA = 192;
    uint256 private constant DELTA = 320;
    uint256 private constant IC = 448;
    uint256 private constant C = 192;
    uint256 private constant INPUTS = 256;

    /// @param key Position of the key.
    /// @param rows Position of the first row; inputs below p, which the caller has checked.
    /// @param count Of rows, at least 1 and below 2^100: no sum of positions or weights overflows.
    function verify(uint256 key, uint256 rows, uint256 count) internal view returns (bool) {
        // Accumulator 2 words, point 2, scalar 1: the sum of the first four, and the product of the last three, are
        // read by the precompiles where they stand.
        uint256 scratch = _allocate(160);
        uint256 terms = _allocate(TERM_BYTES * (count + 3));
        (uint256 weights, uint256 total) = _weights(key, rows, count);
        uint256 term = terms;
        for (uint256 i = 0; i < count; ++i) {
            uint256 row = rows + ROW_BYTES * i;
            _copy(term, row, TERM_BYTES);
            if (i != 0) _copy(term, _multiply(scratch, row, _load(weights + 32 * i)), 64);
            term += TERM_BYTES;
        }
        _copy(term, key, TERM_BYTES);
        if (count != 1) _copy(term, _multiply(scratch, key, total), 64);
        term += TERM_BYTES;
        _sumInputs(scratch, key, rows, count, weights, total);
        _copy(term, scratch, 64);
        _copy(term + 64, key + GAMMA, 128);
        term += TERM_BYTES;
        _sumC(scratch, rows, count, weights);
        _copy(term, scratch, 64);
        _copy(term + 64, key + DELTA, 128);
        return _pairing(terms, TERM_BYTES * (count + 3));
    }

    function _weights(uint256 key, uint256 rows, uint256 count) private pure returns (uint256 weights, uint256 total) {
        weights = _allocate(32 * count);
        _store(weights, 1);
        total = 1;
        if (count == 1) return (weights, total);
        uint256 seed = _hash(key, KEY_BYTES);
        uint256 content = _allocate(32 + ROW_BYTES);
        for (uint256 i = 0; i < count; ++i) {
            _store(content, seed);
            _copy(content + 32, rows + ROW_BYTES * i, ROW_BYTES);
            seed = _hash(content, 32 + ROW_BYTES);
        }
        _store(content, seed);
        for (uint256 i = 1; i < count; ++i) {
            _store(content + 32, i);
            uint256 weight = uint128(_hash(content, 64));
            _store(weights + 32 * i, weight);
            total += weight;
        }
    }

    /// @dev Accumulator = sum over rows of weight * L.
    function _sumInputs(uint256 scratch, uint256 key, uint256 rows, uint256 count, uint256 weights, uint256 total)
        private
        view
    {
        uint256 p = Field.P;
        uint256 ic = key + IC;
        _copy(scratch, count == 1 ? ic : _multiply(scratch, ic, total), 64);
        for (uint256 input = rows + INPUTS; input < rows + ROW_BYTES; input += 32) {
            uint256 scalar;
            assembly ("memory-safe") {
                scalar := mload(input)
                for { let i := 1 } lt(i, count) { i := add(i, 1) } {
                    let weight := mload(add(weights, shl(5, i)))
                    scalar := addmod(scalar, mulmod(weight, mload(add(input, mul(i, ROW_BYTES))), p), p)
                }
            }
            ic += 64;
            _multiply(scratch, ic, scalar);
            _accumulate(scratch);
        }
    }

    /// @dev Accumulator = sum over rows of weight * C.
    function _sumC(uint256 scratch, uint256 rows, uint256 count, uint256 weights) private view {
        _copy(scratch, rows + C, 64);
        for (uint256 i = 1; i < count; ++i) {
            _multiply(scratch, rows + ROW_BYTES * i + C, _load(weights + 32 * i));
            _accumulate(scratch);
        }
    }

    /// @return product Where in the scratch it stands.
    function _multiply(uint256 scratch, uint256 point, uint256 scalar) private view returns (uint256 product) {
        bool answered;
        assembly ("memory-safe") {
            product := add(scratch, 64)
            mcopy(product, point, 64)
            mstore(add(product, 64), scalar)
            answered := staticcall(gas(), MUL, product, 96, product, 64)
            answered := and(answered, eq(returndatasize(), 64))
        }
        if (!answered) revert IStraddleExchange.PrecompileFailed(MUL);
    }

    function _accumulate(uint256 scratch) private view {
        bool answered;
        assembly ("memory-safe") {
            answered := staticcall(gas(), ADD, scratch, 128, scratch, 64)
            answered := and(answered, eq(returndatasize(), 64))
        }
        if (!answered) revert IStraddleExchange.PrecompileFailed(ADD);
    }

    function _pairing(uint256 terms, uint256 size) private view returns (bool) {
        bool answered;
        uint256 result;
        assembly ("memory-safe") {
            answered := staticcall(gas(), PAIRING, terms, size, 0, 32)
            answered := and(answered, eq(returndatasize(), 32))
            result := mload(0)
        }
        if (!answered) revert IStraddleExchange.PrecompileFailed(PAIRING);
        return result == 1;
    }

    function _allocate(uint256 size) private pure returns (uint256 position) {
        assembly ("memory-safe") {
            position := mload(0x40)
            mstore(0x40, add(position, size))
        }
    }

    function _load(uint256 position) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(position)
        }
    }

    function _store(uint256 position, uint256 value) private pure {
        assembly ("memory-safe") {
            mstore(position, value)
        }
    }

    function _copy(uint256 to, uint256 from, uint256 size) private pure {
        assembly ("memory-safe") {
            mcopy(to, from, size)
        }
    }

    function _hash(uint256 position, uint256 size) private pure returns (uint256 hash) {
        assembly ("memory-safe") {
            hash := keccak256(position, size)
        }
    }
}
