// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

/// forge-config: default.isolate = true
/// @notice Gas of whole transactions, kept in contracts/snapshots/submit.json. Batches of 4 trades, on a new report.
contract GasTest is ExchangeFixture {
    uint256 private constant ONE_BATCH_GOAL = 420_000;
    uint256 private constant FURTHER_BATCH_GOAL = 120_000;

    function setUp() public override {
        super.setUp();
        submit(chain(1, 1), one(report(block.timestamp, 30_000_000)));
        vm.warp(block.timestamp + 10);
    }

    function test_submitOneBatch() public {
        assertTrue(measure(1, "batches-1") <= ONE_BATCH_GOAL, "gas of one batch");
    }

    function test_submitTwoBatches() public {
        assertTrue(measure(2, "batches-2") <= ONE_BATCH_GOAL + FURTHER_BATCH_GOAL, "gas of two batches");
    }

    function test_submitFourBatches() public {
        assertTrue(measure(4, "batches-4") <= ONE_BATCH_GOAL + 3 * FURTHER_BATCH_GOAL, "gas of four batches");
    }

    /// @dev An L1 op, a forced withdrawal and a withdrawal too: 14 words more, three of them with storage of their own.
    function test_submitOneBatchWithOps() public {
        uint24 alice = open(ALICE, 50_000_000);
        force(ALICE, alice, 9_000_000);
        uint256[] memory words = new uint256[](10);
        words[0] = header(1, 2, 1, 0, 0);
        putOp(words, 0, opHead(1, alice, 50_000_000, 0), ALICE, KEY_X, KEY_Y);
        putOp(words, 1, opHead(4, alice, 9_000_000, 9_000_000), ALICE, 0, 0);
        words[9] = withdrawalWord(alice, 0, 1_000_000);
        submitWords(words);
        assertTrue(vm.snapshotGasLastCall("submit", "batches-1-with-ops") <= ONE_BATCH_GOAL, "gas with ops");
    }

    /// @dev Three settlements of one series, the first that names it, beside a trade.
    function test_submitOneBatchWithSettlements() public {
        list((1 << 16) | 1, I.InstrumentKind.Call, block.timestamp + 5, 30_000_000);
        vm.warp(block.timestamp + 5);
        submit(one(settling(1)), one(report(block.timestamp, 30_000_000)));
        assertTrue(vm.snapshotGasLastCall("submit", "batches-1-with-settlements") <= ONE_BATCH_GOAL, "first payoff");
        vm.warp(block.timestamp + 5);
        submit(one(settling(2)), one(report(block.timestamp, 30_000_000)));
        assertTrue(vm.snapshotGasLastCall("submit", "batches-1-with-settlements-pinned") <= ONE_BATCH_GOAL, "pinned");
    }

    function settling(uint256 number) private view returns (I.Batch memory) {
        uint256[] memory words = new uint256[](6);
        words[0] = header(number, 0, 0, 1, 3);
        (words[1], words[2]) = (5, 6);
        for (uint256 i = 0; i < 3; ++i) {
            words[3 + i] = settlementWord(i + 1, (1 << 16) | 1, int256(i) - 1, 77);
        }
        uint256 root = exchange.stateRoot();
        return batch(root, root + 1, block.timestamp, 777, words);
    }

    /// @dev What a new report costs by its expiries, and that one accepted already costs none of it.
    function test_submitOnAReportOfEightExpiries() public {
        eightExpiries();
        vm.warp(block.timestamp + 1 hours);
        I.OracleReport memory r = eightExpiries();
        submit(chain(1, 4), one(r));
        vm.warp(block.timestamp + 10);
        r = eightExpiries();
        submit(chain(1, 4), one(r));
        vm.snapshotGasLastCall("submit", "batches-1-eight-expiries");
        r.signatures = new bytes[](0);
        submit(chain(1, 4), one(r));
        vm.snapshotGasLastCall("submit", "batches-1-report-known");
    }

    function eightExpiries() private returns (I.OracleReport memory r) {
        I.Instrument[] memory items = new I.Instrument[](8);
        uint128[] memory prices = new uint128[](9);
        prices[0] = spotWord(1, 30_000_000);
        for (uint256 i = 0; i < 8; ++i) {
            uint40 expiry = uint40(START + (i + 1) * 7 days);
            items[i] = I.Instrument(uint24(1 << 16 | (i + 1)), I.InstrumentKind.Call, expiry, uint40(1 + i));
            prices[i + 1] = dateWord(1, expiry, 30_000_000, 650_000 + block.timestamp % 100);
        }
        if (exchange.pricedMarkets() == 0) {
            vm.prank(LISTER);
            governance.listInstruments(items);
        }
        r = report(block.timestamp, 30_000_000);
        r.prices = prices;
        signBy(r, 0, 1);
    }

    function measure(uint256 count, string memory name) private returns (uint256) {
        submit(chain(count, 4), one(report(block.timestamp, 30_100_000)));
        return vm.snapshotGasLastCall("submit", name);
    }
}
