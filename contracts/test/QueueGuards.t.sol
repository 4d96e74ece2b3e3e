// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {Field} from "../src/libraries/Field.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

contract NoEther {
    function takeBack(I exchange, uint24 account) external {
        exchange.takeBackBond(account, address(this));
    }
}

/// @dev Takes its bond and calls back in the same breath.
contract CallsBack {
    I private immutable _exchange;
    bytes private _call;
    bytes4 public refusal;

    constructor(I exchange, bytes memory call) {
        (_exchange, _call) = (exchange, call);
    }

    function takeBack(uint24 account) external {
        _exchange.takeBackBond(account, address(this));
    }

    receive() external payable {
        (bool taken, bytes memory reason) = address(_exchange).call(_call);
        if (!taken) refusal = bytes4(reason);
    }
}

/// @notice What keeps the queue from being filled for nothing, and money from landing where it was not meant to.
contract QueueGuardsTest is ExchangeFixture {
    // ------------------------------------------------------------------ deposits

    /// @dev Bob comes first and has the id that Alice reckoned with: her deposit into it reverts.
    function test_aDepositForAPredictedIdLandsInNobodyElsesAccount() public {
        uint24 predicted = (1 << 20) | 1;
        assertEq(open(BOB, 5_000_000), predicted);
        open(ALICE, 5_000_000);
        vm.expectRevert(abi.encodeWithSelector(I.OwnerDiffers.selector, predicted, BOB));
        vm.prank(ALICE);
        exchange.deposit(predicted, ALICE, 2_000_000);
        vm.prank(ALICE);
        exchange.deposit(predicted, BOB, 2_000_000);
    }

    function test_oneOwnerCannotFillTheCap() public {
        govern(abi.encodeCall(governance.setDepositLimits, (1_000_000, 80_000_000)));
        uint24 account = open(ALICE, 6_000_000);
        assertEq(exchange.depositShareLeft(ALICE), 4_000_000);
        vm.expectRevert(abi.encodeWithSelector(I.DepositShareExceeded.selector, ALICE, 4_000_001, 4_000_000));
        open(ALICE, 4_000_001);
        // Whoever pays: it is the owner's share.
        vm.expectRevert(abi.encodeWithSelector(I.DepositShareExceeded.selector, ALICE, 4_000_001, 4_000_000));
        vm.prank(BOB);
        exchange.deposit(account, ALICE, 4_000_001);
        vm.prank(BOB);
        exchange.deposit(account, ALICE, 4_000_000);
        assertEq(exchange.depositShareLeft(ALICE), 0);
        open(BOB, 10_000_000);
        // It drains over a day, and not below nothing.
        vm.warp(START + 1 days / 4);
        assertEq(exchange.depositShareLeft(ALICE), 2_500_000);
        vm.expectRevert(abi.encodeWithSelector(I.DepositShareExceeded.selector, ALICE, 2_500_001, 2_500_000));
        open(ALICE, 2_500_001);
        open(ALICE, 2_500_000);
        vm.warp(START + 9 days);
        assertEq(exchange.depositShareLeft(ALICE), 10_000_000);
    }

    /// @dev Taking out what was paid in gives no share back.
    function test_theCapCannotBeFilledAndEmptiedInTurn() public {
        govern(abi.encodeCall(governance.setDepositLimits, (1_000_000, 80_000_000)));
        uint24 account = open(ALICE, 10_000_000);
        uint256[] memory words = new uint256[](2);
        words[0] = header(0, 0, 1, 0, 0);
        words[1] = withdrawalWord(account, 0, 10_000_000);
        submitWords(words);
        vm.prank(ALICE);
        exchange.claim(ALICE);
        vm.expectRevert(abi.encodeWithSelector(I.DepositShareExceeded.selector, ALICE, 1_000_000, 0));
        vm.prank(ALICE);
        exchange.deposit(account, ALICE, 1_000_000);
    }

    function test_theLastSerialIsKeptForInsurance() public {
        open(ALICE, 5_000_000);
        open(ALICE, 5_000_000);
        uint256 found = 0;
        for (uint256 slot = 0; slot < 64; ++slot) {
            bytes32 place = keccak256(abi.encode(uint256(1), slot));
            if (vm.load(address(exchange), place) != bytes32(uint256(2))) continue;
            vm.store(address(exchange), place, bytes32(uint256((1 << 20) - 3)));
            found += 1;
        }
        assertEq(found, 1);
        assertEq(open(ALICE, 5_000_000), (1 << 20) | ((1 << 20) - 2));
        vm.expectRevert(abi.encodeWithSelector(I.MarketFull.selector, 1));
        open(ALICE, 5_000_000);
    }

    // ---------------------------------------------------------------------- keys

    function test_aKeyThatAnAccountHadNeverComesBack() public {
        uint24 account = open(ALICE, 5_000_000);
        refuseKey(account, KEY_X, KEY_Y);
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, OTHER_KEY_X, OTHER_KEY_Y);
        uint256[] memory words = new uint256[](9);
        words[0] = header(0, 2, 0, 0, 0);
        putOp(words, 0, opHead(1, account, 5_000_000, 0), ALICE, KEY_X, KEY_Y);
        putOp(words, 1, opHead(3, account, 0, 0), ALICE, OTHER_KEY_X, OTHER_KEY_Y);
        submitWords(words);
        refuseKey(account, KEY_X, KEY_Y);
        refuseKey(account, OTHER_KEY_X, OTHER_KEY_Y);
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, Field.P - KEY_X, KEY_Y);
        // Another account may have it.
        open(ALICE, 5_000_000);
    }

    // --------------------------------------------------------------------- bonds

    function test_aForcedWithdrawalNeedsItsBond() public {
        uint24 account = open(ALICE, 5_000_000);
        refuseForced(account, 0, BOND);
        refuseForced(account, BOND - 1, BOND);
        refuseForced(account, BOND + 1, BOND);
        force(ALICE, account, 2_000_000);
        assertEq(exchange.bondOf(account), BOND);
        assertEq(address(exchange).balance, BOND);
        process(account, 2_000_000, 2_000_000, true);
        // It stands: the next one needs none.
        refuseForced(account, 1, 0);
        force(ALICE, account, 2_000_000);
        process(account, 2_000_000, 1_000_000, false);
        assertEq(exchange.bondOf(account), BOND);
    }

    function test_aBondIsLostWhereLessThanADepositIsPaid() public {
        uint24 account = open(ALICE, 5_000_000);
        force(ALICE, account, 2_000_000);
        vm.recordLogs();
        process(account, 2_000_000, 999_999, true);
        assertEq(keccak256(logOf(I.BondForfeited.selector)), keccak256(abi.encode(BOND)));
        assertEq(exchange.bondOf(account), 0);
        assertEq(exchange.fees(), BOND);
        refuseForced(account, 0, BOND);
        vm.expectRevert(abi.encodeWithSelector(I.NothingToReturn.selector, account));
        vm.prank(ALICE);
        exchange.takeBackBond(account, ALICE);
    }

    function test_aBondComesBackUnlessPledged() public {
        uint24 account = open(ALICE, 5_000_000);
        force(ALICE, account, 2_000_000);
        vm.expectRevert(abi.encodeWithSelector(I.OpStillPending.selector, account, 4));
        vm.prank(ALICE);
        exchange.takeBackBond(account, ALICE);
        process(account, 2_000_000, 2_000_000, true);
        vm.expectRevert(abi.encodeWithSelector(I.NotAccountOwner.selector, account, BOB));
        vm.prank(BOB);
        exchange.takeBackBond(account, BOB);
        vm.expectRevert(abi.encodeWithSelector(I.ZeroAddress.selector));
        vm.prank(ALICE);
        exchange.takeBackBond(account, address(0));
        vm.expectEmit(address(exchange));
        emit I.BondReturned(account, address(77), BOND);
        vm.prank(ALICE);
        exchange.takeBackBond(account, address(77));
        assertEq(address(77).balance, BOND);
        assertEq(address(exchange).balance, 0);
    }

    function test_aFrozenExchangeReturnsEveryBond() public {
        uint24 account = open(ALICE, 5_000_000);
        force(ALICE, account, 2_000_000);
        vm.warp(START + 86401);
        exchange.freeze();
        vm.prank(ALICE);
        exchange.takeBackBond(account, ALICE);
        assertEq(ALICE.balance, 1 ether);
    }

    /// @dev Whoever is paid has the call: nothing that moves money runs inside of it.
    function test_whoTakesABondCallsNothingBack() public {
        bytes[2] memory calls = [abi.encodeCall(exchange.claim, (ALICE)), abi.encodeCall(exchange.deposit, (7, ALICE, 5))];
        for (uint256 i = 0; i < 2; ++i) {
            CallsBack owner = new CallsBack(exchange, calls[i]);
            fund(address(owner));
            uint24 account = open(address(owner), 5_000_000);
            force(address(owner), account, 2_000_000);
            uint256[] memory words = new uint256[](9);
            words[0] = header(i, 2, 0, 0, 0);
            putOp(words, 0, opHead(1, account, 5_000_000, 0), address(owner), KEY_X, KEY_Y);
            putOp(words, 1, opHead(4, account, 2_000_000, 2_000_000), address(owner), 0, 0);
            submitWords(words);
            vm.warp(block.timestamp + 1);
            owner.takeBack(account);
            assertEq(bytes32(owner.refusal()), bytes32(bytes4(keccak256("ReentrancyGuardReentrantCall()"))));
        }
    }

    function test_bondsGoToWhoCanTakeThem() public {
        NoEther owner = new NoEther();
        fund(address(owner));
        uint24 account = open(address(owner), 5_000_000);
        force(address(owner), account, 2_000_000);
        vm.warp(START + 86401);
        exchange.freeze();
        vm.expectRevert(abi.encodeWithSelector(I.EtherNotTaken.selector, address(owner)));
        owner.takeBack(exchange, account);
    }

    /// @dev A raised bond is made up for; a lowered one leaves the old standing.
    function test_theBondIsWhatIsInForce() public {
        uint24 account = open(ALICE, 5_000_000);
        force(ALICE, account, 2_000_000);
        process(account, 2_000_000, 2_000_000, true);
        I.Bounds memory limits = exchange.bounds();
        limits.forcedBondGwei = 3 * BOND_GWEI;
        govern(abi.encodeCall(governance.setBounds, (limits)));
        refuseForced(account, BOND, 2 * BOND);
        vm.prank(ALICE);
        exchange.forceWithdraw{value: 2 * BOND}(account, 1);
        assertEq(exchange.bondOf(account), 3 * BOND);
    }

    function test_aKeyChangePaysAFeeThatSequencersCollect() public {
        uint24 account = open(ALICE, 5_000_000);
        vm.expectRevert(abi.encodeWithSelector(I.BondDiffers.selector, 0, BOND));
        vm.prank(ALICE);
        exchange.changeKey(account, OTHER_KEY_X, OTHER_KEY_Y);
        vm.expectRevert(abi.encodeWithSelector(I.BondDiffers.selector, BOND + 1, BOND));
        vm.prank(ALICE);
        exchange.changeKey{value: BOND + 1}(account, OTHER_KEY_X, OTHER_KEY_Y);
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, OTHER_KEY_X, OTHER_KEY_Y);
        force(ALICE, account, 1);
        assertEq(exchange.fees(), BOND);
        vm.expectRevert(abi.encodeWithSelector(I.NotASequencer.selector, ALICE));
        vm.prank(ALICE);
        exchange.collectFees(ALICE);
        vm.expectEmit(address(exchange));
        emit I.FeesCollected(SEQUENCER, address(78), BOND);
        vm.prank(SEQUENCER);
        exchange.collectFees(address(78));
        // Alice's pledge is not among them.
        assertEq(address(78).balance, BOND);
        assertEq(address(exchange).balance, BOND);
        assertEq(exchange.fees(), 0);
    }

    // ------------------------------------------------------------------- helpers

    /// @dev A batch with the account's opening, if `first`, and its forced withdrawal.
    function process(uint24 account, uint256 asked, uint256 paid, bool first) private {
        uint256 ops = first ? 2 : 1;
        uint256[] memory words = new uint256[](1 + 4 * ops);
        words[0] = header(exchange.batchNumber(), ops, 0, 0, 0);
        if (first) putOp(words, 0, opHead(1, account, 5_000_000, 0), ALICE, KEY_X, KEY_Y);
        putOp(words, ops - 1, opHead(4, account, asked, paid), ALICE, 0, 0);
        submitWords(words);
    }

    function refuseForced(uint24 account, uint256 paid, uint256 expected) private {
        vm.expectRevert(abi.encodeWithSelector(I.BondDiffers.selector, paid, expected));
        vm.prank(ALICE);
        exchange.forceWithdraw{value: paid}(account, 1_000_000);
    }

    function refuseKey(uint24 account, uint256 x, uint256 y) private {
        vm.expectRevert(abi.encodeWithSelector(I.KeyUsedBefore.selector, account, x, y));
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, x, y);
    }
}
