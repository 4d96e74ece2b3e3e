// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

contract OraclePriceBoundTest is ExchangeFixture {
    function test_aReportWithoutAnySpotIsRefused() public {
        list();
        vm.warp(START + 7200);
        I.OracleReport memory r = report(block.timestamp, 5);
        r.prices = new uint128[](0);
        signBy(r, 0, 1);
        refuseOne(r);
    }

    function test_aCalmSpotWithoutForwardsIsRefused() public {
        list();
        submit(chain(1, 1), one(report(START, 30_000_000)));
        vm.warp(START + 7200);
        I.OracleReport memory r = report(block.timestamp, 30_000_000);
        r.riskTableHash = 778;
        signBy(r, 0, 1);
        I.Batch[] memory batches = one(batch(GENESIS + 1, GENESIS + 2, block.timestamp, 778, tradeWords(1, 1)));
        vm.expectRevert();
        submit(batches, one(r));
    }

    function test_twentyReportsInOneCallShareOneBase() public {
        submit(chain(1, 1), one(report(START, 10_000_000)));
        vm.warp(START + 20);
        I.OracleReport[] memory reports = new I.OracleReport[](20);
        I.Batch[] memory batches = chain(20, 1);
        uint256 price = 10_000_000;
        for (uint256 i = 0; i < 20; ++i) {
            price = price * 1_051 / 1_000;
            reports[i] = report(START + 1 + i, price);
            batches[i].reportIndex = uint16(i);
        }
        vm.expectRevert();
        submit(batches, reports);
    }

    function test_silenceDoesNotOpenEverything() public {
        submit(chain(1, 1), one(report(START, 10_000_000)));
        vm.warp(START + 950);
        refuseOne(report(block.timestamp, 1));
    }

    function test_noRateStopsReportsForEver() public {
        I.Bounds memory limits = exchange.bounds();
        limits.deviationPpmPerSec = 0;
        vm.expectRevert(abi.encodeWithSelector(I.BoundsInvalid.selector));
        govern(abi.encodeCall(governance.setBounds, (limits)));
    }

    function list() private {
        list((1 << 16) | 1, I.InstrumentKind.Call, START + 30 days, 30_000_000);
    }

    function refuseOne(I.OracleReport memory r) private {
        I.Batch[] memory batches = chain(1, 1);
        vm.expectRevert();
        submit(batches, one(r));
    }
}
