// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../interfaces/IStraddleExchange.sol";
import {Field} from "./Field.sol";

/// @notice The data words of a batch (docs/PROTOCOL.md, section 6).
library BatchWords {
    uint256 internal constant L1_OP_WORDS = 4;
    /// @dev Widest word that cannot stand for another one in the circuit's field.
    uint256 private constant WORD_BITS = 248;

    struct Header {
        uint64 batchNumber;
        uint256 l1Ops;
        uint256 withdrawals;
        uint256 settlements;
    }

    function readHeader(uint256[] calldata words, uint64 expected) internal pure returns (Header memory header) {
        if (words.length == 0) revert IStraddleExchange.WordsTooFew(expected);
        uint256 word = words[0];
        if (word >> 128 != 0) revert IStraddleExchange.HeaderOutOfRange(word);
        uint64 number = uint64(word);
        if (number != expected) revert IStraddleExchange.BatchNumberNotNext(expected, number);
        header = Header(number, uint16(word >> 64), uint16(word >> 80), uint16(word >> 112));
        uint256 trades = uint16(word >> 96);
        uint256 count = 1 + L1_OP_WORDS * header.l1Ops + header.withdrawals + 2 * trades + header.settlements;
        if (words.length != count) {
            revert IStraddleExchange.WordsDisagreeWithHeader(number, count, words.length);
        }
    }

    /// @dev Key words are not bounded here: they are equal to the queue's, which are below p.
    function requireCanonical(uint256[] calldata words, Header memory header) internal pure {
        uint256 opsEnd = 1 + L1_OP_WORDS * header.l1Ops;
        for (uint256 position = 1; position < opsEnd; position += L1_OP_WORDS) {
            if (words[position] >> WORD_BITS != 0) _refuse(words, header, position);
            if (words[position + 1] >> WORD_BITS != 0) _refuse(words, header, position + 1);
        }
        uint256 all = 0;
        assembly ("memory-safe") {
            let end := add(words.offset, shl(5, words.length))
            for { let position := add(words.offset, shl(5, opsEnd)) } lt(position, end) { position := add(position, 32) } {
                all := or(all, calldataload(position))
            }
        }
        if (all >> WORD_BITS == 0) return;
        for (uint256 position = opsEnd; position < words.length; ++position) {
            if (words[position] >> WORD_BITS != 0) _refuse(words, header, position);
        }
    }

    /// @return point keccak256(dataCommit, words) mod p.
    /// @return value The words' polynomial at the point, the first word leading.
    function evaluate(
        uint256 dataCommit,
        uint256[] calldata words
    ) internal pure returns (uint256 point, uint256 value) {
        uint256 p = Field.P;
        assembly ("memory-safe") {
            let m := mload(0x40)
            let size := shl(5, words.length)
            mstore(m, dataCommit)
            calldatacopy(add(m, 32), words.offset, size)
            point := mod(keccak256(m, add(size, 32)), p)
            let end := add(words.offset, size)
            for { let position := words.offset } lt(position, end) { position := add(position, 32) } {
                value := addmod(mulmod(value, point, p), calldataload(position), p)
            }
        }
    }

    function _refuse(uint256[] calldata words, Header memory header, uint256 position) private pure {
        revert IStraddleExchange.WordOutOfRange(header.batchNumber, position, words[position]);
    }
}
