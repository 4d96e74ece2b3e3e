// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "./interfaces/IStraddleExchange.sol";
import {Groth16Batch} from "./libraries/Groth16Batch.sol";

/// @notice One shape's verifier: Groth16Batch with the shape's key, which stands behind the code (libraries/KeyData.sol).
/// @dev A contract of its own costs `submit` no more than a key kept as code: either way one address is cold.
/// Call: per proof A 2, B 4 (imaginary part first), C 2 and 7 public inputs below p, nothing else. Answer: one word, 1 if
/// all hold, else 0. Reverts where a precompile does.
contract BatchVerifier {
    uint256 private constant ROW_BYTES = 480;
    uint256 private constant KEY_BYTES = 960;

    fallback() external {
        uint256 size = msg.data.length;
        if (size == 0 || size % ROW_BYTES != 0) revert IStraddleExchange.NoBatches();
        uint256 key;
        uint256 rows;
        assembly ("memory-safe") {
            key := mload(0x40)
            rows := add(key, KEY_BYTES)
            codecopy(key, sub(codesize(), KEY_BYTES), KEY_BYTES)
            calldatacopy(rows, 0, size)
            mstore(0x40, add(rows, size))
        }
        bool hold = Groth16Batch.verify(key, rows, size / ROW_BYTES);
        assembly ("memory-safe") {
            mstore(0, hold)
            return(0, 32)
        }
    }
}
