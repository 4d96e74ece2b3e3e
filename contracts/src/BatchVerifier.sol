// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {Groth16Batch} from "./libraries/Groth16Batch.sol";

/// @notice One shape's verifier: Groth16Batch with the shape's key, which stands behind the code (libraries/KeyData.sol).
/// @dev A contract of its own costs `submit` no more than a key kept as code: either way one address is cold.
/// Call: per proof A 2, B 4 (imaginary part first), C 2 and 7 public inputs below p, nothing else. Answer: one word, 1 if
/// all hold, else 0. Reverts where a precompile does.
contract BatchVerifier {
    uint256 private constant ROW_BYTES = 480;

    fallback() external {
        uint256[30] memory key;
        uint256 count = msg.data.length / ROW_BYTES;
        uint256[8][] memory proofs = new uint256[8][](0);
        uint256[7][] memory inputs = new uint256[7][](0);
        assembly ("memory-safe") {
            // 30 words
            codecopy(key, sub(codesize(), 960), 960)
            let rows := mload(0x40)
            let size := mul(count, ROW_BYTES)
            calldatacopy(rows, 0, size)
            proofs := add(rows, size)
            inputs := add(proofs, shl(5, add(count, 1)))
            mstore(0x40, add(inputs, shl(5, add(count, 1))))
            mstore(proofs, count)
            mstore(inputs, count)
            for { let i := 1 } iszero(gt(i, count)) { i := add(i, 1) } {
                mstore(add(proofs, shl(5, i)), rows)
                mstore(add(inputs, shl(5, i)), add(rows, 256))
                rows := add(rows, ROW_BYTES)
            }
        }
        bool hold = Groth16Batch.verify(key, proofs, inputs);
        assembly ("memory-safe") {
            mstore(0, hold)
            return(0, 32)
        }
    }
}
