// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MockUSDC} from "../src/devnet/MockUSDC.sol";
import {FalseToken, FeeToken, ReentrantToken} from "./BadTokens.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

contract WithdrawalsTest is ExchangeFixture {
    function test_claimsOnceToAnyAddress() public {
        credit(open(ALICE, 5_000_000), 3_000_000);
        vm.expectEmit(address(exchange));
        emit I.Claimed(ALICE, address(77), 3_000_000);
        vm.prank(ALICE);
        assertEq(exchange.claim(address(77)), 3_000_000);
        assertEq(usdc.balanceOf(address(77)), 3_000_000);
        vm.expectRevert(abi.encodeWithSelector(I.NothingToClaim.selector, ALICE));
        vm.prank(ALICE);
        exchange.claim(address(77));
        (uint256 held, uint256 claims, uint256 accounts,) = exchange.conservation();
        assertEq(held, 2_000_000);
        assertEq(claims, 0);
        assertEq(accounts, 2_000_000);
    }

    function test_refusesToClaimToNobody() public {
        credit(open(ALICE, 5_000_000), 3_000_000);
        bytes memory reason = abi.encodeWithSelector(I.ZeroAddress.selector);
        vm.expectRevert(reason);
        vm.prank(ALICE);
        exchange.claim(address(0));
        vm.expectRevert(reason);
        vm.prank(ALICE);
        exchange.claim(address(exchange));
    }

    function test_aFeeTakingTokenCreditsWhatArrives() public {
        use(new FeeToken());
        uint24 account = open(ALICE, 5_000_000);
        (uint256 held,, uint256 accounts,) = exchange.conservation();
        assertEq(accounts, 4_950_000);
        assertEq(held, 4_950_000);
        (bytes32 chainHash,,) = exchange.l1OpChain(1);
        assertEq(chainHash, keccak256(abi.encode(bytes32(0), opHead(1, account, 4_950_000, 0), ALICE, KEY_X, KEY_Y)));
        vm.prank(ALICE);
        exchange.deposit(account, ALICE, 2_000_000);
        (held,, accounts,) = exchange.conservation();
        assertEq(held, accounts);
        assertEq(held, 4_950_000 + 1_980_000);
    }

    function test_aFeeOnTopCannotSpendOthersMoney() public {
        FeeToken token = new FeeToken();
        use(token);
        open(BOB, 5_000_000);
        credit(open(ALICE, 5_000_000), 3_000_000);
        token.takeOnTop();
        vm.expectRevert(abi.encodeWithSelector(I.TokenDebitDiffers.selector, 3_000_000, 3_030_000));
        vm.prank(ALICE);
        exchange.claim(ALICE);
        assertEq(exchange.claimable(ALICE), 3_000_000);
    }

    function test_aFalseAnswerCreditsNothing() public {
        use(new FalseToken());
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(usdc)));
        open(ALICE, 5_000_000);
        assertEq(exchange.l1OpCount(), 0);
    }

    function test_aReentrantTokenGainsNothing() public {
        ReentrantToken token = new ReentrantToken();
        use(token);
        open(BOB, 50_000_000);
        token.mint(address(token), 100_000_000);
        uint24 account = token.enroll(KEY_X, KEY_Y, exchange);
        credit(account, 3_000_000);
        bytes memory claimAgain = abi.encodeCall(exchange.claim, (address(token)));
        token.aim(exchange, claimAgain);
        vm.prank(address(token));
        exchange.claim(address(1234));
        expectReentrancyRefused(token);
        assertEq(token.balanceOf(address(1234)), 3_000_000);
        token.aim(exchange, abi.encodeCall(exchange.deposit, (account, address(token), 2_000_000)));
        vm.prank(ALICE);
        exchange.openAccount(1, KEY_X, KEY_Y, 5_000_000);
        expectReentrancyRefused(token);
        (uint256 held, uint256 claims, uint256 accounts,) = exchange.conservation();
        assertEq(held, 62_000_000);
        assertEq(claims + accounts, 62_000_000);
    }

    function use(MockUSDC token) private {
        usdc = token;
        deploy(deployment(address(token)));
        fund(ALICE);
        fund(BOB);
    }

    function expectReentrancyRefused(ReentrantToken token) private view {
        bytes4 selector = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
        assertEq(keccak256(token.failure()), keccak256(abi.encodeWithSelector(selector)));
    }

    /// @dev A batch whose proof says that the account withdraws.
    function credit(uint24 account, uint256 amount) private {
        uint256[] memory words = new uint256[](2);
        words[0] = header(exchange.batchNumber(), 0, 1, 0, 0);
        words[1] = withdrawalWord(account, 0, amount);
        submitWords(words);
    }
}
