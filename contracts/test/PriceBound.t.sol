// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {vm} from "./Vm.sol";

/// @notice Base 5%, 0.1% a second, ceiling 50%; two of three oracles are the quorum, three let a price leap.
contract OraclePriceBoundTest is ExchangeFixture {
    uint256 private constant GRACE = 1 hours;
    uint40 private constant SOON = uint40(START + 3 days);
    uint40 private constant LATER = uint40(START + 30 days);

    // ------------------------------------------------------- what must be shown

    function test_aReportWithoutAnySpotIsRefused() public {
        list(1, 1, SOON);
        vm.warp(START + GRACE);
        refuseReport(missing(1, SOON), showing(new uint128[](0)));
    }

    function test_aCalmSpotAloneIsRefused() public {
        list(1, 1, SOON);
        accept(report(START, 30_000_000));
        vm.warp(START + GRACE);
        refuseReport(missing(1, SOON), report(block.timestamp, 30_000_000));
        accept(showing(pair(spotWord(1, 30_000_000), dateWord(1, SOON, 30_000_000, 650_000))));
    }

    function test_expiriesWithoutTheirSpotAreRefused() public {
        list(1, 1, SOON);
        refuseReport(missing(1, 0), showing(single(dateWord(1, SOON, 30_000_000, 650_000))));
        refuseReport(missing(2, 0), showing(pair(spotWord(1, 5), dateWord(2, SOON, 30_000_000, 650_000))));
    }

    function test_everyListedMarketIsShown() public {
        list(1, 1, SOON);
        list(7, 1, LATER);
        vm.warp(START + GRACE);
        refuseReport(missing(7, LATER), showing(pair(spotWord(1, 9), dateWord(1, SOON, 9, 9))));
        refuseReport(missing(1, SOON), showing(pair(spotWord(7, 9), dateWord(7, LATER, 9, 9))));
        uint128[] memory all = new uint128[](4);
        (all[0], all[1]) = (spotWord(1, 9), dateWord(1, SOON, 9, 9));
        (all[2], all[3]) = (spotWord(7, 9), dateWord(7, LATER, 9, 9));
        accept(showing(all));
        assertEq(exchange.pricedMarkets(), 1 << 1 | 1 << 7);
    }

    /// @dev Market 0 is the first of the walk, where it is listed and where it is not.
    function test_theFirstMarketIsShownLikeAnyOther() public {
        list(0, 1, SOON);
        list(1, 1, SOON);
        vm.warp(START + GRACE);
        refuseReport(missing(0, SOON), showing(pair(spotWord(1, 9), dateWord(1, SOON, 9, 9))));
        refuseReport(missing(0, SOON), showing(single(spotWord(0, 9))));
        uint128[] memory all = new uint128[](4);
        (all[0], all[1]) = (spotWord(0, 9), dateWord(0, SOON, 9, 9));
        (all[2], all[3]) = (spotWord(1, 9), dateWord(1, SOON, 9, 9));
        accept(showing(all));
        assertEq(uint40(exchange.priceAnchor(0, SOON) >> 40), 9);
    }

    function test_everyListedExpiryIsShownInWhateverOrderTheyWereListed() public {
        list(1, 1, LATER);
        list(1, 2, SOON);
        list(1, 3, SOON + 5 days);
        vm.warp(START + GRACE);
        uint128[] memory all = new uint128[](4);
        (all[0], all[1]) = (spotWord(1, 100), dateWord(1, SOON, 100, 9));
        (all[2], all[3]) = (dateWord(1, SOON + 5 days, 100, 9), dateWord(1, LATER, 100, 9));
        for (uint256 i = 1; i < 4; ++i) {
            uint40[3] memory expiries = [SOON, SOON + 5 days, LATER];
            refuseReport(missing(1, expiries[i - 1]), showing(without(all, i)));
        }
        accept(showing(all));
        assertEq(uint40(exchange.priceAnchor(1, 0)), SOON);
        assertEq(uint40(exchange.priceAnchor(1, SOON)), SOON + 5 days);
        assertEq(uint40(exchange.priceAnchor(1, SOON + 5 days)), LATER);
        assertEq(uint40(exchange.priceAnchor(1, LATER)), 0);
    }

    /// @dev A listing that the signers cannot have heard of strands no report.
    function test_aListingBindsReportsAfterAGrace() public {
        list(1, 1, SOON);
        vm.warp(START + GRACE);
        refuseReport(missing(1, SOON), report(block.timestamp, 30_000_000));
        // The report's time counts, not the block's.
        vm.warp(START + GRACE + 20);
        accept(report(START + GRACE - 1, 30_000_000));
    }

    function test_aSecondInstrumentOfAnExpiryGivesNoNewGrace() public {
        list(1, 1, SOON);
        vm.warp(START + GRACE - 10);
        list(1, 2, SOON);
        vm.warp(START + GRACE);
        refuseReport(missing(1, SOON), report(block.timestamp, 30_000_000));
    }

    function test_anExpiryIsOwedUntilAllOfItIsDelisted() public {
        list(1, 1, SOON);
        list(1, 2, SOON);
        vm.warp(START + GRACE);
        delist(1, 1);
        refuseReport(missing(1, SOON), report(block.timestamp, 30_000_000));
        delist(1, 2);
        accept(report(block.timestamp, 30_000_000));
        list(1, 3, SOON);
        vm.warp(block.timestamp + GRACE - 1);
        accept(report(block.timestamp, 30_000_000));
        vm.warp(block.timestamp + 1);
        refuseReport(missing(1, SOON), report(block.timestamp, 30_000_000));
    }

    function test_anExpiryThatHasComeIsNotOwedAndLeavesTheList() public {
        list(1, 1, SOON);
        list(1, 2, LATER);
        vm.warp(SOON - 1);
        refuseReport(missing(1, SOON), showing(pair(spotWord(1, 9), dateWord(1, LATER, 9, 9))));
        vm.warp(SOON);
        accept(showing(pair(spotWord(1, 9), dateWord(1, LATER, 9, 9))));
        assertEq(uint40(exchange.priceAnchor(1, 0)), LATER);
        vm.warp(LATER);
        accept(report(block.timestamp, 9));
        assertEq(uint40(exchange.priceAnchor(1, 0)), 0);
        list(1, 3, LATER + 1 days);
        assertEq(uint40(exchange.priceAnchor(1, 0)), LATER + 1 days);
    }

    function test_expiriesThatL1DoesNotKnowMeanNothing() public {
        list(1, 1, SOON);
        vm.warp(START + GRACE);
        uint128[] memory all = new uint128[](4);
        (all[0], all[1]) = (spotWord(1, 100), dateWord(1, SOON - 5, 7, 7));
        (all[2], all[3]) = (dateWord(1, SOON, 100, 9), dateWord(1, SOON + 5, 7, 7));
        accept(showing(all));
        assertEq(exchange.priceAnchor(1, SOON - 5), 0);
        assertEq(exchange.priceAnchor(1, SOON + 5), 0);
        assertEq(uint40(exchange.priceAnchor(1, SOON) >> 40), 100);
    }

    function test_aMarketHasAtMostThirtyTwoExpiriesToCome() public {
        fillMarket();
        vm.expectRevert(abi.encodeWithSelector(I.ExpiriesFull.selector, 1));
        list(1, 33, LATER + 300 days);
        // One that is past counts until a report of a later time was accepted: else a list could grow without end between.
        vm.warp(START + 1 days);
        vm.expectRevert(abi.encodeWithSelector(I.ExpiriesFull.selector, 1));
        list(1, 33, LATER + 300 days);
        uint128[] memory all = new uint128[](32);
        all[0] = spotWord(1, 9);
        for (uint256 i = 1; i < 32; ++i) {
            all[i] = dateWord(1, uint40(START + (i + 1) * 1 days), 9, 9);
        }
        accept(showing(all));
        list(1, 33, LATER + 300 days);
        vm.expectRevert(abi.encodeWithSelector(I.ExpiriesFull.selector, 1));
        list(1, 34, LATER + 301 days);
    }

    /// @dev As built before, a market all of whose expiries had come, and which no report had a reason to show any more,
    /// stayed full for ever.
    function test_expiriesThatHaveComeMakeRoomWithoutAReportOfTheirMarket() public {
        fillMarket();
        vm.warp(START + 32 days);
        accept(showing(single(spotWord(2, 9))));
        list(1, 33, LATER + 300 days);
        assertEq(uint40(exchange.priceAnchor(1, 0)), LATER + 300 days);
        assertEq(uint40(exchange.priceAnchor(1, LATER + 300 days)), 0);
    }

    /// @dev As built before, a lister could fill a market with expiries that nobody wants, and whoever followed could not
    /// clear it for two years.
    function test_delistedExpiriesMakeRoomAtOnce() public {
        fillMarket();
        delist(1, 16);
        list(1, 33, LATER + 300 days);
        delist(1, 1);
        list(1, 34, LATER + 301 days);
        delist(1, 34);
        list(1, 35, LATER + 299 days);
        uint40[3] memory from = [uint40(0), uint40(START + 15 days), uint40(LATER + 299 days)];
        uint40[3] memory next = [uint40(START + 2 days), uint40(START + 17 days), uint40(LATER + 300 days)];
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(uint40(exchange.priceAnchor(1, from[i])), next[i]);
        }
        assertEq(uint40(exchange.priceAnchor(1, LATER + 300 days)), 0);
        assertEq(exchange.priceAnchor(1, uint40(START + 16 days)), 0);
        vm.expectRevert(abi.encodeWithSelector(I.ExpiriesFull.selector, 1));
        list(1, 36, LATER + 298 days);
    }

    /// @dev Else to delist and list again would let a price be anything.
    function test_anExpiryListedAgainHasItsAnchor() public {
        list(1, 1, SOON);
        vm.warp(START + GRACE);
        accept(showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_000_000, 500_000))));
        delist(1, 1);
        vm.warp(block.timestamp + 10);
        // Delisted, it means nothing.
        accept(showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 90_000_000, 1))));
        assertEq(anchorOf(SOON), 10_000_000);
        list(1, 2, SOON);
        vm.warp(block.timestamp + GRACE);
        refuseReport(
            deviates(SOON, 15_000_001, 10_000_000, 1_500_000),
            showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 15_000_001, 500_000)))
        );
        accept(showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 15_000_000, 500_000))));
    }

    /// @dev What has come may have left the list before its last instrument is delisted.
    function test_whatHasComeIsDelistedWithoutHarm() public {
        list(1, 1, SOON);
        list(1, 2, LATER);
        vm.warp(SOON);
        accept(showing(pair(spotWord(1, 9), dateWord(1, LATER, 9, 9))));
        delist(1, 1);
        assertEq(uint40(exchange.priceAnchor(1, 0)), LATER);
        assertEq(uint40(exchange.priceAnchor(1, SOON)), 0);
        delist(1, 2);
        assertEq(uint40(exchange.priceAnchor(1, 0)), 0);
    }

    function fillMarket() private {
        for (uint16 i = 1; i <= 32; ++i) {
            list(1, i, uint40(START + uint256(i) * 1 days));
        }
    }

    function test_refusesMalformedWords() public {
        refuseReport(abi.encodeWithSelector(I.PricesNotIncreasing.selector, 1), showing(pair(spotWord(1, 5), spotWord(1, 6))));
        refuseReport(abi.encodeWithSelector(I.PricesNotIncreasing.selector, 1), showing(pair(spotWord(2, 5), spotWord(1, 6))));
        uint128[4] memory wrong = [spotWord(16, 5), spotWord(2, 0), dateWord(2, 0, 5, 1), dateWord(1, SOON, 5, 0)];
        for (uint256 i = 0; i < 4; ++i) {
            refuseReport(abi.encodeWithSelector(I.PriceOutOfRange.selector, wrong[i]), showing(pair(spotWord(1, 5), wrong[i])));
        }
    }

    // ------------------------------------------------------------ how far they move

    /// @dev 5% and 0.1% a second: 6% after ten seconds, as a ratio either way.
    function test_boundsHowFarASpotMoves(uint256 price) public {
        accept(report(START, 10_000_000));
        vm.warp(START + 10);
        price = bound(price, 9_000_000, 11_000_000);
        I.OracleReport memory r = report(block.timestamp, price);
        if (price >= 9_433_962 && price <= 10_600_000) accept(r);
        else refuseReport(deviates(0, price, 10_000_000, 1_060_000), r);
    }

    function test_theBoundAtItsEdges() public {
        accept(report(START, 10_000_000));
        vm.warp(START + 10);
        uint256[2] memory beyond = [uint256(10_600_001), 9_433_961];
        for (uint256 i = 0; i < 2; ++i) {
            refuseReport(deviates(0, beyond[i], 10_000_000, 1_060_000), report(block.timestamp, beyond[i]));
        }
        accept(report(block.timestamp, 10_600_000));
        assertEq(anchorOf(0), 10_100_000);
    }

    function test_theLowerEdge() public {
        accept(report(START, 10_000_000));
        vm.warp(START + 10);
        accept(report(block.timestamp, 9_433_962));
        assertEq(anchorOf(0), 9_900_990);
    }

    /// @dev As built before, 2.6-fold.
    function test_twentyReportsInOneCallShareOneBase() public {
        accept(report(START, 10_000_000));
        vm.warp(START + 20);
        I.OracleReport[] memory reports = new I.OracleReport[](20);
        I.Batch[] memory batches = chain(20, 1);
        uint256 price = 10_000_000;
        for (uint256 i = 0; i < 20; ++i) {
            price = price * 1_051 / 1_000;
            reports[i] = report(START + 1 + i, price);
            batches[i].reportIndex = uint16(i);
        }
        refuse(deviates(0, 11_046_010, 10_010_000, 1_051_000), batches, reports);
        // Only the rate goes on: 5% and twenty times 0.1%.
        price = 10_490_000;
        for (uint256 i = 0; i < 20; ++i) {
            price = price * 1_001 / 1_000;
            reports[i] = report(START + 1 + i, price);
        }
        submit(batches, reports);
        assertTrue(price > 10_700_000 && price < 10_720_000, "5% and 2%");
    }

    /// @dev As built before, after 950 seconds a spot of 1 was inside.
    function test_silenceOpensNoMoreThanTheCeiling() public {
        accept(report(START, 10_000_000));
        uint256[3] memory quiet = [uint256(450), 950, 1 days - 1];
        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(START + quiet[i]);
            refuseReport(deviates(0, 1, 10_000_000, 1_500_000), report(block.timestamp, 1));
            refuseReport(deviates(0, 6_666_665, 10_000_000, 1_500_000), report(block.timestamp, 6_666_665));
            refuseReport(deviates(0, 15_000_001, 10_000_000, 1_500_000), report(block.timestamp, 15_000_001));
        }
        vm.warp(START + 449);
        refuseReport(deviates(0, 15_000_000, 10_000_000, 1_499_000), report(block.timestamp, 15_000_000));
        vm.warp(START + 450);
        accept(report(block.timestamp, 15_000_000));
        assertEq(anchorOf(0), 14_500_000);
    }

    function test_aDayOfSilenceDoublesTheReach() public {
        accept(report(START, 10_000_000));
        vm.warp(START + 1 days);
        refuseReport(deviates(0, 30_000_001, 10_000_000, 3_000_000), report(block.timestamp, 30_000_001));
        accept(report(block.timestamp, 3_333_333));
        vm.warp(block.timestamp + 41 days);
        accept(report(block.timestamp, 1));
        vm.warp(block.timestamp + 41 days);
        accept(report(block.timestamp, type(uint40).max));
    }

    /// @dev Down to 40% and back, at the rate, with a report every ten seconds.
    function test_aFallOfSixtyPercentAndItsRecoveryAreReached() public {
        uint256 price = 10_000_000;
        accept(report(START, price));
        uint256 steps = 0;
        for (; price > 4_000_000; ++steps) {
            price = price * 1_000 / 1_010;
            vm.warp(block.timestamp + 10);
            accept(report(block.timestamp, price));
        }
        for (uint256 i = 0; i < steps; ++i) {
            price = price * 1_010 / 1_000 + 1;
            vm.warp(block.timestamp + 10);
            accept(report(block.timestamp, price));
        }
        assertTrue(price >= 10_000_000, "recovered");
        assertEq(steps, 93);
    }

    function test_theLeastAnchorCanMove() public {
        accept(report(START, 1));
        for (uint256 i = 1; i < 5; ++i) {
            vm.warp(START + i);
            accept(report(block.timestamp, i + 1));
        }
        assertEq(anchorOf(0), 5);
        vm.warp(START + 5);
        accept(report(block.timestamp, 4));
        assertEq(anchorOf(0), 4);
    }

    /// @dev 5% and 0.1% a second since it was listed, at most 50%; within the grace it may be anything and is not kept.
    function test_aFirstForwardIsMeasuredFromTheSpot() public {
        I.Bounds memory limits = exchange.bounds();
        limits.deviationPpmPerSec = 10;
        govern(abi.encodeCall(governance.setBounds, (limits)));
        vm.warp(START + GRACE);
        list(1, 1, SOON);
        uint40 heard = uint40(START + 2 * GRACE);
        vm.warp(heard - 1);
        accept(showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 90_000_000, 9))));
        assertEq(anchorOf(SOON), 0);
        vm.warp(heard);
        refuseReport(
            deviates(SOON, 10_860_001, 10_000_000, 1_086_000),
            showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_860_001, 7)))
        );
        accept(showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_860_000, 7))));
        assertEq(anchorOf(SOON), 10_360_000);
        assertEq(uint32(exchange.priceAnchor(1, SOON) >> 80), 7);
    }

    /// @dev As built before: a report from just before a listing, made by who could not know of it, was held to a first
    /// forward within the base of the spot.
    function test_aListingReachesNoReportThatIsOnItsWay() public {
        I.OracleReport memory r = showing(pair(spotWord(1, 10_000_000), dateWord(1, LATER, 11_000_000, 9)));
        vm.warp(START + 10);
        list(1, 1, LATER);
        accept(r);
        assertEq(anchorOf(LATER), 0);
    }

    function test_forwardAndVolatilityAreHeldToTheirAnchors() public {
        list(1, 1, SOON);
        vm.warp(START + GRACE);
        accept(showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_000_000, 500_000))));
        vm.warp(START + GRACE + 10);
        // The forward as the spot, the volatility four times as far: 24%.
        refuseReport(
            deviates(SOON, 10_600_001, 10_000_000, 1_060_000),
            showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_600_001, 500_000)))
        );
        refuseReport(
            deviates(SOON, 620_001, 500_000, 1_240_000),
            showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_200_000, 620_001)))
        );
        refuseReport(
            deviates(SOON, 403_224, 500_000, 1_240_000),
            showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_200_000, 403_224)))
        );
        accept(showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_200_000, 620_000))));
        assertEq(anchorOf(SOON), 10_100_000);
        assertEq(uint32(exchange.priceAnchor(1, SOON) >> 80), 520_000);
        vm.warp(START + GRACE + 1000);
        refuseReport(
            deviates(SOON, 1_560_001, 520_000, 3_000_000),
            showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_200_000, 1_560_001)))
        );
        accept(showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_200_000, 1_560_000))));
    }

    // ------------------------------------------------------------------------ leaps

    function test_allThreeOraclesLetAPriceLeap() public {
        list(1, 1, SOON);
        vm.warp(START + GRACE);
        accept(showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_000_000, 500_000))));
        vm.warp(START + GRACE + 10);
        I.OracleReport memory r = showing(pair(spotWord(1, 2_000_000), dateWord(1, SOON, 2_000_000, 5_000_000)));
        refuseReport(deviates(0, 2_000_000, 10_000_000, 1_060_000), r);
        signByAll(r);
        I.Batch[] memory batches = chain(1, 1);
        vm.expectEmit(address(exchange));
        emit I.PriceLeapt(1, 0, 2_000_000, 10_000_000);
        vm.expectEmit(address(exchange));
        emit I.PriceLeapt(1, SOON, 2_000_000, 10_000_000);
        vm.expectEmit(address(exchange));
        emit I.PriceLeapt(1, SOON, 5_000_000, 500_000);
        submit(batches, one(r));
        assertEq(anchorOf(0), 2_000_000);
        assertEq(uint32(exchange.priceAnchor(1, SOON) >> 80), 5_000_000);
    }

    /// @dev Whoever signs, what must be shown is shown; and where nothing leaps, the anchor follows as ever.
    function test_allThreeOraclesGrantNothingElse() public {
        list(1, 1, SOON);
        accept(showing(pair(spotWord(1, 10_000_000), dateWord(1, SOON, 10_000_000, 500_000))));
        vm.warp(START + GRACE);
        I.OracleReport memory r = report(block.timestamp, 10_000_000);
        signByAll(r);
        refuseReport(missing(1, SOON), r);
        r = showing(pair(spotWord(1, 15_000_000), dateWord(1, SOON, 10_000_000, 500_000)));
        signByAll(r);
        accept(r);
        assertEq(anchorOf(0), 14_500_000);
    }

    function test_aQuorumOfAllOraclesHasNoLargerOne() public {
        I.Deployment memory d = deployment(address(usdc));
        d.quorum = 3;
        deploy(d);
        I.OracleReport memory r = report(START, 10_000_000);
        signByAll(r);
        accept(r);
        vm.warp(START + 10);
        r = report(block.timestamp, 2_000_000);
        signByAll(r);
        refuseReport(deviates(0, 2_000_000, 10_000_000, 1_060_000), r);
    }

    // ----------------------------------------------------------------------- bounds

    /// @dev A rate of 0 would stop reports after one honest jump; a ceiling of everything would be none.
    function test_refusesBoundsThatBindNothingOrForEver() public {
        for (uint256 i = 0; i < 4; ++i) {
            I.Bounds memory limits = exchange.bounds();
            if (i == 0) limits.deviationPpmPerSec = 0;
            if (i == 1) limits.deviationBasePpm = 0;
            if (i == 2) limits.deviationCeilingPpm = limits.deviationBasePpm;
            if (i == 3) limits.deviationCeilingPpm = 1_000_000;
            vm.expectRevert(abi.encodeWithSelector(I.BoundsInvalid.selector));
            govern(abi.encodeCall(governance.setBounds, (limits)));
        }
        I.Bounds memory least = exchange.bounds();
        (least.deviationBasePpm, least.deviationPpmPerSec, least.deviationCeilingPpm) = (999_998, 1, 999_999);
        govern(abi.encodeCall(governance.setBounds, (least)));
    }

    // ---------------------------------------------------------------------- builders

    function list(uint24 market, uint16 serial, uint40 expiry) private {
        list(market << 16 | serial, I.InstrumentKind.Call, expiry, 1 + serial);
    }

    function delist(uint24 market, uint16 serial) private {
        uint24[] memory ids = new uint24[](1);
        ids[0] = market << 16 | serial;
        vm.prank(LISTER);
        governance.delistInstruments(ids);
    }

    function showing(uint128[] memory prices) private view returns (I.OracleReport memory r) {
        r = report(block.timestamp, 1);
        r.prices = prices;
        signBy(r, 0, 1);
    }

    function single(uint128 word) private pure returns (uint128[] memory prices) {
        prices = new uint128[](1);
        prices[0] = word;
    }

    function pair(uint128 first, uint128 second) private pure returns (uint128[] memory prices) {
        prices = new uint128[](2);
        (prices[0], prices[1]) = (first, second);
    }

    function without(uint128[] memory prices, uint256 position) private pure returns (uint128[] memory rest) {
        rest = new uint128[](prices.length - 1);
        for (uint256 i = 0; i < rest.length; ++i) {
            rest[i] = prices[i < position ? i : i + 1];
        }
    }

    function anchorOf(uint40 expiry) private view returns (uint256) {
        return uint40(exchange.priceAnchor(1, expiry) >> 40);
    }

    function missing(uint8 market, uint40 expiry) private pure returns (bytes memory) {
        return abi.encodeWithSelector(I.PriceMissing.selector, market, expiry);
    }

    function deviates(uint40 expiry, uint256 value, uint256 anchor, uint256 reach) private pure returns (bytes memory) {
        return abi.encodeWithSelector(I.PriceDeviates.selector, 1, expiry, value, anchor, reach);
    }

    function accept(I.OracleReport memory r) private {
        I.Batch[] memory batches = chain(1, 1);
        submit(batches, one(r));
    }

    function refuseReport(bytes memory reason, I.OracleReport memory r) private {
        I.Batch[] memory batches = chain(1, 1);
        refuse(reason, batches, one(r));
    }
}
