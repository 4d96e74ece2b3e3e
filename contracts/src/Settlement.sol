// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IStraddleExchange} from "./interfaces/IStraddleExchange.sol";
import {L1Queue} from "./L1Queue.sol";
import {OracleCommittee} from "./OracleCommittee.sol";
import {BatchWords} from "./libraries/BatchWords.sol";
import {Field} from "./libraries/Field.sol";
import {L1Ops} from "./libraries/L1Ops.sol";
import {SubmitCalldata} from "./libraries/SubmitCalldata.sol";

/// @notice Accepts proven batches (docs/PROTOCOL.md, section 7).
abstract contract Settlement is L1Queue, OracleCommittee {
    /// @dev Where a call stands between two of its batches.
    struct Progress {
        uint16 shapeId;
        uint256 stateRoot;
        L1Ops.Head head;
        uint40 boundsSince;
        /// The report at hand is from before that, and `limits` are those of then.
        bool isEarly;
        Bounds limits;
        uint256 reportsAccepted;
        uint256 withdrawn;
    }

    /// @dev One slot. An id is used once: what a proof of a shape meant can be told for ever.
    struct ShapeState {
        address verifier;
        uint40 retiredAt;
    }

    mapping(uint16 shapeId => ShapeState) private _shapes;
    /// @dev By keccak256(batch number, state root after it).
    /// @dev One slot. The pause is the last one before the seal, as far as it went: a later one must not take its excuse away.
    struct Seal {
        uint40 sealedAt;
        uint40 pausedFrom;
        uint40 pausedUntil;
    }

    mapping(bytes32 => Seal) private _seals;
    mapping(address sequencer => uint64) public sealedThrough;

    /// @inheritdoc IStraddleExchange
    function submit(uint16 shapeId, Batch[] calldata batches, OracleReport[] calldata reports)
        external
        onlySequencer
        whenNotFrozen
        whenNotPaused
    {
        SubmitCalldata.requireCanonical();
        _requirePlainSender();
        if (batches.length == 0) revert NoBatches();
        ShapeState memory shape = _shapes[shapeId];
        if (shape.verifier == address(0)) revert UnknownShape(shapeId);

        Progress memory progress = _begin(shapeId);
        uint256[15][] memory rows = _rows(batches.length);
        for (uint256 i = 0; i < batches.length; ++i) {
            Batch calldata batch = batches[i];
            if (shape.retiredAt != 0 && batch.time >= shape.retiredAt) revert ShapeIsRetired(shapeId, shape.retiredAt);
            OracleReport calldata report = _useReport(progress, batch, reports);
            _acceptBatch(progress, batch, report, rows[i]);
        }
        if (progress.reportsAccepted != reports.length) revert ReportUnused(progress.reportsAccepted);
        if (!_verify(shape.verifier, rows)) {
            revert ProofRefused(progress.head.batchNumber - uint64(batches.length), batches.length);
        }
        _end(progress);
    }

    /// @inheritdoc IStraddleExchange
    /// @dev Not stopped by a pause: what is sealed in one would else be older than it may be when it is over.
    function sealBatches(uint64 first, uint256[] calldata stateRoots) external onlySequencer whenNotFrozen {
        uint64 through = sealedThrough[msg.sender];
        if (first < through) revert SealedBefore(first, through);
        for (uint256 i = 0; i < stateRoots.length; ++i) {
            bytes32 id = _sealId(first + uint64(i), stateRoots[i]);
            if (_seals[id].sealedAt == 0) _seals[id] = _sealNow();
        }
        sealedThrough[msg.sender] = first + uint64(stateRoots.length);
        emit BatchesSealed(first, msg.sender, stateRoots);
    }

    function shapeVerifier(uint16 shapeId) external view returns (address) {
        return _shapes[shapeId].verifier;
    }

    function shapeRetiredAt(uint16 shapeId) external view returns (uint40) {
        return _shapes[shapeId].retiredAt;
    }

    function sealedAt(uint64 batchNumber, uint256 stateRootAfter) external view returns (uint40) {
        return _seals[_sealId(batchNumber, stateRootAfter)].sealedAt;
    }

    function _registerShape(uint16 shapeId, address verifier) internal {
        if (_shapes[shapeId].verifier != address(0)) revert ShapeExists(shapeId);
        _shapes[shapeId].verifier = verifier;
        emit ShapeRegistered(shapeId, verifier);
    }

    function _retireShape(uint16 shapeId) internal {
        ShapeState storage shape = _shapes[shapeId];
        if (shape.verifier == address(0) || shape.retiredAt != 0) revert UnknownShape(shapeId);
        shape.retiredAt = uint40(block.timestamp);
        emit ShapeRetired(shapeId);
    }

    function _sealNow() private view returns (Seal memory) {
        uint40 time = uint40(block.timestamp);
        return Seal(time, _pausedFrom, pausedUntil < time ? pausedUntil : time);
    }

    function _sealId(uint64 number, uint256 root) private pure returns (bytes32) {
        return keccak256(abi.encode(number, root));
    }

    /// @dev The words of a batch must be in the input of a transaction. A sender with code (EIP-7702) could call
    /// itself first and pass words that no transaction carries.
    function _requirePlainSender() private view {
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert SenderNotPlainAccount(msg.sender, tx.origin);
    }

    function _begin(uint16 shapeId) private view returns (Progress memory progress) {
        progress.shapeId = shapeId;
        progress.stateRoot = stateRoot;
        progress.head = _queue.head;
        progress.limits = _bounds;
        progress.boundsSince = _boundsSince;
    }

    /// @dev Credits were written on the way; here the totals move by their sum. Bad debt stops no batch: what exceeds
    /// the accounts' money is owed all the same, and shows as a shortfall.
    function _end(Progress memory progress) private {
        stateRoot = progress.stateRoot;
        _queue.head = progress.head;
        uint256 withdrawn = progress.withdrawn;
        if (withdrawn == 0) return;
        L1Ops.Totals memory totals = _queue.totals;
        uint64 held = totals.owedToAccounts;
        _queue.totals.owedToAccounts = withdrawn > held ? 0 : held - uint64(withdrawn);
        _queue.totals.owedToClaims = SafeCast.toUint64(totals.owedToClaims + withdrawn);
        if (withdrawn <= held) return;
        _shortfall += withdrawn - held;
        emit ShortfallGrew(withdrawn - held, _shortfall);
    }

    /// @dev Batches use reports in order, each at least once; so a report is accepted when first used. A batch goes by the
    /// bounds of its report's time: whoever takes a report so knows what all that rests on it is held to.
    function _useReport(Progress memory progress, Batch calldata batch, OracleReport[] calldata reports)
        private
        returns (OracleReport calldata report)
    {
        uint16 index = batch.reportIndex;
        if (index >= reports.length) revert ReportIndexOutOfRange(index, reports.length);
        report = reports[index];
        uint256 accepted = progress.reportsAccepted;
        if (index == accepted) {
            bool isEarly = report.time < progress.boundsSince;
            if (isEarly != progress.isEarly) {
                (progress.limits, progress.isEarly) = (isEarly ? _boundsBefore : _bounds, isEarly);
            }
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
        uint256[15] memory row
    ) private {
        Field.requireElement(batch.stateRootAfter);
        Field.requireElement(batch.dataCommit);
        Field.requireElement(batch.logChainHash);
        _requireTime(batch, progress);

        Proof calldata proof = batch.proof;
        assembly ("memory-safe") {
            calldatacopy(row, proof, 256)
        }
        row[8] = progress.stateRoot;
        row[9] = batch.stateRootAfter;
        row[10] = batch.time;
        row[11] = report.riskTableHash;
        row[12] = batch.dataCommit;
        _processWords(progress, batch);
        (row[13], row[14]) = BatchWords.evaluate(batch.dataCommit, batch.words);

        progress.stateRoot = batch.stateRootAfter;
        progress.head.lastTime = batch.time;
        _announce(progress, batch, report.riskTableHash);
    }

    function _requireTime(Batch calldata batch, Progress memory progress) private view {
        uint40 time = batch.time;
        if (time < progress.head.lastTime) revert BatchTimeBeforeLast(time, progress.head.lastTime);
        if (time > block.timestamp) revert BatchTimeInFuture(time, block.timestamp);
        uint256 lag = progress.limits.provingLagSec;
        if (time + lag < block.timestamp) _requireExcused(batch, progress.head.batchNumber, lag);
    }

    /// @dev A batch older than the proving lag was on record within the lag, or the time beyond it was paused. At most one
    /// pause lies on a batch's way to its block or seal: the next one begins later than a lag after the end of the last.
    function _requireExcused(Batch calldata batch, uint64 number, uint256 lag) private view {
        Seal memory seal = _seals[_sealId(number, batch.stateRootAfter)];
        if (seal.sealedAt == 0) seal = _sealNow();
        uint256 from = Math.max(seal.pausedFrom, batch.time);
        uint256 until = seal.pausedUntil;
        uint256 oldest = seal.sealedAt - lag - (until > from ? until - from : 0);
        if (batch.time < oldest) revert BatchTooOld(batch.time, oldest);
    }

    function _processWords(Progress memory progress, Batch calldata batch) private {
        L1Ops.Head memory head = progress.head;
        uint256[] calldata words = batch.words;
        BatchWords.Header memory header = BatchWords.readHeader(words, head.batchNumber);
        BatchWords.requireCanonical(words, header);
        progress.withdrawn += _processOps(words, header, head.l1OpIndex, head.l1OpCount);
        progress.withdrawn += _processWithdrawals(words, header);
        if (header.settlements != 0) _processSettlements(words, header.settlements, batch.time);
        head.batchNumber = header.batchNumber + 1;
        head.l1OpIndex += uint64(header.l1Ops);
    }

    /// @dev Word: account 24 @0, instrument 20 @24, lots 32 @44, payoff 40 @76; the proof fixes the bits above. The proof
    /// holds the payoff to the batch's risk table, this holds every table of an expired series to the first.
    function _processSettlements(uint256[] calldata words, uint256 count, uint40 time) private {
        for (uint256 position = words.length - count; position < words.length; ++position) {
            uint24 id = uint24((words[position] >> 24) & 0xfffff);
            uint40 payoff = uint40(words[position] >> 76);
            Listing memory listing = _listings[id];
            if (listing.pinned) {
                if (listing.payoff != payoff) revert PayoffDiffers(id, listing.payoff, payoff);
                continue;
            }
            if (listing.kind == InstrumentKind.None) revert InstrumentNotListed(id);
            if (listing.expiry > time) revert InstrumentNotExpired(id, listing.expiry, time);
            _listings[id].pinned = true;
            _listings[id].payoff = payoff;
            emit PayoffPinned(id, payoff);
        }
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
            address owner = _queue.accounts[account].owner;
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

    /// @dev Rows that stand one behind the other in memory: proof 8, public inputs 7 (BatchVerifier.sol).
    function _rows(uint256 count) private pure returns (uint256[15][] memory rows) {
        assembly ("memory-safe") {
            rows := mload(0x40)
            mstore(rows, count)
            let row := add(rows, shl(5, add(count, 1)))
            for { let i := 1 } iszero(gt(i, count)) { i := add(i, 1) } {
                mstore(add(rows, shl(5, i)), row)
                row := add(row, 480)
            }
            mstore(0x40, row)
        }
    }

    function _verify(address verifier, uint256[15][] memory rows) private view returns (bool hold) {
        assembly ("memory-safe") {
            let count := mload(rows)
            let answered := staticcall(gas(), verifier, add(rows, shl(5, add(count, 1))), mul(count, 480), 0, 32)
            if iszero(answered) {
                let m := mload(0x40)
                returndatacopy(m, 0, returndatasize())
                revert(m, returndatasize())
            }
            hold := and(eq(returndatasize(), 32), eq(mload(0), 1))
        }
    }
}
