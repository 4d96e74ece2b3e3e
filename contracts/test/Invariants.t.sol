// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

/// @notice An honest sequencer and three owners in any order of actions, and a ledger of their money kept beside.
contract Actor is ExchangeFixture {
    struct Op {
        uint256 head;
        address owner;
        uint256 keyX;
        uint256 keyY;
    }

    Op[] private _ops;
    uint24[] private _open;
    address[3] private _owners = [address(0x101), address(0x102), address(0x103)];
    mapping(uint24 => uint256) public cash;
    mapping(address => uint256) public credited;
    mapping(address => uint256) public claimed;
    uint256 public expectedRoot = GENESIS;
    uint256 public processed;
    uint256 public batches;

    constructor() {
        ExchangeFixture.setUp();
        for (uint256 i = 0; i < 3; ++i) {
            fund(_owners[i]);
        }
    }

    /// @dev Empty, or the fuzzer would call it.
    function setUp() public override {}

    function openAccount(uint256 who, uint256 amount) external {
        address owner = _owners[who % 3];
        amount = bound(amount, 1_000_000, 50_000_000);
        uint24 account = open(owner, uint64(amount));
        _ops.push(Op(opHead(1, account, amount, 0), owner, KEY_X, KEY_Y));
        _open.push(account);
    }

    function deposit(uint256 which, uint256 amount) external {
        if (_open.length == 0) return;
        uint24 account = _open[which % _open.length];
        amount = bound(amount, 1_000_000, 50_000_000);
        address owner = exchange.accountOwner(account);
        vm.prank(_owners[which % 3]);
        exchange.deposit(account, owner, uint64(amount));
        _ops.push(Op(opHead(2, account, amount, 0), owner, 0, 0));
    }

    function forceWithdraw(uint256 which, uint256 amount) external {
        if (_open.length == 0) return;
        uint24 account = _open[which % _open.length];
        amount = bound(amount, 1, 60_000_000);
        address owner = exchange.accountOwner(account);
        uint256 standing = exchange.bondOf(account);
        vm.prank(owner);
        try exchange.forceWithdraw{value: standing < BOND ? BOND - standing : 0}(account, uint64(amount)) {
            _ops.push(Op(opHead(4, account, amount, 0), owner, 0, 0));
        } catch {}
    }

    function settle(uint256 count, uint256 which, uint256 amount, uint256 pause) external {
        vm.warp(block.timestamp + pause % 100);
        count = bound(count, 0, _ops.length - processed > 3 ? 3 : _ops.length - processed);
        uint256 withdrawals = _open.length == 0 ? 0 : 1;
        uint256[] memory words = new uint256[](1 + 4 * count + withdrawals);
        words[0] = header(batches, count, withdrawals, 0, 0);
        for (uint256 i = 0; i < count; ++i) {
            processOp(words, i);
        }
        if (withdrawals == 1) {
            uint24 account = _open[which % _open.length];
            amount = bound(amount, 0, cash[account]);
            words[words.length - 1] = withdrawalWord(account, 0, amount);
            pay(account, amount);
        }
        uint256 price = 30_000_000;
        I.Batch[] memory calls = one(batch(expectedRoot, expectedRoot + 1, block.timestamp, 777, words));
        submit(calls, one(report(block.timestamp, price)));
        expectedRoot += 1;
        batches += 1;
    }

    function claim(uint256 who) external {
        address owner = _owners[who % 3];
        vm.prank(owner);
        try exchange.claim(owner) returns (uint256 amount) {
            claimed[owner] += amount;
        } catch {
            assertEq(credited[owner], claimed[owner]);
        }
    }

    function processOp(uint256[] memory words, uint256 i) private {
        Op memory op = _ops[processed];
        uint24 account = uint24(op.head >> 4);
        uint256 amount = uint64(op.head >> 28);
        uint256 paid = 0;
        if (op.head & 15 == 4) {
            paid = amount < cash[account] ? amount : cash[account];
            pay(account, paid);
        } else {
            cash[account] += amount;
        }
        putOp(words, i, op.head | (paid << 92), op.owner, op.keyX, op.keyY);
        processed += 1;
    }

    function pay(uint24 account, uint256 amount) private {
        cash[account] -= amount;
        credited[exchange.accountOwner(account)] += amount;
    }

    // Read by the invariants.

    function checkSolvent() external view {
        (uint256 held, uint256 claims, uint256 accounts,) = exchange.conservation();
        assertEq(held, claims + accounts);
        uint256 inside = 0;
        for (uint256 i = 0; i < _open.length; ++i) {
            inside += cash[_open[i]];
        }
        for (uint256 i = processed; i < _ops.length; ++i) {
            if (_ops[i].head & 15 != 4) inside += uint64(_ops[i].head >> 28);
        }
        assertEq(accounts, inside);
    }

    function checkOpsOnceAndInOrder() external view {
        assertEq(exchange.l1OpCount(), _ops.length);
        assertEq(exchange.l1OpIndex(), processed);
        bytes32 link;
        for (uint256 i = 0; i < _ops.length; ++i) {
            link = keccak256(abi.encode(link, _ops[i].head, _ops[i].owner, _ops[i].keyX, _ops[i].keyY));
        }
        (bytes32 chainHash,,) = exchange.l1OpChain(uint64(_ops.length));
        assertEq(chainHash, link);
    }

    function checkRootsChain() external view {
        assertEq(exchange.stateRoot(), expectedRoot);
        assertEq(exchange.batchNumber(), batches);
    }

    function checkNoClaimTwice() external view {
        for (uint256 i = 0; i < 3; ++i) {
            address owner = _owners[i];
            assertEq(exchange.claimable(owner) + claimed[owner], credited[owner]);
        }
    }
}

contract InvariantsTest {
    Actor private _actor;

    function setUp() public {
        _actor = new Actor();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_actor);
    }

    function invariant_solventAndConserving() public view {
        _actor.checkSolvent();
    }

    function invariant_eachOpOnceAndInOrder() public view {
        _actor.checkOpsOnceAndInOrder();
    }

    function invariant_rootsChain() public view {
        _actor.checkRootsChain();
    }

    function invariant_noClaimTwice() public view {
        _actor.checkNoClaimTwice();
    }
}
