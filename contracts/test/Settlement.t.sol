// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {Field} from "../src/libraries/Field.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

contract SettlementTest is ExchangeFixture {
    function test_domainIsTheProtocols() public view {
        bytes32 hash = keccak256(abi.encode("straddle.domain.v1", block.chainid, address(exchange)));
        assertEq(exchange.domain(), uint256(hash) >> 8);
    }

    function test_acceptsBatchesInOneCallAndOverSeveral() public {
        for (uint256 k = 1; k <= 4; ++k) {
            uint256 root = exchange.stateRoot();
            uint256 number = exchange.batchNumber();
            submit(chain(k, 2), one(report(block.timestamp, 30_000_000)));
            assertEq(exchange.stateRoot(), root + k);
            assertEq(exchange.batchNumber(), number + k);
            vm.warp(block.timestamp + 5);
        }
    }

    function test_announcesTheBatch() public {
        I.Batch[] memory batches = chain(1, 1);
        I.OracleReport[] memory reports = one(report(block.timestamp, 30_000_000));
        vm.expectEmit(address(exchange));
        emit I.ReportAccepted(uint40(START), 777, keccak256(hex"0102030405"), digestOf(reports[0]));
        vm.expectEmit(address(exchange));
        emit I.BatchAccepted(0, SHAPE, GENESIS + 1, uint40(START), 777, 99, 0);
        submit(batches, reports);
        assertEq(exchange.lastTime(), START);
    }

    function test_refusesOthersThanThePlainSequencer() public {
        (I.Batch[] memory batches, I.OracleReport[] memory reports) = ready();
        vm.expectRevert(abi.encodeWithSelector(I.NotASequencer.selector, ALICE));
        vm.prank(ALICE, ALICE);
        exchange.submit(SHAPE, batches, reports);

        vm.expectRevert(abi.encodeWithSelector(I.SenderNotPlainAccount.selector, SEQUENCER, ALICE));
        vm.prank(SEQUENCER, ALICE);
        exchange.submit(SHAPE, batches, reports);

        vm.etch(SEQUENCER, hex"ef0100000000000000000000000000000000000000b0b0");
        refuse(abi.encodeWithSelector(I.SenderNotPlainAccount.selector, SEQUENCER, SEQUENCER), batches, reports);
    }

    function test_refusesAnEmptyCallAndUnknownShapes() public {
        (I.Batch[] memory batches, I.OracleReport[] memory reports) = ready();
        refuse(abi.encodeWithSelector(I.NoBatches.selector), new I.Batch[](0), reports);
        vm.expectRevert(abi.encodeWithSelector(I.UnknownShape.selector, 2));
        vm.prank(SEQUENCER, SEQUENCER);
        exchange.submit(2, batches, reports);
    }

    function test_refusesABatchOnAnotherRoot() public {
        I.Batch[] memory batches = one(batch(GENESIS + 5, GENESIS + 6, START, 777, tradeWords(0, 1)));
        refuse(abi.encodeWithSelector(I.ProofRefused.selector, 0, 1), batches, one(report(START, 1)));
    }

    function test_refusesABatchOnAnotherRiskTable() public {
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, START, 778, tradeWords(0, 1)));
        refuse(abi.encodeWithSelector(I.ProofRefused.selector, 0, 1), batches, one(report(START, 1)));
    }

    function test_everyProofOfACallMustHold(uint256 count, uint256 wrong) public {
        count = bound(count, 1, 4);
        I.Batch[] memory batches = chain(count, 1);
        I.Batch memory bad = batches[bound(wrong, 0, count - 1)];
        bad.proof = chain(1, 2)[0].proof;
        refuse(abi.encodeWithSelector(I.ProofRefused.selector, 0, count), batches, one(report(START, 1)));
    }

    function test_errorsOfTwoProofsDoNotCancel() public {
        I.Batch[] memory batches = chain(2, 1);
        (batches[0].proof.c, batches[1].proof.c) = (batches[1].proof.c, batches[0].proof.c);
        refuse(abi.encodeWithSelector(I.ProofRefused.selector, 0, 2), batches, one(report(START, 1)));
    }

    function test_everyBitOfTheWordsIsBound(uint256 position, uint256 bit) public {
        I.Batch[] memory batches = chain(1, 3);
        batches[0].words[bound(position, 1, 6)] ^= 1 << bound(bit, 0, 247);
        refuse(abi.encodeWithSelector(I.ProofRefused.selector, 0, 1), batches, one(report(START, 1)));
    }

    function test_refusesTheSameWordPlusP() public {
        I.Batch[] memory batches = chain(1, 2);
        uint256 word = batches[0].words[3] + Field.P;
        batches[0].words[3] = word;
        prove(batches[0], GENESIS, 777);
        refuse(abi.encodeWithSelector(I.WordOutOfRange.selector, 0, 3, word), batches, one(report(START, 1)));
    }

    function test_refusesWideOpWords() public {
        open(ALICE, 5_000_000);
        for (uint256 position = 1; position <= 2; ++position) {
            uint256[] memory words = new uint256[](5);
            words[0] = header(0, 1, 0, 0, 0);
            putOp(words, 0, opHead(1, (1 << 20) | 1, 5_000_000, 0), ALICE, KEY_X, KEY_Y);
            words[position] += 1 << 248;
            refuseWords(abi.encodeWithSelector(I.WordOutOfRange.selector, 0, position, words[position]), words);
        }
    }

    function test_refusesPointsOffTheCurve() public {
        (I.Batch[] memory batches, I.OracleReport[] memory reports) = ready();
        batches[0].proof.a[0] += 1;
        refuse(abi.encodeWithSelector(I.PrecompileFailed.selector, 8), batches, reports);
        batches = chain(2, 1);
        batches[1].proof.a[1] += Field.Q;
        refuse(abi.encodeWithSelector(I.PrecompileFailed.selector, 7), batches, reports);
        batches = chain(2, 1);
        batches[0].proof.c[1] += 1;
        refuse(abi.encodeWithSelector(I.PrecompileFailed.selector, 6), batches, reports);
    }

    function test_aWrongProofIsRefusedAtEveryGasLimit() public {
        (I.Batch[] memory batches, I.OracleReport[] memory reports) = ready();
        batches[0].proof = chain(1, 2)[0].proof;
        bytes memory call = abi.encodeCall(exchange.submit, (SHAPE, batches, reports));
        for (uint256 gas_ = 20_000; gas_ < 500_000; gas_ += 7_000) {
            vm.prank(SEQUENCER, SEQUENCER);
            (bool success,) = address(exchange).call{gas: gas_}(call);
            assertTrue(!success, "short of gas");
        }
        assertEq(exchange.stateRoot(), GENESIS);
    }

    function test_refusesElementsOutsideTheField() public {
        I.OracleReport[] memory reports = one(report(START, 1));
        bytes memory reason = abi.encodeWithSelector(I.NotAFieldElement.selector, Field.P);
        I.Batch[] memory batches = chain(1, 1);
        batches[0].stateRootAfter = Field.P;
        refuse(reason, batches, reports);
        batches = chain(1, 1);
        batches[0].dataCommit = Field.P;
        refuse(reason, batches, reports);
        batches = chain(1, 1);
        batches[0].logChainHash = Field.P;
        refuse(reason, batches, reports);
    }

    function test_refusesHeadersThatDisagree() public {
        uint256[] memory words = tradeWords(0, 2);
        words[0] = header(0, 0, 0, 2, 1);
        refuseWords(abi.encodeWithSelector(I.WordsDisagreeWithHeader.selector, 0, 6, 5), words);
        words[0] = header(0, 0, 0, 2, 256);
        refuseWords(abi.encodeWithSelector(I.WordsDisagreeWithHeader.selector, 0, 261, 5), words);
        words[0] = header(1, 0, 0, 2, 0);
        refuseWords(abi.encodeWithSelector(I.BatchNumberNotNext.selector, 0, 1), words);
        words[0] = header(0, 0, 0, 2, 0) | (1 << 128);
        refuseWords(abi.encodeWithSelector(I.HeaderOutOfRange.selector, words[0]), words);
        refuseWords(abi.encodeWithSelector(I.WordsTooFew.selector, 0), new uint256[](0));
    }

    function test_refusesTimesOutOfOrder() public {
        submit(chain(1, 1), one(report(START, 30_000_000)));
        uint256[] memory words = tradeWords(1, 1);
        uint256 root = GENESIS + 1;
        I.OracleReport[] memory reports = one(report(START, 30_000_000));
        I.Batch[] memory batches = one(batch(root, root + 1, START - 1, 777, words));
        refuse(abi.encodeWithSelector(I.ReportAfterBatch.selector, START, START - 1), batches, reports);
        batches = one(batch(root, root + 1, START + 1, 777, words));
        refuse(abi.encodeWithSelector(I.BatchTimeInFuture.selector, START + 1, START), batches, reports);
        vm.warp(START + 3601);
        batches = one(batch(root, root + 1, START, 777, words));
        refuse(abi.encodeWithSelector(I.BatchTooOld.selector, START, START + 1), batches, reports);
    }

    function test_refusesABatchBeforeTheLast() public {
        vm.warp(START + 10);
        I.Batch[] memory batches = chain(2, 1);
        batches[1].time = uint40(START + 9);
        bytes memory reason = abi.encodeWithSelector(I.BatchTimeBeforeLast.selector, START + 9, START + 10);
        refuse(reason, batches, one(report(START, 1)));
    }

    function test_creditsWithdrawalsAndForcedPayments() public {
        uint24 alice = open(ALICE, 50_000_000);
        uint24 bob = open(BOB, 20_000_000);
        force(ALICE, alice, 9_000_000);
        uint256[] memory words = new uint256[](15);
        words[0] = header(0, 3, 2, 0, 0);
        putOp(words, 0, opHead(1, alice, 50_000_000, 0), ALICE, KEY_X, KEY_Y);
        putOp(words, 1, opHead(1, bob, 20_000_000, 0), BOB, KEY_X, KEY_Y);
        putOp(words, 2, opHead(4, alice, 9_000_000, 8_000_000), ALICE, 0, 0);
        words[13] = withdrawalWord(bob, 0, 3_000_000);
        words[14] = withdrawalWord(alice, 0, 1_000_000);
        submitWords(words);
        assertEq(exchange.claimable(ALICE), 9_000_000);
        assertEq(exchange.claimable(BOB), 3_000_000);
        assertEq(exchange.l1OpIndex(), 3);
        (uint256 held, uint256 claims, uint256 accounts, uint256 shortfall) = exchange.conservation();
        assertEq(held, 70_000_000);
        assertEq(claims, 12_000_000);
        assertEq(accounts, 58_000_000);
        assertEq(shortfall, 0);
        force(ALICE, alice, 1);
    }

    function test_refusesToPayAnUnknownAccount() public {
        uint256[] memory words = new uint256[](2);
        words[0] = header(0, 0, 1, 0, 0);
        words[1] = withdrawalWord(77, 0, 1);
        refuseWords(abi.encodeWithSelector(I.UnknownAccount.selector, 77), words);
    }

    function test_refusesOpsThatDifferFromTheQueue(uint256 position, uint256 bit) public {
        uint24 alice = open(ALICE, 5_000_000);
        uint256[] memory words = new uint256[](5);
        words[0] = header(0, 1, 0, 0, 0);
        putOp(words, 0, opHead(1, alice, 5_000_000, 0), ALICE, KEY_X, KEY_Y);
        position = bound(position, 1, 4);
        bit = bound(bit, 4, 247);
        if (position == 1) vm.assume(bit < 92 || bit > 155);
        words[position] ^= 1 << bit;
        uint256 root = exchange.stateRoot();
        I.Batch[] memory batches = one(batch(root, root + 1, block.timestamp, 777, words));
        I.OracleReport[] memory reports = one(report(block.timestamp, 1));
        (bytes32 queued,,) = exchange.l1OpChain(1);
        bytes32 changed = keccak256(abi.encodePacked(bytes32(0), words[1], words[2], words[3], words[4]));
        refuse(abi.encodeWithSelector(I.L1OpsDisagreeWithQueue.selector, 1, queued, changed), batches, reports);
    }

    function test_refusesSkippedReorderedAndMissingOps() public {
        uint24 alice = open(ALICE, 5_000_000);
        uint24 bob = open(BOB, 6_000_000);
        uint256[] memory skipped = new uint256[](5);
        skipped[0] = header(0, 1, 0, 0, 0);
        putOp(skipped, 0, opHead(1, bob, 6_000_000, 0), BOB, KEY_X, KEY_Y);
        refuseOps(skipped);
        uint256[] memory swapped = new uint256[](9);
        swapped[0] = header(0, 2, 0, 0, 0);
        putOp(swapped, 0, opHead(1, bob, 6_000_000, 0), BOB, KEY_X, KEY_Y);
        putOp(swapped, 1, opHead(1, alice, 5_000_000, 0), ALICE, KEY_X, KEY_Y);
        refuseOps(swapped);
        uint256[] memory beyond = new uint256[](13);
        beyond[0] = header(0, 3, 0, 0, 0);
        refuseWords(abi.encodeWithSelector(I.L1OpsBeyondQueue.selector, 3, 2), beyond);
    }

    function test_refusesPaymentsThatNobodyAskedFor() public {
        uint24 alice = open(ALICE, 5_000_000);
        uint256[] memory words = new uint256[](5);
        words[0] = header(0, 1, 0, 0, 0);
        putOp(words, 0, opHead(1, alice, 5_000_000, 1), ALICE, KEY_X, KEY_Y);
        refuseWords(abi.encodeWithSelector(I.PaidWithoutForcedWithdrawal.selector, alice, 1), words);
        putOp(words, 0, opHead(4, alice, 7, 8), ALICE, 0, 0);
        refuseWords(abi.encodeWithSelector(I.PaidMoreThanAsked.selector, alice, 8, 7), words);
    }

    function refuseOps(uint256[] memory words) private {
        I.Batch[] memory batches = one(batch(GENESIS, GENESIS + 1, block.timestamp, 777, words));
        I.OracleReport[] memory reports = one(report(block.timestamp, 1));
        bytes32 submitted;
        for (uint256 i = 1; i < words.length; i += 4) {
            submitted = keccak256(abi.encodePacked(submitted, words[i], words[i + 1], words[i + 2], words[i + 3]));
        }
        uint64 end = uint64((words.length - 1) / 4);
        (bytes32 queued,,) = exchange.l1OpChain(end);
        refuse(abi.encodeWithSelector(I.L1OpsDisagreeWithQueue.selector, end, queued, submitted), batches, reports);
    }

    function ready() private view returns (I.Batch[] memory batches, I.OracleReport[] memory reports) {
        return (chain(1, 1), one(report(block.timestamp, 30_000_000)));
    }
}
