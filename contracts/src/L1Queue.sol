// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ExchangeState} from "./ExchangeState.sol";
import {BabyJubjub} from "./libraries/BabyJubjub.sol";
import {BatchWords} from "./libraries/BatchWords.sol";

/// @notice Operations that start on L1, in an order that the sequencer can neither change nor cut.
/// @dev The queue is a hash chain: op i extends it by keccak256(chain, head with paid = 0, owner, keyX, keyY).
abstract contract L1Queue is ExchangeState {
    using SafeERC20 for IERC20;

    uint8 internal constant OPEN = 1;
    uint8 internal constant DEPOSIT = 2;
    uint8 internal constant CHANGE_KEY = 3;
    uint8 internal constant FORCED_WITHDRAWAL = 4;
    /// @dev The serial above is kept for the market's insurance.
    uint256 private constant MAX_SERIAL = (1 << 20) - 2;
    uint256 private constant PAID_MASK = ((1 << 64) - 1) << 92;
    /// @dev An owner's accounts take in this part of the cap at once, and as much again in each INFLOW_SEC.
    uint256 private constant INFLOW_SHARES = 8;
    uint256 private constant INFLOW_SEC = 1 days;

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

    /// @dev By number of ops: link 0 is the empty queue.
    mapping(uint64 count => Link) private _links;
    mapping(uint8 market => uint24) private _lastSerial;
    mapping(address owner => Inflow) private _inflows;
    mapping(bytes32 accountAndKey => bool) private _keyUsed;
    /// @dev Ether of key changes and lost bonds, which a sequencer may collect.
    uint256 public fees;

    function openAccount(uint8 market, uint256 keyX, uint256 keyY, uint64 amount)
        external
        nonReentrant
        whenNotFrozen
        whenNotPaused
        returns (uint24 account)
    {
        if (market > 15) revert MarketOutOfRange(market);
        BabyJubjub.requireKey(keyX, keyY);
        uint24 serial = _lastSerial[market] + 1;
        if (serial > MAX_SERIAL) revert MarketFull(market);
        uint64 received = _pull(msg.sender, amount);
        _lastSerial[market] = serial;
        account = (uint24(market) << 20) | serial;
        _accounts[account].owner = msg.sender;
        _useKey(account, keyX, keyY);
        _queue(OPEN, account, msg.sender, received, keyX, keyY);
    }

    function deposit(uint24 account, address owner, uint64 amount) external nonReentrant whenNotFrozen whenNotPaused {
        address actual = _accounts[account].owner;
        if (actual == address(0)) revert UnknownAccount(account);
        if (actual != owner) revert OwnerDiffers(account, actual);
        _queue(DEPOSIT, account, owner, _pull(owner, amount), 0, 0);
    }

    function changeKey(uint24 account, uint256 keyX, uint256 keyY) external payable whenNotFrozen {
        Account storage entry = _ownAccount(account);
        BabyJubjub.requireKey(keyX, keyY);
        if (entry.keyChangePending) revert OpStillPending(account, CHANGE_KEY);
        uint256 fee = uint256(_bounds.forcedBondGwei) * 1 gwei;
        if (msg.value != fee) revert BondDiffers(msg.value, fee);
        fees += fee;
        _useKey(account, keyX, keyY);
        entry.keyChangePending = true;
        _queue(CHANGE_KEY, account, msg.sender, 0, keyX, keyY);
    }

    function forceWithdraw(uint24 account, uint64 amount) external payable whenNotFrozen {
        Account storage entry = _ownAccount(account);
        if (amount == 0) revert AmountZero();
        if (entry.withdrawalPending) revert OpStillPending(account, FORCED_WITHDRAWAL);
        uint48 standing = entry.bondGwei;
        uint48 bond = _bounds.forcedBondGwei;
        uint256 missing = bond > standing ? uint256(bond - standing) * 1 gwei : 0;
        if (msg.value != missing) revert BondDiffers(msg.value, missing);
        if (missing != 0) entry.bondGwei = bond;
        entry.withdrawalPending = true;
        _queue(FORCED_WITHDRAWAL, account, msg.sender, amount, 0, 0);
    }

    /// @dev Once it is frozen no op is processed any more: what is pledged is returned.
    function takeBackBond(uint24 account, address to) external nonReentrant {
        Account storage entry = _ownAccount(account);
        if (entry.withdrawalPending && !_head.frozen) revert OpStillPending(account, FORCED_WITHDRAWAL);
        uint256 amountWei = bondOf(account);
        if (amountWei == 0) revert NothingToReturn(account);
        entry.bondGwei = 0;
        _sendEther(to, amountWei);
        emit BondReturned(account, to, amountWei);
    }

    function collectFees(address to) external nonReentrant onlySequencer {
        uint256 amountWei = fees;
        fees = 0;
        _sendEther(to, amountWei);
        emit FeesCollected(msg.sender, to, amountWei);
    }

    function freeze() external whenNotFrozen {
        uint64 index = _head.l1OpIndex;
        if (index == _head.l1OpCount) revert NoPendingOp(index);
        Link storage oldest = _links[index + 1];
        if (block.timestamp <= oldest.dueAt) revert OpNotOverdue(index, oldest.dueAt);
        _head.frozen = true;
        emit Frozen(index, oldest.queuedAt);
    }

    function l1OpChain(uint64 count) external view returns (bytes32 chainHash, uint40 queuedAt, uint40 dueAt) {
        Link storage link = _links[count];
        return (link.chainHash, link.queuedAt, link.dueAt);
    }

    function depositShareLeft(address owner) external view returns (uint256 left) {
        uint256 share = _totals.depositCap / INFLOW_SHARES;
        uint256 level = _inflowLevel(owner, share);
        return share > level ? share - level : 0;
    }

    function bondOf(uint24 account) public view returns (uint256 amountWei) {
        return uint256(_accounts[account].bondGwei) * 1 gwei;
    }

    /// @dev Replays a batch's ops on the chain hash after `first` ops and compares with the queue's own.
    /// @return forced What forced withdrawals were paid in all.
    function _processOps(uint256[] calldata words, BatchWords.Header memory header, uint64 first, uint64 queued)
        internal
        returns (uint256 forced)
    {
        if (header.l1Ops == 0) return 0;
        if (header.l1Ops > queued - first) revert L1OpsBeyondQueue(first + header.l1Ops, queued);
        bytes32 chainHash = _links[first].chainHash;
        for (uint256 i = 0; i < header.l1Ops; ++i) {
            uint256 position = 1 + BatchWords.L1_OP_WORDS * i;
            uint256 op = words[position];
            chainHash = _extend(chainHash, op & ~PAID_MASK, words[position + 1], words[position + 2], words[position + 3]);
            forced += _settleOp(op, address(uint160(words[position + 1])), header.batchNumber);
        }
        uint64 end = first + uint64(header.l1Ops);
        bytes32 expected = _links[end].chainHash;
        if (chainHash != expected) revert L1OpsDisagreeWithQueue(end, expected, chainHash);
    }

    function _credit(address owner, uint24 account, uint64 amount, uint64 number, bool forced) internal {
        claimable[owner] += amount;
        emit WithdrawalCredited(owner, account, amount, number, forced);
    }

    function _settleOp(uint256 op, address owner, uint64 number) private returns (uint64 paid) {
        uint256 kind = op & 15;
        uint24 account = uint24(op >> 4);
        paid = uint64(op >> 92);
        if (kind == FORCED_WITHDRAWAL) {
            uint64 asked = uint64(op >> 28);
            if (paid > asked) revert PaidMoreThanAsked(account, paid, asked);
            _accounts[account].withdrawalPending = false;
            if (paid < _totals.minDeposit) _forfeitBond(account);
            _credit(owner, account, paid, number, true);
        } else {
            if (paid != 0) revert PaidWithoutForcedWithdrawal(account, paid);
            if (kind == CHANGE_KEY) _accounts[account].keyChangePending = false;
        }
    }

    /// @dev An op that moved less than a deposit must bring cost its owner something, or empty accounts could fill the
    /// queue for gas alone.
    function _forfeitBond(uint24 account) private {
        uint256 amountWei = bondOf(account);
        if (amountWei == 0) return;
        _accounts[account].bondGwei = 0;
        fees += amountWei;
        emit BondForfeited(account, amountWei);
    }

    function _useKey(uint24 account, uint256 keyX, uint256 keyY) private {
        bytes32 key = keccak256(abi.encode(account, keyX, keyY));
        if (_keyUsed[key]) revert KeyUsedBefore(account, keyX, keyY);
        _keyUsed[key] = true;
    }

    function _ownAccount(uint24 account) private view returns (Account storage entry) {
        entry = _accounts[account];
        if (entry.owner == address(0)) revert UnknownAccount(account);
        if (entry.owner != msg.sender) revert NotAccountOwner(account, msg.sender);
    }

    /// @dev What arrived counts: a token may keep a fee.
    function _pull(address owner, uint64 amount) private returns (uint64) {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        Totals memory totals = _totals;
        if (received < totals.minDeposit) revert DepositBelowMinimum(received, totals.minDeposit);
        uint256 total = totals.owedToAccounts + received;
        if (total > totals.depositCap) revert DepositCapExceeded(total, totals.depositCap);
        _countInflow(owner, received, totals.depositCap / INFLOW_SHARES);
        _totals.owedToAccounts = uint64(total);
        return uint64(received);
    }

    /// @dev Else one owner could fill the cap, take the money out and fill it again, and keep all others out.
    function _countInflow(address owner, uint256 received, uint256 share) private {
        uint256 level = _inflowLevel(owner, share);
        if (level + received > share) {
            revert DepositShareExceeded(owner, received, share > level ? share - level : 0);
        }
        _inflows[owner] = Inflow(uint64(level + received), uint40(block.timestamp));
    }

    function _inflowLevel(address owner, uint256 share) private view returns (uint256) {
        Inflow memory inflow = _inflows[owner];
        uint256 drained = share * (block.timestamp - inflow.asOf) / INFLOW_SEC;
        return inflow.level > drained ? inflow.level - drained : 0;
    }

    function _queue(uint8 kind, uint24 account, address owner, uint64 amount, uint256 keyX, uint256 keyY) private {
        uint64 index = _head.l1OpCount;
        uint256 op = uint256(kind) | (uint256(account) << 4) | (uint256(amount) << 28);
        bytes32 chainHash = _extend(_links[index].chainHash, op, uint160(owner), keyX, keyY);
        uint40 dueAt = uint40(block.timestamp + _bounds.forcedDeadlineSec);
        _links[index + 1] = Link(chainHash, uint40(block.timestamp), dueAt);
        _head.l1OpCount = index + 1;
        emit L1OpQueued(index, kind, account, owner, amount, keyX, keyY, chainHash);
    }

    function _extend(bytes32 chainHash, uint256 op, uint256 owner, uint256 keyX, uint256 keyY)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encodePacked(chainHash, op, owner, keyX, keyY));
    }
}
