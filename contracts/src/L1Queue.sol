// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {ExchangeState} from "./ExchangeState.sol";
import {BatchWords} from "./libraries/BatchWords.sol";
import {L1Ops} from "./libraries/L1Ops.sol";

/// @notice Operations that start on L1, in an order that the sequencer can neither change nor cut.
/// @dev What users ask is libraries/L1Ops.sol's; here is what batches and a freeze make of it.
abstract contract L1Queue is ExchangeState {
    uint256 private constant PAID_MASK = ((1 << 64) - 1) << 92;

    function openAccount(uint8 market, uint256 keyX, uint256 keyY, uint64 amount)
        external
        nonReentrant
        whenNotFrozen
        whenNotPaused
        returns (uint24 account)
    {
        return L1Ops.openAccount(_queue, _terms(0), market, keyX, keyY, amount);
    }

    function deposit(uint24 account, address owner, uint64 amount) external nonReentrant whenNotFrozen whenNotPaused {
        L1Ops.deposit(_queue, _terms(0), account, owner, amount);
    }

    function changeKey(uint24 account, uint256 keyX, uint256 keyY) external payable whenNotFrozen {
        L1Ops.changeKey(_queue, _terms(msg.value), account, keyX, keyY);
    }

    function forceWithdraw(uint24 account, uint64 amount) external payable whenNotFrozen {
        L1Ops.forceWithdraw(_queue, _terms(msg.value), account, amount);
    }

    function takeBackBond(uint24 account, address to) external nonReentrant {
        L1Ops.takeBackBond(_queue, account, to);
    }

    function collectFees(address to) external nonReentrant onlySequencer {
        L1Ops.collectFees(_queue, to);
    }

    function freeze() external whenNotFrozen {
        uint64 index = _queue.head.l1OpIndex;
        if (index == _queue.head.l1OpCount) revert NoPendingOp(index);
        L1Ops.Link storage oldest = _queue.links[index + 1];
        if (block.timestamp <= oldest.dueAt) revert OpNotOverdue(index, oldest.dueAt);
        _queue.head.frozen = true;
        emit Frozen(index, oldest.queuedAt);
    }

    function l1OpChain(uint64 count) external view returns (bytes32 chainHash, uint40 queuedAt, uint40 dueAt) {
        L1Ops.Link storage link = _queue.links[count];
        return (link.chainHash, link.queuedAt, link.dueAt);
    }

    function depositShareLeft(address owner) external view returns (uint256 left) {
        return L1Ops.depositShareLeft(_queue, owner);
    }

    function bondOf(uint24 account) external view returns (uint256 amountWei) {
        return uint256(_queue.accounts[account].bondGwei) * 1 gwei;
    }

    function fees() external view returns (uint256 amountWei) {
        return _queue.fees;
    }

    /// @dev Replays a batch's ops on the chain hash after `first` ops and compares with the queue's own.
    /// @return forced What forced withdrawals were paid in all.
    function _processOps(uint256[] calldata words, BatchWords.Header memory header, uint64 first, uint64 queued)
        internal
        returns (uint256 forced)
    {
        if (header.l1Ops == 0) return 0;
        if (header.l1Ops > queued - first) revert L1OpsBeyondQueue(first + header.l1Ops, queued);
        bytes32 chainHash = _queue.links[first].chainHash;
        for (uint256 i = 0; i < header.l1Ops; ++i) {
            uint256 position = 1 + BatchWords.L1_OP_WORDS * i;
            uint256 op = words[position];
            chainHash = L1Ops.extend(chainHash, op & ~PAID_MASK, words[position + 1], words[position + 2], words[position + 3]);
            forced += _settleOp(op, address(uint160(words[position + 1])), header.batchNumber);
        }
        uint64 end = first + uint64(header.l1Ops);
        bytes32 expected = _queue.links[end].chainHash;
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
        if (kind == L1Ops.FORCED_WITHDRAWAL) {
            uint64 asked = uint64(op >> 28);
            if (paid > asked) revert PaidMoreThanAsked(account, paid, asked);
            _queue.accounts[account].withdrawalPending = false;
            if (paid < _queue.totals.minDeposit) L1Ops.forfeitBond(_queue, account);
            _credit(owner, account, paid, number, true);
        } else {
            if (paid != 0) revert PaidWithoutForcedWithdrawal(account, paid);
            if (kind == L1Ops.CHANGE_KEY) _queue.accounts[account].keyChangePending = false;
        }
    }

    function _terms(uint256 value) private view returns (L1Ops.Terms memory) {
        return L1Ops.Terms(token, value, _bounds.forcedDeadlineSec, _bounds.forcedBondGwei);
    }
}
