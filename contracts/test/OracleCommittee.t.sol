// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {Field} from "../src/libraries/Field.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

contract OracleCommitteeTest is ExchangeFixture {
    function test_digestIsEip712() public view {
        I.OracleReport memory r = report(START, 5);
        bytes32 digest = exchange.reportDigest(r.time, r.riskTableHash, keccak256(r.inputs), r.prices);
        assertEq(digest, digestOf(r));
    }

    function test_anyTwoOfThreeSufficeAndAllThreeMaySign() public {
        uint8[2][3] memory pairs = [[0, 1], [0, 2], [1, 2]];
        for (uint256 i = 0; i < 3; ++i) {
            I.OracleReport memory r = report(block.timestamp, 30_000_000);
            signBy(r, pairs[i][0], pairs[i][1]);
            submit(chain(1, 1), one(r));
            vm.warp(block.timestamp + 1);
        }
        I.OracleReport memory all = report(block.timestamp, 30_000_000);
        all.signatures = new bytes[](3);
        for (uint256 i = 0; i < 3; ++i) {
            all.signatures[i] = signature(oracleKeys[i], all);
        }
        submit(chain(1, 1), one(all));
    }

    function test_refusesBadQuorums() public {
        I.OracleReport memory r = report(START, 5);
        r.signatures = new bytes[](1);
        r.signatures[0] = signature(oracleKeys[0], r);
        refuseReport(abi.encodeWithSelector(I.QuorumNotMet.selector, 1, 2), r);
        address first = vm.addr(oracleKeys[0]);
        signBy(r, 0, 0);
        refuseReport(abi.encodeWithSelector(I.SignersNotIncreasing.selector, first, first), r);
        signBy(r, 1, 0);
        refuseReport(abi.encodeWithSelector(I.SignersNotIncreasing.selector, first, vm.addr(oracleKeys[1])), r);
        signBy(r, 0, 1);
        r.signatures[1] = hex"1234";
        refuseReport(abi.encodeWithSelector(I.SignatureInvalid.selector, 1), r);
        signBy(r, 0, 1);
        r.signatures[0] = signature(104, r);
        refuseReport(abi.encodeWithSelector(I.NotAnOracle.selector, vm.addr(104)), r);
    }

    function test_everyFieldOfAReportIsSigned() public {
        I.OracleReport memory r = report(START, 5);
        r.inputs = hex"01";
        refuseUnsigned(r);
        r = report(START, 5);
        r.prices[0] += 1;
        refuseUnsigned(r);
        r = report(START, 5);
        r.riskTableHash += 1;
        refuseUnsigned(r);
        r = report(START, 5);
        r.time -= 1;
        refuseUnsigned(r);
    }

    function test_theLastReportComesAgainWithoutSignatures() public {
        I.OracleReport memory r = report(START, 30_000_000);
        submit(chain(1, 1), one(r));
        r.signatures = new bytes[](0);
        submit(chain(2, 1), one(r));
        assertEq(exchange.batchNumber(), 3);
        r.inputs = hex"09";
        refuseReport(abi.encodeWithSelector(I.ReportNotNewer.selector, START, START), r);
    }

    function test_severalReportsInOneCall() public {
        vm.warp(START + 10);
        (I.Batch[] memory batches, I.OracleReport[] memory reports) = twoReports();
        submit(batches, reports);
        uint256 anchor = exchange.priceAnchor(1, 0);
        assertEq(uint40(anchor >> 40), 30_000_100);
        assertEq(uint40(anchor >> 112), START + 10);
    }

    function test_reportsAreUsedInOrderAndAll() public {
        vm.warp(START + 10);
        (I.Batch[] memory batches, I.OracleReport[] memory reports) = twoReports();
        batches[0].reportIndex = 2;
        refuse(abi.encodeWithSelector(I.ReportIndexOutOfRange.selector, 2, 2), batches, reports);
        batches[0].reportIndex = 1;
        refuse(abi.encodeWithSelector(I.ReportsNotInOrder.selector, 1, 0), batches, reports);
        (batches[0].reportIndex, batches[1].reportIndex) = (0, 0);
        refuse(abi.encodeWithSelector(I.ReportUnused.selector, 1), batches, reports);
        refuse(abi.encodeWithSelector(I.ReportIndexOutOfRange.selector, 0, 0), batches, new I.OracleReport[](0));
        I.Batch[] memory three = chain(3, 1);
        three[1].reportIndex = 1;
        refuse(abi.encodeWithSelector(I.ReportsNotInOrder.selector, 0, 2), three, reports);
    }

    function test_refusesReportsOutOfTime() public {
        vm.warp(START + 100);
        I.OracleReport[] memory reports = one(report(START + 39, 5));
        I.Batch[] memory batches = chain(1, 1);
        refuse(abi.encodeWithSelector(I.ReportTooOld.selector, START + 39, START + 40), batches, reports);
        reports = one(report(START + 101, 5));
        refuse(abi.encodeWithSelector(I.ReportAfterBatch.selector, START + 101, START + 100), batches, reports);
        submit(batches, one(report(START + 90, 5)));
        reports = one(report(START + 80, 5));
        batches = chain(1, 1);
        refuse(abi.encodeWithSelector(I.ReportNotNewer.selector, START + 80, START + 90), batches, reports);
    }

    function test_refusesAReportWhoseTableHashIsNoElement() public {
        I.OracleReport memory r = report(START, 5);
        r.riskTableHash = Field.P;
        signBy(r, 0, 1);
        refuseReport(abi.encodeWithSelector(I.NotAFieldElement.selector, Field.P), r);
    }

    function test_aReplacedOracleCountsNoMore() public {
        address[] memory oracles = new address[](2);
        (oracles[0], oracles[1]) = (vm.addr(oracleKeys[0]), vm.addr(oracleKeys[2]));
        govern(abi.encodeCall(governance.setOracleCommittee, (oracles, 2)));
        vm.warp(START + 1 hours);
        I.OracleReport memory r = report(START + 1 hours, 5);
        refuseReport(abi.encodeWithSelector(I.NotAnOracle.selector, vm.addr(oracleKeys[1])), r);
        signBy(r, 0, 2);
        submit(chain(1, 1), one(r));
    }

    /// @dev Of five with a quorum of three: four. Half of the two beyond the quorum, not both of them and not none.
    function test_aLeapTakesTheQuorumAndHalfOfTheRest() public {
        uint256[] memory keys = new uint256[](5);
        I.Deployment memory d = deployment(address(usdc));
        d.oracles = new address[](5);
        d.quorum = 3;
        for (uint256 i = 0; i < 5; ++i) {
            uint256 key = 301 + i;
            uint256 place = i;
            for (; place > 0 && vm.addr(keys[place - 1]) > vm.addr(key); --place) keys[place] = keys[place - 1];
            keys[place] = key;
            d.oracles[i] = vm.addr(key);
        }
        deploy(d);
        submitSigned(keys, 3, 10_000_000);
        vm.warp(START + 1);
        I.OracleReport memory r = signedBy(keys, 3, 1_000_000);
        bytes memory reason = abi.encodeWithSelector(I.PriceDeviates.selector, 1, 0, 1_000_000, 10_000_000, 1_051_000);
        refuseReport(reason, r);
        submitSigned(keys, 4, 1_000_000);
    }

    function signedBy(uint256[] memory keys, uint256 count, uint256 price)
        private
        view
        returns (I.OracleReport memory r)
    {
        r = report(block.timestamp, price);
        r.signatures = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            r.signatures[i] = signature(keys[i], r);
        }
    }

    function submitSigned(uint256[] memory keys, uint256 count, uint256 price) private {
        submit(chain(1, 1), one(signedBy(keys, count, price)));
    }

    function twoReports() private view returns (I.Batch[] memory batches, I.OracleReport[] memory reports) {
        reports = new I.OracleReport[](2);
        (reports[0], reports[1]) = (report(START + 5, 30_000_000), report(START + 10, 30_000_100));
        batches = chain(2, 1);
        batches[1].reportIndex = 1;
    }

    function refuseReport(bytes memory reason, I.OracleReport memory r) private {
        I.Batch[] memory batches = chain(1, 1);
        refuse(reason, batches, one(r));
    }

    /// @dev The signatures recover to other addresses: which error comes first depends on them.
    function refuseUnsigned(I.OracleReport memory r) private {
        I.Batch[] memory batches = chain(1, 1);
        vm.expectRevert();
        submit(batches, one(r));
        assertEq(exchange.batchNumber(), 0);
    }
}
