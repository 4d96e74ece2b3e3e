// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../interfaces/IStraddleExchange.sol";

/// @notice Whether the calldata of `submit(uint16, Batch[], OracleReport[])` is what an ABI encoder makes of its arguments.
/// @dev Solidity adds offsets modulo 2^256 and lets tails overlap: it reads calldata that no ABI library can read, and a
/// watcher would stand still before a batch that L1 took. So every offset and every padding must be the encoder's, tails
/// must follow one another without a gap, and nothing may follow the last.
library SubmitCalldata {
    function requireCanonical() internal pure {
        bool canonical;
        assembly ("memory-safe") {
            // Every length is held below 2^32, so that no sum of a few overflows.
            let end := calldatasize()
            // Arguments: shapeId @4, offset of batches @36, offset of reports @68. Offsets count from 4.
            canonical := eq(calldataload(36), 96)
            let count := calldataload(100)
            canonical := and(canonical, lt(count, 0x100000000))
            let list := 132
            let cursor := add(list, shl(5, count))
            for { let i := list } and(canonical, lt(i, add(list, shl(5, count)))) { i := add(i, 32) } {
                canonical := eq(calldataload(i), sub(cursor, list))
                // A batch: 14 words, the sixth the offset of `words`; then their number and the words.
                canonical := and(canonical, eq(calldataload(add(cursor, 160)), 448))
                let length := calldataload(add(cursor, 448))
                canonical := and(canonical, lt(length, 0x100000000))
                cursor := add(cursor, add(480, shl(5, length)))
                canonical := and(canonical, iszero(gt(cursor, end)))
            }
            canonical := and(canonical, eq(add(calldataload(68), 4), cursor))
            count := calldataload(cursor)
            canonical := and(canonical, lt(count, 0x100000000))
            list := add(cursor, 32)
            cursor := add(list, shl(5, count))
            for { let i := list } and(canonical, lt(i, add(list, shl(5, count)))) { i := add(i, 32) } {
                canonical := eq(calldataload(i), sub(cursor, list))
                // A report: 5 words, the third to fifth the offsets of spots, inputs, signatures.
                let next := 160
                canonical := and(canonical, eq(calldataload(add(cursor, 64)), next))
                let length := calldataload(add(cursor, next))
                canonical := and(canonical, lt(length, 0x100000000))
                next := add(next, add(32, shl(5, length)))
                canonical := and(canonical, eq(calldataload(add(cursor, 96)), next))
                {
                    let ok, size := bytesAt(add(cursor, next))
                    canonical := and(canonical, ok)
                    next := add(next, size)
                }
                canonical := and(canonical, eq(calldataload(add(cursor, 128)), next))
                length := calldataload(add(cursor, next))
                canonical := and(canonical, lt(length, 0x100000000))
                let signatures := add(add(cursor, next), 32)
                cursor := add(signatures, shl(5, length))
                canonical := and(canonical, iszero(gt(cursor, end)))
                for { let j := signatures } and(canonical, lt(j, add(signatures, shl(5, length)))) { j := add(j, 32) } {
                    canonical := eq(calldataload(j), sub(cursor, signatures))
                    let ok, size := bytesAt(cursor)
                    canonical := and(canonical, ok)
                    cursor := add(cursor, size)
                }
            }
            canonical := and(canonical, eq(cursor, end))

            // Size of a `bytes` tail with its length word, and whether its length is sane and its padding zero.
            function bytesAt(position) -> ok, size {
                let length := calldataload(position)
                let padded := and(add(length, 31), not(31))
                ok := lt(length, 0x100000000)
                let padding := calldataload(add(add(position, 32), length))
                ok := and(ok, iszero(shr(sub(256, shl(3, sub(padded, length))), padding)))
                size := add(32, padded)
            }
        }
        if (!canonical) revert IStraddleExchange.CalldataNotCanonical();
    }
}
