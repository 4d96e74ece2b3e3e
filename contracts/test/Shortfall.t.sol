// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

/// @notice Bad debt: a batch credits more than all accounts held. It stops nothing, and nobody's later deposit pays it.
contract ShortfallTest is ExchangeFixture {
    uint24 private _alice;
    uint24 private _bob;

    function setUp() public override {
        super.setUp();
        _alice = open(ALICE, 6_000_000);
        _bob = open(BOB, 4_000_000);
    }

    function test_aBatchBeyondWhatIsHeldIsTaken() public {
        vm.recordLogs();
        credit(12_000_000, 3_000_000);
        assertEq(keccak256(logOf(I.ShortfallGrew.selector)), keccak256(abi.encode(5_000_000, 5_000_000)));
        expectBooks(10_000_000, 15_000_000, 0, 5_000_000);
        vm.warp(block.timestamp + 1);
        vm.recordLogs();
        credit(1, 0);
        assertEq(keccak256(logOf(I.ShortfallGrew.selector)), keccak256(abi.encode(1, 5_000_001)));
        expectBooks(10_000_000, 15_000_001, 0, 5_000_001);
    }

    function test_exactlyWhatIsHeldIsNoShortfall() public {
        credit(7_000_000, 3_000_000);
        expectBooks(10_000_000, 10_000_000, 0, 0);
    }

    function test_claimsArePaidWhileMoneyIsThere() public {
        credit(12_000_000, 3_000_000);
        assertEq(claim(ALICE), 10_000_000);
        assertEq(exchange.claimable(ALICE), 2_000_000);
        expectBooks(0, 5_000_000, 0, 5_000_000);
        vm.expectRevert(abi.encodeWithSelector(I.NoMoneyForClaims.selector, 3_000_000));
        claim(BOB);
        // Whoever makes the debt good does so by a transfer.
        usdc.mint(address(exchange), 4_000_000);
        assertEq(claim(BOB), 3_000_000);
        assertEq(claim(ALICE), 1_000_000);
        assertEq(exchange.claimable(ALICE), 1_000_000);
    }

    function test_laterDepositsDoNotPayOldClaims() public {
        credit(12_000_000, 3_000_000);
        vm.prank(BOB);
        exchange.deposit(_bob, BOB, 2_000_000);
        expectBooks(12_000_000, 15_000_000, 2_000_000, 5_000_000);
        assertEq(claim(ALICE), 10_000_000);
        vm.expectRevert(abi.encodeWithSelector(I.NoMoneyForClaims.selector, 2_000_000));
        claim(ALICE);
        credit(0, 2_000_000);
        // What the account took in went to the owner's claims; who comes first is paid.
        assertEq(claim(BOB), 2_000_000);
    }

    /// @dev All 64 bits of an amount count.
    function test_anAmountHasSixtyFourBits() public {
        uint256 amount = (1 << 62) | (1 << 56) | 5;
        credit(amount, 0);
        assertEq(exchange.claimable(ALICE), amount);
    }

    function credit(uint256 toAlice, uint256 toBob) private {
        uint256[] memory words = new uint256[](3);
        words[0] = header(exchange.batchNumber(), 0, 2, 0, 0);
        (words[1], words[2]) = (withdrawalWord(_alice, 0, toAlice), withdrawalWord(_bob, 0, toBob));
        submitWords(words);
    }

    function claim(address owner) private returns (uint256) {
        vm.prank(owner);
        return exchange.claim(owner);
    }

    function expectBooks(uint256 held, uint256 claims, uint256 accounts, uint256 shortfall) private view {
        (uint256 a, uint256 b, uint256 c, uint256 d) = exchange.conservation();
        assertEq(a, held);
        assertEq(b, claims);
        assertEq(c, accounts);
        assertEq(d, shortfall);
    }
}
