// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {Field} from "../src/libraries/Field.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

contract L1QueueTest is ExchangeFixture {
    uint256 private constant ORDER_FOUR_X = 18930368022820495955728484915491405972470733850014661777449844430438130630919;
    uint256 private constant ORDER_EIGHT_X = 17545522957889784193459637215142187266023652151580582754000402781682644312291;
    uint256 private constant ORDER_EIGHT_Y = 4826523245007015323400664741523384119579596407052839571721035538011798951543;

    function test_opensAccountsSeriallyPerMarket() public {
        assertEq(open(ALICE, 5_000_000), (1 << 20) | 1);
        assertEq(open(BOB, 5_000_000), (1 << 20) | 2);
        vm.prank(ALICE);
        assertEq(exchange.openAccount(15, KEY_X, KEY_Y, 5_000_000), (15 << 20) | 1);
        assertEq(exchange.accountOwner((1 << 20) | 2), BOB);
        assertEq(exchange.l1OpCount(), 3);
        assertEq(exchange.l1OpIndex(), 0);
    }

    function test_chainsEveryKindOfOp() public {
        uint24 account = open(ALICE, 5_000_000);
        bytes32 link = keccak256(abi.encode(bytes32(0), opHead(1, account, 5_000_000, 0), ALICE, KEY_X, KEY_Y));
        expectLink(1, link);
        vm.prank(BOB);
        exchange.deposit(account, ALICE, 2_000_000);
        link = keccak256(abi.encode(link, opHead(2, account, 2_000_000, 0), ALICE, 0, 0));
        expectLink(2, link);
        bytes32 changed = keccak256(abi.encode(link, opHead(3, account, 0, 0), ALICE, Field.P - KEY_X, KEY_Y));
        vm.expectEmit(address(exchange));
        emit I.L1OpQueued(2, 3, account, ALICE, 0, Field.P - KEY_X, KEY_Y, changed);
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, Field.P - KEY_X, KEY_Y);
        expectLink(3, changed);
        force(ALICE, account, 9);
        expectLink(4, keccak256(abi.encode(changed, opHead(4, account, 9, 0), ALICE, 0, 0)));
    }

    function test_refusesBadKeys() public {
        refuseKey(abi.encodeWithSelector(I.NotAFieldElement.selector, KEY_X + Field.P), KEY_X + Field.P, KEY_Y);
        refuseKey(abi.encodeWithSelector(I.NotAFieldElement.selector, Field.P), KEY_X, Field.P);
        refuseKey(abi.encodeWithSelector(I.KeyNotOnCurve.selector, KEY_X, KEY_Y + 1), KEY_X, KEY_Y + 1);
        refuseKey(abi.encodeWithSelector(I.KeyNotOnCurve.selector, 0, 0), 0, 0);
        refuseKey(abi.encodeWithSelector(I.KeyOfSmallOrder.selector, 0, 1), 0, 1);
        refuseKey(abi.encodeWithSelector(I.KeyOfSmallOrder.selector, 0, Field.P - 1), 0, Field.P - 1);
        // Order 4: (1 / sqrt(168700), 0).
        refuseKey(abi.encodeWithSelector(I.KeyOfSmallOrder.selector, ORDER_FOUR_X, 0), ORDER_FOUR_X, 0);
        // Order 8: its double is of order 4.
        refuseKey(
            abi.encodeWithSelector(I.KeyOfSmallOrder.selector, ORDER_EIGHT_X, ORDER_EIGHT_Y), ORDER_EIGHT_X, ORDER_EIGHT_Y
        );
    }

    /// @dev A key that is no point could never sign: the op would stand in the queue with no proof to take it.
    function test_aChangeRefusesBadKeysToo() public {
        uint24 account = open(ALICE, 5_000_000);
        vm.expectRevert(abi.encodeWithSelector(I.KeyNotOnCurve.selector, KEY_X, KEY_Y + 1));
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, KEY_X, KEY_Y + 1);
        vm.expectRevert(abi.encodeWithSelector(I.KeyOfSmallOrder.selector, ORDER_EIGHT_X, ORDER_EIGHT_Y));
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, ORDER_EIGHT_X, ORDER_EIGHT_Y);
    }

    function test_refusesBadDeposits() public {
        vm.expectRevert(abi.encodeWithSelector(I.MarketOutOfRange.selector, 16));
        vm.prank(ALICE);
        exchange.openAccount(16, KEY_X, KEY_Y, 5_000_000);
        vm.expectRevert(abi.encodeWithSelector(I.DepositBelowMinimum.selector, 999_999, 1_000_000));
        open(ALICE, 999_999);
        vm.expectRevert(abi.encodeWithSelector(I.UnknownAccount.selector, 5));
        vm.prank(ALICE);
        exchange.deposit(5, ALICE, 5_000_000);
        govern(abi.encodeCall(governance.setDepositLimits, (1_000_000, 24_000_000)));
        for (uint160 i = 1; i <= 7; ++i) {
            fund(address(i));
            open(address(i), 3_000_000);
        }
        vm.expectRevert(abi.encodeWithSelector(I.DepositCapExceeded.selector, 24_000_001, 24_000_000));
        open(ALICE, 3_000_001);
        open(ALICE, 3_000_000);
    }

    function test_onlyTheOwnerChangesKeyAndWithdraws() public {
        uint24 account = open(ALICE, 5_000_000);
        vm.expectRevert(abi.encodeWithSelector(I.NotAccountOwner.selector, account, BOB));
        vm.prank(BOB);
        exchange.changeKey(account, KEY_X, KEY_Y);
        vm.expectRevert(abi.encodeWithSelector(I.NotAccountOwner.selector, account, BOB));
        vm.prank(BOB);
        exchange.forceWithdraw(account, 1);
        vm.expectRevert(abi.encodeWithSelector(I.UnknownAccount.selector, 9));
        vm.prank(BOB);
        exchange.forceWithdraw(9, 1);
        vm.expectRevert(abi.encodeWithSelector(I.AmountZero.selector));
        vm.prank(ALICE);
        exchange.forceWithdraw(account, 0);
    }

    function test_aKeyChangeThatIsDoneMakesRoomForTheNext() public {
        uint24 account = open(ALICE, 5_000_000);
        uint256[] memory words = new uint256[](5);
        words[0] = header(0, 1, 0, 0, 0);
        putOp(words, 0, opHead(1, account, 5_000_000, 0), ALICE, KEY_X, KEY_Y);
        submitWords(words);
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, OTHER_KEY_X, OTHER_KEY_Y);
        words[0] = header(1, 1, 0, 0, 0);
        putOp(words, 0, opHead(3, account, 0, 0), ALICE, OTHER_KEY_X, OTHER_KEY_Y);
        submitWords(words);
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, Field.P - KEY_X, KEY_Y);
    }

    function test_oneKeyChangeAndOneForcedWithdrawalAtATime() public {
        uint24 account = open(ALICE, 5_000_000);
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, OTHER_KEY_X, OTHER_KEY_Y);
        force(ALICE, account, 1);
        vm.expectRevert(abi.encodeWithSelector(I.OpStillPending.selector, account, 3));
        vm.prank(ALICE);
        exchange.changeKey(account, Field.P - KEY_X, KEY_Y);
        vm.expectRevert(abi.encodeWithSelector(I.OpStillPending.selector, account, 4));
        vm.prank(ALICE);
        exchange.forceWithdraw(account, 1);

        uint256[] memory words = new uint256[](13);
        words[0] = header(0, 3, 0, 0, 0);
        putOp(words, 0, opHead(1, account, 5_000_000, 0), ALICE, KEY_X, KEY_Y);
        putOp(words, 1, opHead(3, account, 0, 0), ALICE, OTHER_KEY_X, OTHER_KEY_Y);
        putOp(words, 2, opHead(4, account, 1, 1), ALICE, 0, 0);
        submitWords(words);
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, Field.P - KEY_X, KEY_Y);
        force(ALICE, account, 1);
    }

    function test_freezesOnlyWhenTheOldestOpIsOverdue() public {
        vm.expectRevert(abi.encodeWithSelector(I.NoPendingOp.selector, 0));
        exchange.freeze();
        uint24 account = open(ALICE, 5_000_000);
        vm.warp(START + 1000);
        open(BOB, 5_000_000);
        vm.warp(START + 86400);
        vm.expectRevert(abi.encodeWithSelector(I.OpNotOverdue.selector, 0, START + 86400));
        exchange.freeze();
        uint256[] memory words = new uint256[](5);
        words[0] = header(0, 1, 0, 0, 0);
        putOp(words, 0, opHead(1, account, 5_000_000, 0), ALICE, KEY_X, KEY_Y);
        submitWords(words);
        vm.warp(START + 1000 + 86400);
        vm.expectRevert(abi.encodeWithSelector(I.OpNotOverdue.selector, 1, START + 1000 + 86400));
        exchange.freeze();
        vm.warp(START + 1000 + 86401);
        vm.expectEmit(address(exchange));
        emit I.Frozen(1, uint40(START + 1000));
        exchange.freeze();
        assertTrue(exchange.frozen(), "frozen");
    }

    function test_frozenStopsAllButClaims() public {
        uint24 account = open(ALICE, 5_000_000);
        force(ALICE, account, 2_000_000);
        uint256[] memory words = new uint256[](9);
        words[0] = header(0, 2, 0, 0, 0);
        putOp(words, 0, opHead(1, account, 5_000_000, 0), ALICE, KEY_X, KEY_Y);
        putOp(words, 1, opHead(4, account, 2_000_000, 2_000_000), ALICE, 0, 0);
        submitWords(words);
        open(BOB, 5_000_000);
        vm.warp(block.timestamp + 86401);
        exchange.freeze();
        bytes memory reason = abi.encodeWithSelector(I.ExchangeFrozen.selector);
        vm.expectRevert(reason);
        exchange.freeze();
        vm.expectRevert(reason);
        open(ALICE, 5_000_000);
        vm.expectRevert(reason);
        exchange.deposit(account, ALICE, 5_000_000);
        vm.expectRevert(reason);
        exchange.changeKey(account, KEY_X, KEY_Y);
        vm.expectRevert(reason);
        exchange.forceWithdraw(account, 1);
        I.Batch[] memory batches = chain(1, 1);
        refuse(reason, batches, one(report(block.timestamp, 30_000_000)));
        vm.prank(ALICE);
        assertEq(exchange.claim(ALICE), 2_000_000);
        assertEq(usdc.balanceOf(ALICE), 1e12 - 3_000_000);
    }

    function expectLink(uint64 count, bytes32 expected) private view {
        (bytes32 chainHash, uint40 queuedAt, uint40 dueAt) = exchange.l1OpChain(count);
        assertEq(chainHash, expected);
        assertEq(queuedAt, block.timestamp);
        assertEq(dueAt, block.timestamp + 86400);
    }

    function refuseKey(bytes memory reason, uint256 x, uint256 y) private {
        vm.expectRevert(reason);
        vm.prank(ALICE);
        exchange.openAccount(1, x, y, 5_000_000);
    }
}
