// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "./interfaces/IStraddleExchange.sol";
import {L1Queue} from "./L1Queue.sol";
import {OracleCommittee} from "./OracleCommittee.sol";
import {BatchWords} from "./libraries/BatchWords.sol";
import {Field} from "./libraries/Field.sol";
import {Groth16Batch} from "./libraries/Groth16Batch.sol";
import {KeyData} from "./libraries/KeyData.sol";

/// @notice Accepts proven batches (docs/PROTOCOL.md, section 7).
abstract contract Settlement is L1Queue, OracleCommittee {
    /// @dev Where a call stands between two of its batches.
    struct Progress {
        uint16 shapeId;
        uint256 stateRoot;
        Head head;
        Bounds limits;
        uint256 reportsAccepted;
        uint256 withdrawn;
    }

    mapping(uint16 shapeId => address) public shapeKeyData;
    /// @dev An id is used once: what a proof of a shape meant can be told for ever.
    mapping(uint16 shapeId => bool) private _shapeUsed;

    /// @inheritdoc IStraddleExchange
    function submit(uint16 shapeId, Batch[] calldata batches, OracleReport[] calldata reports)
        external
        onlyRole(SEQUENCER_ROLE)
        whenNotFrozen
        whenNotPaused
    {
        _requirePlainSender();
        if (batches.length == 0) revert NoBatches();
        address keyData = shapeKeyData[shapeId];
        if (keyData == address(0)) revert UnknownShape(shapeId);

        Progress memory progress = _begin(shapeId);
        uint256[7][] memory inputs = new uint256[7][](batches.length);
        for (uint256 i = 0; i < batches.length; ++i) {
            OracleReport calldata report = _useReport(progress, batches[i], reports);
            _acceptBatch(progress, batches[i], report, inputs[i]);
        }
        if (progress.reportsAccepted != reports.length) revert ReportUnused(progress.reportsAccepted);
        if (!Groth16Batch.verify(KeyData.load(keyData), _proofs(batches), inputs)) {
            revert ProofRefused(progress.head.batchNumber - uint64(batches.length), batches.length);
        }
        _end(progress);
    }

    function _registerShape(uint16 shapeId, VerifyingKey memory key) internal {
        if (_shapeUsed[shapeId]) revert ShapeExists(shapeId);
        _shapeUsed[shapeId] = true;
        shapeKeyData[shapeId] = KeyData.store(key);
        emit ShapeRegistered(shapeId, shapeKeyData[shapeId]);
    }

    function _retireShape(uint16 shapeId) internal {
        if (shapeKeyData[shapeId] == address(0)) revert UnknownShape(shapeId);
        delete shapeKeyData[shapeId];
        emit ShapeRetired(shapeId);
    }

    /// @dev The words of a batch must be in the input of a transaction. A sender with code (EIP-7702) could call
    /// itself first and pass words that no transaction carries.
    function _requirePlainSender() private view {
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert SenderNotPlainAccount(msg.sender, tx.origin);
    }

    function _begin(uint16 shapeId) private view returns (Progress memory progress) {
        progress.shapeId = shapeId;
        progress.stateRoot = stateRoot;
        progress.head = _head;
        progress.limits = _bounds;
    }

    /// @dev Credits were written on the way; here the totals move by their sum.
    function _end(Progress memory progress) private {
        stateRoot = progress.stateRoot;
        _head = progress.head;
        uint256 withdrawn = progress.withdrawn;
        if (withdrawn == 0) return;
        uint64 held = _totals.owedToAccounts;
        if (withdrawn > held) revert WithdrawalsExceedDeposits(withdrawn, held);
        _totals.owedToAccounts = held - uint64(withdrawn);
        _totals.owedToClaims += uint64(withdrawn);
    }

    /// @dev Batches use reports in order, each at least once; so a report is accepted when first used.
    function _useReport(Progress memory progress, Batch calldata batch, OracleReport[] calldata reports)
        private
        returns (OracleReport calldata report)
    {
        uint16 index = batch.reportIndex;
        if (index >= reports.length) revert ReportIndexOutOfRange(index, reports.length);
        report = reports[index];
        uint256 accepted = progress.reportsAccepted;
        if (index == accepted) {
            _acceptReport(report, progress.limits);
            progress.reportsAccepted = accepted + 1;
        } else if (uint256(index) + 1 != accepted) {
            revert ReportsNotInOrder(index, accepted);
        }
        if (report.time > batch.time) revert ReportAfterBatch(report.time, batch.time);
        if (uint256(report.time) + progress.limits.maxReportAgeSec < batch.time) {
            revert ReportTooOld(report.time, batch.time - progress.limits.maxReportAgeSec);
        }
    }

    function _acceptBatch(
        Progress memory progress,
        Batch calldata batch,
        OracleReport calldata report,
        uint256[7] memory input
    ) private {
        Field.requireElement(batch.stateRootAfter);
        Field.requireElement(batch.dataCommit);
        Field.requireElement(batch.logChainHash);
        _requireTime(batch.time, progress);

        input[0] = progress.stateRoot;
        input[1] = batch.stateRootAfter;
        input[2] = batch.time;
        input[3] = report.riskTableHash;
        input[4] = batch.dataCommit;
        _processWords(progress, batch.words);
        (input[5], input[6]) = BatchWords.evaluate(batch.dataCommit, batch.words);

        progress.stateRoot = batch.stateRootAfter;
        progress.head.lastTime = batch.time;
        _announce(progress, batch, report.riskTableHash);
    }

    function _requireTime(uint40 time, Progress memory progress) private view {
        if (time < progress.head.lastTime) revert BatchTimeBeforeLast(time, progress.head.lastTime);
        if (time > block.timestamp) revert BatchTimeInFuture(time, block.timestamp);
        uint256 window = progress.limits.settlementWindowSec;
        if (time + window < block.timestamp) revert BatchTooOld(time, block.timestamp - window);
    }

    function _processWords(Progress memory progress, uint256[] calldata words) private {
        Head memory head = progress.head;
        BatchWords.Header memory header = BatchWords.readHeader(words, head.batchNumber);
        BatchWords.requireCanonical(words, header);
        progress.withdrawn += _processOps(words, header, head.l1OpIndex, head.l1OpCount);
        progress.withdrawn += _processWithdrawals(words, header);
        head.batchNumber = header.batchNumber + 1;
        head.l1OpIndex += uint64(header.l1Ops);
    }

    /// @dev Word: account 24 @0, nonce 32 @24, amount 64 @56; the proof fixes the bits above.
    function _processWithdrawals(uint256[] calldata words, BatchWords.Header memory header)
        private
        returns (uint256 withdrawn)
    {
        uint256 start = 1 + BatchWords.L1_OP_WORDS * header.l1Ops;
        for (uint256 position = start; position < start + header.withdrawals; ++position) {
            uint24 account = uint24(words[position]);
            uint64 amount = uint64(words[position] >> 56);
            address owner = _accounts[account].owner;
            if (owner == address(0)) revert UnknownAccount(account);
            _credit(owner, account, amount, header.batchNumber, false);
            withdrawn += amount;
        }
    }

    function _announce(Progress memory progress, Batch calldata batch, uint256 riskTableHash) private {
        emit BatchAccepted(
            progress.head.batchNumber - 1,
            progress.shapeId,
            batch.stateRootAfter,
            batch.time,
            riskTableHash,
            batch.logChainHash,
            progress.head.l1OpIndex
        );
    }

    function _proofs(Batch[] calldata batches) private pure returns (uint256[8][] memory proofs) {
        proofs = new uint256[8][](batches.length);
        for (uint256 i = 0; i < batches.length; ++i) {
            Proof calldata proof = batches[i].proof;
            uint256[8] memory flat = proofs[i];
            assembly ("memory-safe") {
                calldatacopy(flat, proof, 256)
            }
        }
    }
}
