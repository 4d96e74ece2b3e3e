// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {SimulatedProver} from "./SimulatedProver.sol";
import {vm} from "./Vm.sol";

/// @notice What is sealed must settle, whatever is changed while its proof is on its way; and no batch is older than that
/// takes. Proving lag 3600, report age 60, longest pause 21600.
contract SealedBatchesTest is ExchangeFixture {
    uint256 private constant NOTICE = 1 hours;

    // ---------------------------------------------------------------- committee

    function test_aReportSignedBeforeTheCommitteeChangedIsTaken() public {
        I.OracleReport memory r = report(START + 10, 5);
        vm.warp(START + 11);
        replaceCommittee();
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, START + 10, 777, tradeWords(0, 1)));
        vm.warp(START + 3610);
        submit(batches, one(r));
    }

    function test_aRaisedQuorumBindsLaterReportsOnly() public {
        vm.warp(START + 11);
        address[] memory oracles = members(0);
        govern(abi.encodeCall(governance.setOracleCommittee, (oracles, 3)));
        vm.warp(START + 11 + NOTICE);
        I.Batch[] memory batches = chain(1, 1);
        I.OracleReport memory r = report(block.timestamp, 5);
        refuse(abi.encodeWithSelector(I.QuorumNotMet.selector, 2, 3), batches, one(r));
        batches = one(batch(GENESIS, GENESIS + 1, START + 20, 777, tradeWords(0, 1)));
        vm.warp(START + 3620);
        submit(batches, one(report(START + 20, 5)));
    }

    /// @dev A node that reads L1 each minute has an hour to hear of a change: the second counts, and none is of both.
    function test_aNewCommitteeSignsFromTheEndOfTheNoticeOn() public {
        vm.warp(START + 100);
        replaceCommittee();
        uint256 since = START + 100 + NOTICE;
        vm.warp(since - 1);
        I.OracleReport memory r = report(block.timestamp, 5);
        signNew(r);
        I.Batch[] memory batches = chain(1, 1);
        refuse(abi.encodeWithSelector(I.NotAnOracle.selector, vm.addr(firstNew())), batches, one(r));
        submit(batches, one(report(block.timestamp, 5)));
        vm.warp(since);
        r = report(block.timestamp, 5);
        batches = chain(1, 1);
        refuse(abi.encodeWithSelector(I.NotAnOracle.selector, vm.addr(oracleKeys[0])), batches, one(r));
        signNew(r);
        submit(batches, one(r));
    }

    function test_aQuorumIsOfOneCommittee() public {
        vm.warp(START + 100);
        replaceCommittee();
        for (uint256 i = 0; i < 2; ++i) {
            vm.warp(START + 100 + NOTICE - 1 + i);
            I.OracleReport memory r = report(block.timestamp, 5);
            r.signatures = sorted(signature(oracleKeys[0], r), oracleKeys[0], signature(201, r), 201);
            address stranger = vm.addr(i == 0 ? 201 : oracleKeys[0]);
            I.Batch[] memory batches = chain(1, 1);
            refuse(abi.encodeWithSelector(I.NotAnOracle.selector, stranger), batches, one(r));
        }
    }

    /// @dev So many signatures as let a price leap are of the committee of the report's time too.
    function test_aLeapGoesByTheCommitteeOfItsTime() public {
        submit(chain(1, 1), one(report(START, 10_000_000)));
        vm.warp(START + 100);
        address[] memory oracles = members(0);
        govern(abi.encodeCall(governance.setOracleCommittee, (oracles, 3)));
        vm.warp(START + 100 + NOTICE - 1);
        I.OracleReport memory r = report(block.timestamp, 1_000_000);
        signByAll(r);
        submit(chain(1, 1), one(r));
        vm.warp(block.timestamp + 1);
        r = report(block.timestamp, 10_000_000);
        signByAll(r);
        I.Batch[] memory batches = chain(1, 1);
        bytes memory reason =
            abi.encodeWithSelector(I.PriceDeviates.selector, 1, 0, 10_000_000, 1_000_000, 1_051_000);
        refuse(reason, batches, one(r));
    }

    function test_theCommitteeBeforeIsOnRecord() public {
        (address[] memory oracles, uint8 quorum) = exchange.oracleCommitteeBefore();
        assertEq(oracles.length, 0);
        assertEq(quorum, 0);
        assertEq(exchange.committeeSince(), 0);
        replaceCommittee();
        (oracles, quorum) = exchange.oracleCommitteeBefore();
        assertEq(keccak256(abi.encode(oracles, quorum)), keccak256(abi.encode(members(0), uint8(2))));
        (oracles, quorum) = exchange.oracleCommittee();
        assertEq(keccak256(abi.encode(oracles, quorum)), keccak256(abi.encode(members(201), uint8(2))));
    }

    // ------------------------------------------------------------------- bounds

    /// @dev The report's time decides, for all that rests on it: how old it may be, how late its batches, how far it moves.
    function test_tightenedBoundsBindFromTheEndOfTheNoticeOn() public {
        vm.warp(START + 61);
        tighten();
        uint256 since = START + 61 + NOTICE;
        vm.warp(since + 3599);
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, since + 59, 777, tradeWords(0, 1)));
        I.OracleReport[] memory reports = one(report(since, 5));
        refuse(abi.encodeWithSelector(I.ReportTooOld.selector, since, since + 49), batches, reports);
        batches = one(batch(GENESIS, GENESIS + 1, since + 9, 777, tradeWords(0, 1)));
        refuse(abi.encodeWithSelector(I.BatchTooOld.selector, since + 9, since + 3499), batches, reports);
        // Of a report from before, the same.
        submit(one(batch(GENESIS, GENESIS + 1, since + 59, 777, tradeWords(0, 1))), one(report(since - 1, 5)));
    }

    function test_tightenedReachBindsFromTheEndOfTheNoticeOn() public {
        submit(chain(1, 1), one(report(START, 10_000_000)));
        I.Bounds memory limits = exchange.bounds();
        (limits.deviationBasePpm, limits.deviationPpmPerSec, limits.deviationCeilingPpm) = (1_000, 1, 2_000);
        govern(abi.encodeCall(governance.setBounds, (limits)));
        vm.warp(START + NOTICE);
        I.OracleReport[] memory reports = one(report(START + NOTICE, 14_000_000));
        I.Batch[] memory batches = chain(1, 1);
        bytes memory reason =
            abi.encodeWithSelector(I.PriceDeviates.selector, 1, 0, 14_000_000, 10_000_000, 1_002_000);
        refuse(reason, batches, reports);
        // Taken a second before, and first used by a batch of the new time: as whoever took it could know.
        submit(batches, one(report(START + NOTICE - 1, 14_000_000)));
    }

    function test_oneCallMayCrossAChangeOfBounds() public {
        vm.warp(START + 61);
        tighten();
        uint256 since = START + 61 + NOTICE;
        vm.warp(since + 1 + 101);
        I.Batch[] memory batches = new I.Batch[](3);
        batches[0] = batch(GENESIS, GENESIS + 1, since, 777, tradeWords(0, 1));
        batches[1] = batch(GENESIS + 1, GENESIS + 2, since, 777, tradeWords(1, 1));
        batches[2] = batch(GENESIS + 2, GENESIS + 3, since + 1, 777, tradeWords(2, 1));
        (batches[1].reportIndex, batches[2].reportIndex) = (0, 1);
        I.OracleReport[] memory reports = new I.OracleReport[](2);
        (reports[0], reports[1]) = (report(since - 60, 5), report(since + 1, 5));
        refuse(abi.encodeWithSelector(I.BatchTooOld.selector, since + 1, since + 2), batches, reports);
        vm.warp(since + 1 + 100);
        submit(batches, reports);
    }

    function test_anotherDeadlineDoesNotReachOpsInTheQueue() public {
        open(ALICE, 5_000_000);
        I.Bounds memory limits = exchange.bounds();
        limits.forcedDeadlineSec = 2 days;
        govern(abi.encodeCall(governance.setBounds, (limits)));
        open(BOB, 5_000_000);
        vm.warp(START + 14 days);
        limits.forcedDeadlineSec = 1 days;
        govern(abi.encodeCall(governance.setBounds, (limits)));
        open(BOB, 5_000_000);
        uint40[3] memory due = [uint40(START + 1 days), uint40(START + 2 days), uint40(START + 15 days)];
        for (uint64 i = 0; i < 3; ++i) {
            (,, uint40 dueAt) = exchange.l1OpChain(i + 1);
            assertEq(dueAt, due[i]);
        }
    }

    // ------------------------------------------------------------------- shapes

    function test_aRetiredShapeTakesWhatWasMadeBefore() public {
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, START + 9, 777, tradeWords(0, 1)));
        I.OracleReport[] memory reports = one(report(START + 9, 5));
        vm.warp(START + 10);
        govern(abi.encodeCall(governance.retireShape, (SHAPE)));
        assertEq(exchange.shapeRetiredAt(SHAPE), START + 10);
        vm.warp(START + 3609);
        submit(batches, reports);
        batches = one(batch(GENESIS + 1, GENESIS + 2, START + 10, 777, tradeWords(1, 1)));
        reports = one(report(START + 10, 5));
        refuse(abi.encodeWithSelector(I.ShapeIsRetired.selector, SHAPE, START + 10), batches, reports);
    }

    function test_aShapeIsRetiredOnceAndNeverUsedAgain() public {
        vm.expectRevert(abi.encodeWithSelector(I.UnknownShape.selector, 2));
        govern(abi.encodeCall(governance.retireShape, (2)));
        govern(abi.encodeCall(governance.retireShape, (SHAPE)));
        vm.expectRevert(abi.encodeWithSelector(I.UnknownShape.selector, SHAPE));
        govern(abi.encodeCall(governance.retireShape, (SHAPE)));
        I.VerifyingKey memory key = SimulatedProver.key();
        vm.expectRevert(abi.encodeWithSelector(I.ShapeExists.selector, SHAPE));
        govern(abi.encodeCall(governance.registerShape, (SHAPE, key)));
    }

    // ------------------------------------------------------------------- pauses

    /// @dev Found by an attack: a pause of a second, at the first allowed moment, took a sealed batch's excuse away for ever.
    function test_aLaterPauseDoesNotStrandWhatIsSealed() public {
        I.Batch[] memory batches = chain(1, 1);
        I.OracleReport[] memory reports = one(report(START, 30_000_000));
        uint32 longest = exchange.bounds().maxPauseSec;
        pauseFor(longest);
        vm.warp(START + longest + 60);
        uint256[] memory sealed_ = new uint256[](1);
        sealed_[0] = batches[0].stateRootAfter;
        vm.prank(SEQUENCER);
        exchange.sealBatches(0, sealed_);
        vm.warp(governance.pauseAllowedFrom());
        pauseFor(1);
        vm.warp(block.timestamp + 2);
        submit(batches, reports);
        assertEq(exchange.stateRoot(), sealed_[0]);
    }

    function test_theLongestPauseStrandsNothing() public {
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, START, 777, tradeWords(0, 1)));
        I.OracleReport[] memory reports = one(report(START, 5));
        vm.warp(START + 5);
        pauseFor(21600);
        vm.warp(START + 21600 + 3600);
        submit(batches, reports);
    }

    function test_onlyTimeReallyPausedIsAdded() public {
        pauseFor(21600);
        vm.warp(START + 100);
        vm.prank(GUARDIAN);
        governance.unpause();
        vm.warp(START + 3701);
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, START, 777, tradeWords(0, 1)));
        I.OracleReport[] memory reports = one(report(START, 5));
        refuse(abi.encodeWithSelector(I.BatchTooOld.selector, START, START + 1), batches, reports);
        vm.warp(START + 3700);
        submit(batches, reports);
    }

    /// @dev Of a pause that began before the batch was made, what came after counts; one that ended before, nothing.
    function test_aPauseCountsFromTheBatchOn() public {
        pauseFor(600);
        I.OracleReport[] memory reports = one(report(START + 400, 5));
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, START + 400, 777, tradeWords(0, 1)));
        vm.warp(START + 400 + 3600 + 201);
        refuse(abi.encodeWithSelector(I.BatchTooOld.selector, START + 400, START + 401), batches, reports);
        vm.warp(START + 400 + 3600 + 200);
        submit(batches, reports);
        batches = one(batch(GENESIS + 1, GENESIS + 2, START + 600, 777, tradeWords(1, 1)));
        reports = one(report(START + 600, 5));
        vm.warp(START + 600 + 3601);
        refuse(abi.encodeWithSelector(I.BatchTooOld.selector, START + 600, START + 601), batches, reports);
    }

    /// @dev Else the guardian could make an hour of the past open again by ending a pause that is long over.
    function test_unpausingLateAddsNothing() public {
        pauseFor(600);
        vm.warp(START + 5000);
        vm.prank(GUARDIAN);
        governance.unpause();
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, START, 777, tradeWords(0, 1)));
        refuse(abi.encodeWithSelector(I.BatchTooOld.selector, START, START + 800), batches, one(report(START, 5)));
    }

    /// @dev Else it would not have been a pause at all, and what was on its way too old.
    function test_unpausingAtTheEndTakesNothing() public {
        pauseFor(600);
        vm.warp(START + 600);
        vm.prank(GUARDIAN);
        governance.unpause();
        vm.warp(START + 3600 + 600);
        submit(one(batch(GENESIS, GENESIS + 1, START, 777, tradeWords(0, 1))), one(report(START, 5)));
    }

    // -------------------------------------------------------------------- seals

    function test_aSealedBatchSettlesHoweverLongItsProofTakes() public {
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, START, 777, tradeWords(0, 1)));
        I.OracleReport[] memory reports = one(report(START, 5));
        vm.warp(START + 3600);
        vm.expectEmit(address(exchange));
        emit I.BatchesSealed(0, SEQUENCER, roots(GENESIS + 1, 2));
        seal(0, roots(GENESIS + 1, 2));
        assertEq(exchange.sealedAt(0, GENESIS + 1), START + 3600);
        assertEq(exchange.sealedThrough(SEQUENCER), 2);
        vm.warp(START + 30 days);
        submit(batches, reports);
    }

    function test_aSealIsNoOlderThanTheLagEither() public {
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, START, 777, tradeWords(0, 1)));
        I.OracleReport[] memory reports = one(report(START, 5));
        vm.warp(START + 3601);
        seal(0, roots(GENESIS + 1, 1));
        vm.warp(START + 5000);
        refuse(abi.encodeWithSelector(I.BatchTooOld.selector, START, START + 1), batches, reports);
    }

    /// @dev The seal is of one number and one root: neither another batch nor the same root elsewhere profits.
    function test_aSealIsOfOneBatch() public {
        seal(1, roots(GENESIS + 1, 1));
        seal(2, roots(GENESIS + 5, 1));
        vm.warp(START + 3601);
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, START, 777, tradeWords(0, 1)));
        refuse(abi.encodeWithSelector(I.BatchTooOld.selector, START, START + 1), batches, one(report(START, 5)));
    }

    /// @dev Two candidates for one number would be an option on the price until one is chosen.
    function test_aSequencerSealsEachNumberOnce() public {
        seal(0, roots(GENESIS + 1, 3));
        vm.expectRevert(abi.encodeWithSelector(I.SealedBefore.selector, 2, 3));
        seal(2, roots(GENESIS + 7, 1));
        seal(3, roots(GENESIS + 7, 1));
        assertEq(exchange.sealedThrough(SEQUENCER), 4);
    }

    function test_anotherSequencerNeitherBlocksNorRenewsASeal() public {
        govern(abi.encodeCall(governance.setSequencer, (BOB, true)));
        vm.prank(BOB);
        exchange.sealBatches(0, roots(GENESIS + 99, 5));
        seal(0, roots(GENESIS + 1, 1));
        vm.warp(START + 50);
        vm.prank(BOB);
        exchange.sealBatches(5, roots(GENESIS + 1, 1));
        assertEq(exchange.sealedAt(0, GENESIS + 1), START);
    }

    function test_sealsWhilePausedButNotFrozenAndOnlyBySequencers() public {
        vm.expectRevert(abi.encodeWithSelector(I.NotASequencer.selector, BOB));
        vm.prank(BOB);
        exchange.sealBatches(0, roots(GENESIS + 1, 1));
        open(ALICE, 5_000_000);
        pauseFor(100);
        seal(0, roots(GENESIS + 1, 1));
        vm.warp(START + 86401);
        exchange.freeze();
        vm.expectRevert(abi.encodeWithSelector(I.ExchangeFrozen.selector));
        seal(1, roots(GENESIS + 1, 1));
    }

    // ------------------------------------------------------------------ helpers

    function tighten() private {
        I.Bounds memory limits = exchange.bounds();
        (limits.provingLagSec, limits.maxReportAgeSec) = (100, 10);
        govern(abi.encodeCall(governance.setBounds, (limits)));
        (I.Bounds memory earlier, uint40 since) = exchange.boundsBefore();
        assertEq(earlier.provingLagSec, 3600);
        assertEq(since, block.timestamp + NOTICE);
    }

    function members(uint256 firstKey) private view returns (address[] memory oracles) {
        oracles = new address[](3);
        for (uint256 i = 0; i < 3; ++i) {
            oracles[i] = vm.addr(firstKey == 0 ? oracleKeys[i] : firstKey + i);
        }
    }

    function replaceCommittee() private {
        govern(abi.encodeCall(governance.setOracleCommittee, (members(201), 2)));
        assertEq(exchange.committeeSince(), block.timestamp + NOTICE);
    }

    function signNew(I.OracleReport memory r) private view {
        r.signatures = sorted(signature(201, r), 201, signature(202, r), 202);
    }

    function firstNew() private pure returns (uint256) {
        return vm.addr(201) < vm.addr(202) ? 201 : 202;
    }

    function sorted(bytes memory a, uint256 keyOfA, bytes memory b, uint256 keyOfB)
        private
        pure
        returns (bytes[] memory signatures)
    {
        signatures = new bytes[](2);
        (signatures[0], signatures[1]) = vm.addr(keyOfA) < vm.addr(keyOfB) ? (a, b) : (b, a);
    }

    function roots(uint256 first, uint256 count) private pure returns (uint256[] memory list_) {
        list_ = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            list_[i] = first + i;
        }
    }

    function seal(uint64 first, uint256[] memory stateRoots) private {
        vm.prank(SEQUENCER);
        exchange.sealBatches(first, stateRoots);
    }
}
