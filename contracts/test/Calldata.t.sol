// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

/// @notice Calldata that Solidity reads and no ABI library would: taken, it would leave every watcher standing.
contract CalldataTest is ExchangeFixture {
    /// @dev Of the second argument's list, its first offset, and the first batch: the selector is 4 bytes.
    uint256 private constant BATCHES = 4 + 96;
    uint256 private constant FIRST_OFFSET = BATCHES + 32;

    /// @dev What an encoder makes is taken: of any number of batches, words, reports, inputs, prices, signatures.
    function test_takesCanonicalCalldata(uint256 count, uint256 trades, uint256 inputs, uint256 more) public {
        count = bound(count, 1, 3);
        vm.warp(START + 100);
        I.Batch[] memory batches = chain(count, bound(trades, 0, 4));
        I.OracleReport[] memory reports = new I.OracleReport[](count);
        for (uint256 i = 0; i < count; ++i) {
            batches[i].reportIndex = uint16(i);
            I.OracleReport memory r = report(START + 90 + i, 30_000_000);
            r.inputs = new bytes(bound(inputs, 0, 100) + i);
            signBy(r, 0, 1);
            if (bound(more, 0, 1) == 1) r.signatures = three(r);
            reports[i] = r;
        }
        submit(batches, reports);
    }

    /// @dev A copy of batch 0 behind all else, and its offset pointed there: the same to Solidity.
    function test_refusesATailElsewhere() public {
        bytes memory call = good();
        uint256 batchBytes = 14 * 32 + 32 + 32 * 3;
        uint256 start = FIRST_OFFSET + word(call, FIRST_OFFSET);
        bytes memory moved = bytes.concat(call, slice(call, start, batchBytes));
        put(moved, FIRST_OFFSET, call.length - FIRST_OFFSET);
        refuseCall(moved);
    }

    /// @dev The head of the second batch's list of words lies in the first batch: no tail but one is read twice.
    function test_refusesOverlappingTails() public {
        bytes memory call = twoBatches();
        uint256 first = FIRST_OFFSET + word(call, FIRST_OFFSET);
        uint256 second = FIRST_OFFSET + word(call, FIRST_OFFSET + 32);
        unchecked {
            // Negative: from the second batch back to the words of the first.
            put(call, second + 160, first + 448 - second);
        }
        refuseCall(call);
    }

    function test_refusesOffsetsBeyondTheEndModuloTwoTo256() public {
        bytes memory call = good();
        uint256 reports = word(call, 68);
        bytes memory behind = bytes.concat(call, slice(call, 4 + reports, call.length - 4 - reports));
        put(behind, 68, call.length - 4);
        refuseCall(behind);
        call = good();
        unchecked {
            put(call, 36, word(call, 36) - 32);
        }
        refuseAny(call);
    }

    function test_refusesAnythingBehindOrBetween() public {
        refuseCall(bytes.concat(good(), hex"00"));
        refuseCall(bytes.concat(good(), bytes32(uint256(1))));
        bytes memory call = good();
        // A word put in before the reports, and their offset moved with them.
        uint256 reports = word(call, 68);
        bytes memory gap = bytes.concat(
            slice(call, 0, 4 + reports), bytes32(0), slice(call, 4 + reports, call.length - 4 - reports)
        );
        put(gap, 68, reports + 32);
        refuseCall(gap);
    }

    /// @dev Padding of `inputs` (5 bytes) and of a signature (65 bytes).
    function test_refusesDirtyPadding() public {
        bytes memory call = good();
        uint256 report_ = firstReport(call);
        uint256 inputs = report_ + word(call, report_ + 96);
        assertEq(word(call, inputs), 5);
        for (uint256 where = 5; where < 32; where += 13) {
            call = good();
            call[inputs + 32 + where] = 0x01;
            refuseCall(call);
        }
        call = good();
        uint256 signatures = report_ + word(call, report_ + 128) + 32;
        uint256 last = signatures + word(call, signatures + 32);
        assertEq(word(call, last), 65);
        call[last + 32 + 95] = 0x01;
        refuseCall(call);
        call = good();
        call[last + 32 + 65] = 0x01;
        refuseCall(call);
    }

    /// @dev Every offset there is, one word more and one less, and wrapped around.
    function test_refusesEveryWrongOffset(uint256 which, uint256 by) public {
        bytes memory call = twoBatches();
        uint256 report_ = firstReport(call);
        uint256 signatures = report_ + word(call, report_ + 128) + 32;
        uint256 first = FIRST_OFFSET + word(call, FIRST_OFFSET);
        uint256 second = FIRST_OFFSET + word(call, FIRST_OFFSET + 32);
        uint256[12] memory offsets = [
            36, 68, FIRST_OFFSET, FIRST_OFFSET + 32, first + 160, second + 160, 4 + word(call, 68) + 32,
            report_ + 64, report_ + 96, report_ + 128, signatures, signatures + 32
        ];
        uint256 where = offsets[which % 12];
        unchecked {
            put(call, where, word(call, where) + (by % 2 == 0 ? 1 + by % 100 : 0 - (1 + by % 100)));
        }
        refuseAny(call);
    }

    /// @dev A huge length must not wrap a cursor round to the end.
    function test_refusesHugeLengths(uint256 which, uint256 shift) public {
        bytes memory call = twoBatches();
        uint256 report_ = firstReport(call);
        uint256 first = FIRST_OFFSET + word(call, FIRST_OFFSET);
        uint256[6] memory lengths = [
            BATCHES, first + 448, 4 + word(call, 68), report_ + 160, report_ + word(call, report_ + 96),
            report_ + word(call, report_ + 128)
        ];
        uint256 where = lengths[which % 6];
        put(call, where, word(call, where) | (1 << bound(shift, 8, 255)));
        refuseAny(call);
    }

    function test_refusesTruncatedCalldata(uint256 size) public {
        bytes memory data = good();
        size = bound(size, 4, data.length - 1);
        refuseAny(slice(data, 0, size));
    }

    // ------------------------------------------------------------------ helpers

    function good() private view returns (bytes memory) {
        return abi.encodeCall(exchange.submit, (SHAPE, chain(1, 1), one(report(block.timestamp, 30_000_000))));
    }

    function twoBatches() private view returns (bytes memory) {
        return abi.encodeCall(exchange.submit, (SHAPE, chain(2, 1), one(report(block.timestamp, 30_000_000))));
    }

    function three(I.OracleReport memory r) private view returns (bytes[] memory signatures) {
        signatures = new bytes[](3);
        for (uint256 i = 0; i < 3; ++i) {
            signatures[i] = signature(oracleKeys[i], r);
        }
    }

    function firstReport(bytes memory call) private pure returns (uint256) {
        uint256 list_ = 4 + word(call, 68) + 32;
        return list_ + word(call, list_);
    }

    function refuseCall(bytes memory call) private {
        (bool success, bytes memory result) = send(call);
        assertTrue(!success, "taken");
        assertEq(keccak256(result), keccak256(abi.encodeWithSelector(I.CalldataNotCanonical.selector)));
    }

    /// @dev Solidity's own decoder may be first to refuse.
    function refuseAny(bytes memory call) private {
        (bool success, bytes memory result) = send(call);
        assertTrue(!success, "taken");
        if (result.length != 0) assertEq(bytes32(bytes4(result)), bytes32(I.CalldataNotCanonical.selector));
    }

    function send(bytes memory call) private returns (bool success, bytes memory result) {
        vm.prank(SEQUENCER, SEQUENCER);
        (success, result) = address(exchange).call(call);
    }

    function word(bytes memory data, uint256 where) private pure returns (uint256 value) {
        assembly {
            value := mload(add(add(data, 32), where))
        }
    }

    function put(bytes memory data, uint256 where, uint256 value) private pure {
        assembly {
            mstore(add(add(data, 32), where), value)
        }
    }

    function slice(bytes memory data, uint256 start, uint256 size) private pure returns (bytes memory part) {
        part = new bytes(size);
        assembly {
            mcopy(add(part, 32), add(add(data, 32), start), size)
        }
    }
}
