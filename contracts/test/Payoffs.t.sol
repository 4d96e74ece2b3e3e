// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

/// @notice An expired series pays the same to everybody: the first settlement of it says what.
contract PayoffsTest is ExchangeFixture {
    uint24 private constant ID = (1 << 16) | 1;
    uint256 private constant EXPIRY = START + 100;

    function setUp() public override {
        super.setUp();
        list(ID, I.InstrumentKind.Call, EXPIRY, 30_000_000);
        list(ID + 1, I.InstrumentKind.Put, EXPIRY, 30_000_000);
        vm.warp(EXPIRY);
    }

    function test_theFirstSettlementPinsThePayoff() public {
        (bool pinned, uint40 payoff) = exchange.payoffOf(ID);
        assertTrue(!pinned && payoff == 0, "before");
        vm.recordLogs();
        submitWords(words(0, ID, 77, ID, 77));
        assertEq(keccak256(logOf(I.PayoffPinned.selector)), keccak256(abi.encode(77)));
        (pinned, payoff) = exchange.payoffOf(ID);
        assertTrue(pinned && payoff == 77, "after");
        (pinned,) = exchange.payoffOf(ID + 1);
        assertTrue(!pinned, "the other");
        vm.warp(EXPIRY + 5);
        refuseWords(abi.encodeWithSelector(I.PayoffDiffers.selector, ID, 77, 78), words(1, ID, 77, ID, 78));
        submitWords(words(1, ID, 77, ID + 1, 2 ** 40 - 1));
        (, payoff) = exchange.payoffOf(ID + 1);
        assertEq(payoff, 2 ** 40 - 1);
        (I.Instrument memory listed,) = exchange.instrument(ID + 1);
        assertEq(listed.strike, 30_000_000);
    }

    function test_aPayoffOfNothingIsPinnedToo() public {
        submitWords(words(0, ID, 0, ID, 0));
        vm.warp(EXPIRY + 5);
        refuseWords(abi.encodeWithSelector(I.PayoffDiffers.selector, ID, 0, 1), words(1, ID, 0, ID, 1));
    }

    function test_oneBatchHasOnePayoffOfASeries() public {
        refuseWords(abi.encodeWithSelector(I.PayoffDiffers.selector, ID, 77, 78), words(0, ID, 77, ID, 78));
    }

    function test_onlyListedSeriesAreSettled() public {
        bytes memory reason = abi.encodeWithSelector(I.InstrumentNotListed.selector, ID + 2);
        refuseWords(reason, words(0, ID, 77, ID + 2, 77));
    }

    function test_aDelistedSeriesIsSettled() public {
        uint24[] memory ids = new uint24[](1);
        ids[0] = ID;
        vm.prank(LISTER);
        governance.delistInstruments(ids);
        submitWords(words(0, ID, 77, ID, 77));
    }

    /// @dev By the batch's time, not the block's.
    function test_nothingIsSettledBeforeItsExpiry() public {
        bytes memory reason = abi.encodeWithSelector(I.InstrumentNotExpired.selector, ID, EXPIRY, EXPIRY - 1);
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, EXPIRY - 1, 777, words(0, ID, 77, ID, 77)));
        refuse(reason, batches, one(report(EXPIRY - 1, 5)));
    }

    /// @dev Only the last words are settlements: what precedes them may look like any.
    function test_tradesAreNotReadAsSettlements() public {
        uint256[] memory mixed = new uint256[](4);
        mixed[0] = header(0, 0, 0, 1, 1);
        mixed[1] = settlementWord(1, ID + 7, 1, 5);
        mixed[2] = settlementWord(1, ID + 8, 1, 6);
        mixed[3] = settlementWord(1, ID, 1, 77);
        submitWords(mixed);
        (, uint40 payoff) = exchange.payoffOf(ID);
        assertEq(payoff, 77);
    }

    function words(uint256 number, uint24 first, uint40 firstPayoff, uint24 second, uint40 secondPayoff)
        private
        pure
        returns (uint256[] memory list_)
    {
        list_ = new uint256[](3);
        list_[0] = header(number, 0, 0, 0, 2);
        list_[1] = settlementWord((1 << 20) | 1, first, -3, firstPayoff);
        list_[2] = settlementWord((1 << 20) | 2, second, 2 ** 31 - 1, secondPayoff);
    }
}
