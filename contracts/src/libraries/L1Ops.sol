// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IStraddleExchange} from "../interfaces/IStraddleExchange.sol";
import {BabyJubjub} from "./BabyJubjub.sol";

/// @notice What users ask of the L1 queue: accounts, deposits, keys, forced withdrawals and their bonds.
/// @dev A linked library: its code acts on the exchange's storage, and `msg.sender` is the exchange's caller. The queue is
/// a hash chain: op i extends it by keccak256(chain, head with paid = 0, owner, keyX, keyY).
library L1Ops {
    using SafeERC20 for IERC20;

    uint8 internal constant OPEN = 1;
    uint8 internal constant DEPOSIT = 2;
    uint8 internal constant CHANGE_KEY = 3;
    uint8 internal constant FORCED_WITHDRAWAL = 4;
    /// @dev The serial above is kept for the market's insurance.
    uint256 private constant MAX_SERIAL = (1 << 20) - 2;
    /// @dev An owner's accounts take in this part of the cap at once, and as much again in each INFLOW_SEC.
    uint256 private constant INFLOW_SHARES = 8;
    uint256 private constant INFLOW_SEC = 1 days;

    /// @dev One slot: `submit` reads and writes it once.
    struct Head {
        uint64 batchNumber;
        uint64 l1OpIndex;
        uint64 l1OpCount;
        uint40 lastTime;
        bool frozen;
    }

    /// @dev One slot. `owedToAccounts` is what was deposited and not yet credited to claims.
    struct Totals {
        uint64 owedToAccounts;
        uint64 owedToClaims;
        uint64 minDeposit;
        uint64 depositCap;
    }

    /// @dev One slot. The bond stands until it is lost or taken back; it is pledged while a withdrawal is pending.
    struct Account {
        address owner;
        bool keyChangePending;
        bool withdrawalPending;
        uint48 bondGwei;
    }

    /// @dev `dueAt` is fixed when the op is queued: no later change of the deadline reaches it.
    struct Link {
        bytes32 chainHash;
        uint40 queuedAt;
        uint40 dueAt;
    }

    /// @dev What an owner's accounts took in, less what has drained since.
    struct Inflow {
        uint64 level;
        uint40 asOf;
    }

    struct Queue {
        Head head;
        Totals totals;
        mapping(uint24 account => Account) accounts;
        /// By number of ops: link 0 is the empty queue.
        mapping(uint64 count => Link) links;
        mapping(uint8 market => uint24) lastSerial;
        mapping(address owner => Inflow) inflows;
        mapping(bytes32 accountAndKey => bool) keyUsed;
        /// Ether of key changes and lost bonds, which a sequencer may collect.
        uint256 fees;
    }

    /// @dev Of the call, and of the exchange at the moment.
    struct Terms {
        address token;
        uint256 value;
        uint32 forcedDeadlineSec;
        uint32 forcedBondGwei;
    }

    function openAccount(Queue storage q, Terms memory terms, uint8 market, uint256 keyX, uint256 keyY, uint64 amount)
        external
        returns (uint24 account)
    {
        if (market > 15) revert IStraddleExchange.MarketOutOfRange(market);
        BabyJubjub.requireKey(keyX, keyY);
        uint24 serial = q.lastSerial[market] + 1;
        if (serial > MAX_SERIAL) revert IStraddleExchange.MarketFull(market);
        uint64 received = _pull(q, terms.token, msg.sender, amount);
        q.lastSerial[market] = serial;
        account = (uint24(market) << 20) | serial;
        q.accounts[account].owner = msg.sender;
        _useKey(q, account, keyX, keyY);
        _append(q, terms, OPEN, account, msg.sender, received, keyX, keyY);
    }

    function deposit(Queue storage q, Terms memory terms, uint24 account, address owner, uint64 amount) external {
        address actual = q.accounts[account].owner;
        if (actual == address(0)) revert IStraddleExchange.UnknownAccount(account);
        if (actual != owner) revert IStraddleExchange.OwnerDiffers(account, actual);
        uint64 received = _pull(q, terms.token, owner, amount);
        _append(q, terms, DEPOSIT, account, owner, received, 0, 0);
    }

    function changeKey(Queue storage q, Terms memory terms, uint24 account, uint256 keyX, uint256 keyY) external {
        Account storage entry = _ownAccount(q, account);
        BabyJubjub.requireKey(keyX, keyY);
        if (entry.keyChangePending) revert IStraddleExchange.OpStillPending(account, CHANGE_KEY);
        uint256 fee = uint256(terms.forcedBondGwei) * 1 gwei;
        if (terms.value != fee) revert IStraddleExchange.BondDiffers(terms.value, fee);
        q.fees += fee;
        _useKey(q, account, keyX, keyY);
        entry.keyChangePending = true;
        _append(q, terms, CHANGE_KEY, account, msg.sender, 0, keyX, keyY);
    }

    function forceWithdraw(Queue storage q, Terms memory terms, uint24 account, uint64 amount) external {
        Account storage entry = _ownAccount(q, account);
        if (amount == 0) revert IStraddleExchange.AmountZero();
        if (entry.withdrawalPending) revert IStraddleExchange.OpStillPending(account, FORCED_WITHDRAWAL);
        uint48 standing = entry.bondGwei;
        uint48 bond = terms.forcedBondGwei;
        uint256 missing = bond > standing ? uint256(bond - standing) * 1 gwei : 0;
        if (terms.value != missing) revert IStraddleExchange.BondDiffers(terms.value, missing);
        if (missing != 0) entry.bondGwei = bond;
        entry.withdrawalPending = true;
        _append(q, terms, FORCED_WITHDRAWAL, account, msg.sender, amount, 0, 0);
    }

    /// @dev Once it is frozen no op is processed any more: what is pledged is returned.
    function takeBackBond(Queue storage q, uint24 account, address to) external {
        Account storage entry = _ownAccount(q, account);
        if (entry.withdrawalPending && !q.head.frozen) {
            revert IStraddleExchange.OpStillPending(account, FORCED_WITHDRAWAL);
        }
        uint256 amountWei = uint256(entry.bondGwei) * 1 gwei;
        if (amountWei == 0) revert IStraddleExchange.NothingToReturn(account);
        entry.bondGwei = 0;
        _sendEther(to, amountWei);
        emit IStraddleExchange.BondReturned(account, to, amountWei);
    }

    function collectFees(Queue storage q, address to) external {
        uint256 amountWei = q.fees;
        q.fees = 0;
        _sendEther(to, amountWei);
        emit IStraddleExchange.FeesCollected(msg.sender, to, amountWei);
    }

    function depositShareLeft(Queue storage q, address owner) external view returns (uint256 left) {
        uint256 share = q.totals.depositCap / INFLOW_SHARES;
        uint256 level = _inflowLevel(q, owner, share);
        return share > level ? share - level : 0;
    }

    /// @dev A forced withdrawal that moved less than a deposit must bring costs its bond, or empty accounts could fill the
    /// queue for gas alone.
    function forfeitBond(Queue storage q, uint24 account) external {
        uint256 amountWei = uint256(q.accounts[account].bondGwei) * 1 gwei;
        if (amountWei == 0) return;
        q.accounts[account].bondGwei = 0;
        q.fees += amountWei;
        emit IStraddleExchange.BondForfeited(account, amountWei);
    }

    function extend(bytes32 chainHash, uint256 op, uint256 owner, uint256 keyX, uint256 keyY)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encodePacked(chainHash, op, owner, keyX, keyY));
    }

    function _append(
        Queue storage q,
        Terms memory terms,
        uint8 kind,
        uint24 account,
        address owner,
        uint64 amount,
        uint256 keyX,
        uint256 keyY
    ) private {
        uint64 index = q.head.l1OpCount;
        uint256 op = uint256(kind) | (uint256(account) << 4) | (uint256(amount) << 28);
        bytes32 chainHash = extend(q.links[index].chainHash, op, uint160(owner), keyX, keyY);
        uint40 dueAt = uint40(block.timestamp + terms.forcedDeadlineSec);
        q.links[index + 1] = Link(chainHash, uint40(block.timestamp), dueAt);
        q.head.l1OpCount = index + 1;
        emit IStraddleExchange.L1OpQueued(index, kind, account, owner, amount, keyX, keyY, chainHash);
    }

    function _ownAccount(Queue storage q, uint24 account) private view returns (Account storage entry) {
        entry = q.accounts[account];
        if (entry.owner == address(0)) revert IStraddleExchange.UnknownAccount(account);
        if (entry.owner != msg.sender) revert IStraddleExchange.NotAccountOwner(account, msg.sender);
    }

    function _useKey(Queue storage q, uint24 account, uint256 keyX, uint256 keyY) private {
        bytes32 key = keccak256(abi.encode(account, keyX, keyY));
        if (q.keyUsed[key]) revert IStraddleExchange.KeyUsedBefore(account, keyX, keyY);
        q.keyUsed[key] = true;
    }

    /// @dev What arrived counts: a token may keep a fee.
    function _pull(Queue storage q, address token, address owner, uint64 amount) private returns (uint64) {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        Totals memory totals = q.totals;
        if (received < totals.minDeposit) revert IStraddleExchange.DepositBelowMinimum(received, totals.minDeposit);
        uint256 total = totals.owedToAccounts + received;
        if (total > totals.depositCap) revert IStraddleExchange.DepositCapExceeded(total, totals.depositCap);
        _countInflow(q, owner, received, totals.depositCap / INFLOW_SHARES);
        q.totals.owedToAccounts = uint64(total);
        return uint64(received);
    }

    /// @dev Else one owner could fill the cap, take the money out and fill it again, and keep all others out.
    function _countInflow(Queue storage q, address owner, uint256 received, uint256 share) private {
        uint256 level = _inflowLevel(q, owner, share);
        if (level + received > share) {
            revert IStraddleExchange.DepositShareExceeded(owner, received, share > level ? share - level : 0);
        }
        q.inflows[owner] = Inflow(uint64(level + received), uint40(block.timestamp));
    }

    function _inflowLevel(Queue storage q, address owner, uint256 share) private view returns (uint256) {
        Inflow memory inflow = q.inflows[owner];
        uint256 drained = share * (block.timestamp - inflow.asOf) / INFLOW_SEC;
        return inflow.level > drained ? inflow.level - drained : 0;
    }

    function _sendEther(address to, uint256 amountWei) private {
        if (to == address(0)) revert IStraddleExchange.ZeroAddress();
        (bool taken,) = to.call{value: amountWei}("");
        if (!taken) revert IStraddleExchange.EtherNotTaken(to);
    }
}
