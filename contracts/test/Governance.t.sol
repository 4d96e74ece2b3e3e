// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {ShippedCode} from "./ShippedCode.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Field} from "../src/libraries/Field.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {SimulatedProver} from "./SimulatedProver.sol";
import {vm} from "./Vm.sol";

contract EighteenDecimals is ERC20("", "") {}

contract GovernanceTest is ExchangeFixture {
    uint24 private constant ID = (1 << 16) | 1;

    function test_governanceAloneChangesTheExchange() public {
        bytes memory reason = abi.encodeWithSelector(I.NotGovernance.selector, BOB);
        refuseCaller(reason, address(exchange), abi.encodeCall(exchange.setPause, (1)));
        refuseCaller(reason, address(exchange), abi.encodeCall(exchange.listInstruments, (new I.Instrument[](0))));
        refuseCaller(reason, address(exchange), abi.encodeCall(exchange.delistInstruments, (new uint24[](0))));
        refuseCaller(reason, address(exchange), abi.encodeCall(exchange.setOracleCommittee, (new address[](1), 1)));
        refuseCaller(reason, address(exchange), abi.encodeCall(exchange.registerShape, (9, BOB)));
        refuseCaller(reason, address(exchange), abi.encodeCall(exchange.retireShape, (SHAPE)));
        refuseCaller(reason, address(exchange), abi.encodeCall(exchange.setBounds, (exchange.bounds())));
        refuseCaller(reason, address(exchange), abi.encodeCall(exchange.setDepositLimits, (1, 2)));
        refuseCaller(reason, address(exchange), abi.encodeCall(exchange.setSequencer, (BOB, true)));
    }

    function test_nothingIsChangedOnceFrozen() public {
        open(ALICE, 5_000_000);
        vm.warp(START + 86401);
        exchange.freeze();
        bytes memory reason = abi.encodeWithSelector(I.ExchangeFrozen.selector);
        I.Bounds memory limits = exchange.bounds();
        vm.expectRevert(reason);
        govern(abi.encodeCall(governance.setBounds, (limits)));
        vm.expectRevert(reason);
        govern(abi.encodeCall(governance.retireShape, (SHAPE)));
        vm.expectRevert(reason);
        govern(abi.encodeCall(governance.setSequencer, (BOB, true)));
        vm.expectRevert(reason);
        pauseFor(1);
        vm.expectRevert(reason);
        list(ID, I.InstrumentKind.Call, START + 90000, 5);
    }

    /// @dev Found by an attack: ops keep the deadline that they were queued with, and a longer pause outlasted it.
    function test_aPauseIsNoLongerThanWasAllowedWhenTheOldestOpWasQueued() public {
        vm.warp(START + 1000);
        open(ALICE, 5_000_000);
        I.Bounds memory earlier = exchange.bounds();
        I.Bounds memory limits = exchange.bounds();
        (limits.forcedDeadlineSec, limits.maxPauseSec) = (7 days, 3 days);
        govern(abi.encodeCall(governance.setBounds, (limits)));
        uint256 since = block.timestamp + 1 hours;
        vm.prank(GUARDIAN);
        vm.expectRevert(
            abi.encodeWithSelector(I.PauseDurationInvalid.selector, earlier.maxPauseSec + 1, earlier.maxPauseSec)
        );
        governance.pause(earlier.maxPauseSec + 1);
        vm.warp(since + earlier.forcedDeadlineSec);
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(I.PauseDurationInvalid.selector, 3 days, earlier.maxPauseSec));
        governance.pause(3 days);
        vm.warp(block.timestamp + 1);
        pauseFor(3 days);
        assertEq(exchange.pausedUntil(), block.timestamp + 3 days);
    }

    /// @dev Found by an attack: a deadline shortened in a pause let what was queued in it fall due before its end.
    function test_boundsStayAsTheyAreInAPause() public {
        I.Bounds memory limits = exchange.bounds();
        pauseFor(600);
        vm.warp(START + 599);
        vm.expectRevert(abi.encodeWithSelector(I.ExchangePaused.selector, START + 600));
        govern(abi.encodeCall(governance.setBounds, (limits)));
        vm.warp(START + 600);
        govern(abi.encodeCall(governance.setBounds, (limits)));
    }

    function test_aPauseStopsSubmitAndDepositsAndEndsByItself() public {
        uint24 account = open(ALICE, 5_000_000);
        vm.expectEmit(address(exchange));
        emit I.Paused(uint40(START + 600));
        pauseFor(600);
        bytes memory reason = abi.encodeWithSelector(I.ExchangePaused.selector, START + 600);
        vm.warp(START + 599);
        I.Batch[] memory batches = chain(1, 1);
        I.OracleReport[] memory reports = one(report(block.timestamp, 5));
        refuse(reason, batches, reports);
        vm.expectRevert(reason);
        open(ALICE, 5_000_000);
        vm.expectRevert(reason);
        exchange.deposit(account, ALICE, 5_000_000);
        force(ALICE, account, 1);
        vm.prank(ALICE);
        exchange.changeKey{value: BOND}(account, OTHER_KEY_X, OTHER_KEY_Y);
        vm.warp(START + 600);
        submit(batches, reports);
    }

    /// @dev 21600 is the longest pause, longer than the proving lag: the next one begins later than that after the end.
    function test_pausesAreShortAndFarBetween() public {
        refusePause(abi.encodeWithSelector(I.PauseDurationInvalid.selector, 21601, 21600), 21601);
        refusePause(abi.encodeWithSelector(I.PauseDurationInvalid.selector, 0, 21600), 0);
        pauseFor(100);
        vm.prank(GUARDIAN);
        governance.unpause();
        submit(chain(1, 1), one(report(block.timestamp, 5)));
        assertEq(governance.pauseAllowedFrom(), START + 21701);
        vm.warp(START + 21700);
        refusePause(abi.encodeWithSelector(I.PauseNotAllowedBefore.selector, START + 21701), 1);
        vm.warp(START + 21701);
        pauseFor(21600);
        assertEq(exchange.pausedUntil(), START + 21701 + 21600);
    }

    function test_pausesAreAProvingLagApartWhereThatIsLonger() public {
        I.Bounds memory limits = exchange.bounds();
        (limits.maxPauseSec, limits.provingLagSec) = (60, 7200);
        govern(abi.encodeCall(governance.setBounds, (limits)));
        pauseFor(60);
        assertEq(governance.pauseAllowedFrom(), START + 60 + 7200 + 1);
    }

    /// @dev Found by an attack: a batch that goes by the longer lag of before met several pauses, of which one counts.
    function test_pausesAreALagApartThatWasLongerBefore() public {
        I.Bounds memory limits = exchange.bounds();
        (limits.maxPauseSec, limits.provingLagSec) = (60, 7200);
        govern(abi.encodeCall(governance.setBounds, (limits)));
        vm.warp(START + 30 days);
        limits.provingLagSec = 60;
        govern(abi.encodeCall(governance.setBounds, (limits)));
        pauseFor(60);
        assertEq(governance.pauseAllowedFrom(), START + 30 days + 60 + 7200 + 1);
    }

    function test_aPauseThatIsOverStaysAsItWas() public {
        pauseFor(600);
        vm.warp(START + 1000);
        vm.prank(GUARDIAN);
        governance.unpause();
        assertEq(exchange.pausedUntil(), START + 600);
    }

    function refusePause(bytes memory reason, uint32 duration) private {
        vm.expectRevert(reason);
        pauseFor(duration);
    }

    function test_refusesBadBoundsAndLimits() public {
        for (uint256 i = 0; i < 10; ++i) {
            I.Bounds memory limits = exchange.bounds();
            if (i == 0) limits.provingLagSec = 0;
            if (i == 1) limits.maxReportAgeSec = 0;
            if (i == 2) limits.deviationBasePpm = 0;
            if (i == 3) limits.forcedDeadlineSec = 3600;
            if (i == 4) limits.forcedDeadlineSec = 7 days + 1;
            if (i == 5) limits.maxPauseSec = 43201;
            if (i == 6) (limits.maxPauseSec, limits.provingLagSec) = (43200, 43201);
            if (i == 7) (limits.forcedDeadlineSec, limits.provingLagSec) = (7 days, 1 days + 1);
            if (i == 8) limits.forcedBondGwei = 1e8 + 1;
            if (i == 9) limits.forcedDeadlineSec = 1 days - 1;
            vm.expectRevert(abi.encodeWithSelector(I.BoundsInvalid.selector));
            govern(abi.encodeCall(governance.setBounds, (limits)));
        }
        vm.expectRevert(abi.encodeWithSelector(I.DepositLimitsInvalid.selector, 999_999, 5));
        govern(abi.encodeCall(governance.setDepositLimits, (999_999, 5)));
        vm.expectRevert(abi.encodeWithSelector(I.DepositLimitsInvalid.selector, 1_000_000, 1 << 62));
        govern(abi.encodeCall(governance.setDepositLimits, (1_000_000, 1 << 62)));
        vm.expectRevert(abi.encodeWithSelector(I.DepositLimitsInvalid.selector, 1_000_000_001, 5));
        govern(abi.encodeCall(governance.setDepositLimits, (1_000_000_001, 5)));
    }

    function test_takesBoundsAtTheirEdges() public {
        I.Bounds memory limits = exchange.bounds();
        limits.provingLagSec = 1 days;
        limits.forcedDeadlineSec = 7 days;
        limits.maxReportAgeSec = 1 hours;
        limits.maxPauseSec = 7 days / 2;
        limits.forcedBondGwei = 1e8;
        govern(abi.encodeCall(governance.setBounds, (limits)));
        assertEq(exchange.bounds().forcedDeadlineSec, 7 days);
        vm.expectEmit(address(exchange));
        emit I.DepositLimitsSet(1_000_000, (1 << 62) - 1);
        govern(abi.encodeCall(governance.setDepositLimits, (1_000_000, (1 << 62) - 1)));
        govern(abi.encodeCall(governance.setDepositLimits, (1_000_000_000, 5)));
        vm.warp(START + 14 days);
        (limits.provingLagSec, limits.forcedDeadlineSec, limits.maxPauseSec) = (12 hours, 1 days, 12 hours);
        govern(abi.encodeCall(governance.setBounds, (limits)));
        assertEq(exchange.bounds().forcedDeadlineSec, 1 days);
    }

    function test_refusesBadCommittees() public {
        address[] memory oracles = new address[](4);
        for (uint160 i = 0; i < 4; ++i) {
            oracles[i] = address(i + 1);
        }
        refuseCommittee(abi.encodeWithSelector(I.CommitteeInvalid.selector, 4, 2), oracles, 2);
        refuseCommittee(abi.encodeWithSelector(I.CommitteeInvalid.selector, 4, 5), oracles, 5);
        refuseCommittee(abi.encodeWithSelector(I.CommitteeInvalid.selector, 0, 0), new address[](0), 0);
        refuseCommittee(abi.encodeWithSelector(I.CommitteeInvalid.selector, 33, 20), new address[](33), 20);
        oracles[3] = address(1);
        refuseCommittee(abi.encodeWithSelector(I.OracleInvalid.selector, address(1)), oracles, 3);
        oracles[3] = address(0);
        refuseCommittee(abi.encodeWithSelector(I.OracleInvalid.selector, address(0)), oracles, 3);
    }

    function test_shapesAreRegisteredOnce() public {
        I.VerifyingKey memory key = SimulatedProver.key();
        vm.expectRevert(abi.encodeWithSelector(I.ShapeExists.selector, SHAPE));
        govern(abi.encodeCall(governance.registerShape, (SHAPE, key)));
        bytes memory call = abi.encodeCall(governance.registerShape, (2, key));
        vm.recordLogs();
        govern(call);
        address verifier = abi.decode(logOf(I.ShapeRegistered.selector), (address));
        assertEq(verifier, exchange.shapeVerifier(2));
        bytes memory code = exchange.shapeVerifier(2).code;
        assertEq(keccak256(code), keccak256(exchange.shapeVerifier(SHAPE).code));
        uint256 alphaX;
        assembly {
            alphaX := mload(add(add(code, 32), sub(mload(code), 960)))
        }
        assertEq(alphaX, key.alpha[0]);
        I.Batch[] memory batches = chain(1, 1);
        I.OracleReport[] memory reports = one(report(START, 5));
        vm.prank(SEQUENCER, SEQUENCER);
        exchange.submit(2, batches, reports);
        assertEq(exchange.batchNumber(), 1);
    }

    function test_refusesBadVerifyingKeys() public {
        I.VerifyingKey memory key = SimulatedProver.key();
        key.ic = new uint256[2][](7);
        refuseKey(abi.encodeWithSelector(I.PublicInputCountWrong.selector, 7, 8), key);
        for (uint256 i = 0; i < 10; ++i) {
            key = SimulatedProver.key();
            string memory what = i < 3 ? "alpha" : i < 6 ? "ic" : i == 6 ? "beta" : i < 9 ? "gamma" : "delta";
            if (i == 0) key.alpha[0] += 1;
            if (i == 1) key.alpha[1] += Field.Q;
            if (i == 2) key.alpha = [uint256(0), 0];
            if (i == 3) key.ic[7] = [uint256(0), 0];
            if (i == 4) key.ic[0][1] += Field.Q;
            if (i == 5) key.ic[3][0] += Field.Q;
            if (i == 6) key.beta[0][0] += 1;
            if (i == 7) key.gamma = [[uint256(0), 0], [uint256(0), 0]];
            if (i == 8) key.gamma = offSubgroup();
            if (i == 9) key.delta[1][1] += Field.Q;
            refuseKey(abi.encodeWithSelector(I.VerifyingKeyInvalid.selector, what), key);
        }
    }

    /// @dev On the twist y^2 = x^3 + 3 / (9 + u), at x = 1: not of order p.
    function offSubgroup() private pure returns (uint256[2][2] memory point) {
        point[0] = [uint256(0), 1];
        point[1] = [uint256(5912654199736721486680175016176231956195085055698687135131307249486702594212), 18278151005453108793778860132295291098363647455926340152056652516292830556603];
    }

    /// @dev Who sees such a relation makes proofs of anything: the first is a ceremony without a second phase.
    function test_refusesKeysOfWhichAnyoneCanForgeProofs() public {
        for (uint256 i = 0; i < 9; ++i) {
            I.VerifyingKey memory key = SimulatedProver.key();
            string memory what = i < 2 ? "gamma is delta" : i < 4 ? "beta is gamma" : i < 6 ? "beta is delta" : "ic twice";
            if (i < 2) key.delta = key.gamma;
            if (i == 2 || i == 3) key.gamma = key.beta;
            if (i == 4 || i == 5) key.beta = key.delta;
            if (i % 2 == 1 && i < 6) {
                uint256[2][2] memory point = i == 1 ? key.delta : i == 3 ? key.gamma : key.beta;
                point[1] = [Field.Q - point[1][0], Field.Q - point[1][1]];
            }
            if (i == 6) key.ic[5] = key.ic[2];
            if (i == 7) key.ic[7] = [key.ic[0][0], Field.Q - key.ic[0][1]];
            if (i == 8) (key.alpha, what) = ([uint256(1), Field.Q - 2], "alpha is the generator");
            refuseKey(abi.encodeWithSelector(I.VerifyingKeyInvalid.selector, what), key);
        }
    }

    function test_listsAndDelists() public {
        I.Instrument[] memory items = new I.Instrument[](2);
        items[0] = I.Instrument((1 << 16) | 1, I.InstrumentKind.Call, uint40(START + 1), 25_000_000);
        items[1] = I.Instrument((1 << 16) | 2, I.InstrumentKind.Future, uint40(START + 9), 0);
        vm.expectEmit(address(exchange));
        emit I.InstrumentListed((1 << 16) | 1, I.InstrumentKind.Call, uint40(START + 1), 25_000_000);
        list(items);
        (I.Instrument memory listed, bool delisted) = exchange.instrument((1 << 16) | 1);
        assertEq(listed.strike, 25_000_000);
        assertTrue(!delisted, "listed");
        uint24[] memory ids = new uint24[](1);
        ids[0] = (1 << 16) | 1;
        vm.expectEmit(address(exchange));
        emit I.InstrumentDelisted(ids[0]);
        vm.prank(LISTER);
        governance.delistInstruments(ids);
        (, delisted) = exchange.instrument((1 << 16) | 1);
        assertTrue(delisted, "delisted");
        ids[0] = (1 << 16) | 2;
        (, delisted) = exchange.instrument(ids[0]);
        assertTrue(!delisted, "the other one");
        ids[0] = (1 << 16) | 1;
        vm.expectRevert(abi.encodeWithSelector(I.InstrumentNotListed.selector, ids[0]));
        vm.prank(LISTER);
        governance.delistInstruments(ids);
        vm.expectRevert(abi.encodeWithSelector(I.InstrumentNotListed.selector, 7));
        exchange.instrument(7);
    }

    function test_refusesBadInstruments() public {
        uint24 id = (1 << 16) | 1;
        I.InstrumentKind call = I.InstrumentKind.Call;
        uint40 soon = uint40(START + 1);
        uint40 late = uint40(START + 731 days + 1);
        bytes memory reason = abi.encodeWithSelector(I.InstrumentInvalid.selector, id);
        refuseInstrument(reason, I.Instrument(id, I.InstrumentKind.None, soon, 5));
        refuseInstrument(reason, I.Instrument(id, call, soon, 0));
        refuseInstrument(reason, I.Instrument(id, I.InstrumentKind.Future, soon, 5));
        refuseInstrument(reason, I.Instrument(id, call, uint40(START), 5));
        refuseInstrument(reason, I.Instrument(id, call, late, 5));
        reason = abi.encodeWithSelector(I.InstrumentOutOfOrder.selector, id + 1, id);
        refuseInstrument(reason, I.Instrument(id + 1, call, soon, 5));
        reason = abi.encodeWithSelector(I.MarketOutOfRange.selector, 16);
        refuseInstrument(reason, I.Instrument((16 << 16) | 1, call, soon, 5));
    }

    /// @dev Found by an attack: a series in a market that no oracle prices ended all reports, and so the exchange.
    function test_aMarketTakesSeriesWhileGovernanceHoldsItOpen() public {
        I.Instrument memory item = I.Instrument((3 << 16) | 1, I.InstrumentKind.Call, uint40(START + 90 days), 5);
        bytes memory shut = abi.encodeWithSelector(I.MarketNotOpen.selector, 3);
        refuseInstrument(shut, item);
        govern(abi.encodeCall(governance.setMarket, (3, true)));
        assertEq(governance.openMarkets(), OPEN_MARKETS | 1 << 3);
        list(item.id, item.kind, item.expiry, item.strike);
        govern(abi.encodeCall(governance.setMarket, (3, false)));
        assertEq(governance.openMarkets(), OPEN_MARKETS);
        item.id += 1;
        refuseInstrument(shut, item);
        (I.Instrument memory kept, bool isDelisted) = exchange.instrument(item.id - 1);
        assertTrue(!isDelisted && kept.strike == 5, "what is listed stays listed");
    }

    function test_marketsAreBelowSixteen() public {
        vm.expectRevert(abi.encodeWithSelector(I.MarketOutOfRange.selector, 16));
        vm.prank(address(governance));
        governance.setMarket(16, true);
        govern(abi.encodeCall(governance.setMarket, (15, false)));
        assertEq(governance.openMarkets(), OPEN_MARKETS & ~(uint16(1) << 15));
    }

    function test_listsAtTheEdges() public {
        list(ID, I.InstrumentKind.Call, START + 731 days, 5);
        list((15 << 16) | 1, I.InstrumentKind.Put, START + 1, 5);
    }

    /// @dev Found by an attack: ids of a market were used up for good before the lister could be dismissed.
    function test_aMarketTakesSoManySeriesADay() public {
        I.Instrument[] memory items = new I.Instrument[](256);
        for (uint256 k = 0; k < 2048; ++k) {
            items[k % 256] = I.Instrument(uint24(ID + k), I.InstrumentKind.Call, uint40(START + 9), uint40(1 + k));
            if (k % 256 != 255) continue;
            vm.prank(LISTER);
            governance.listInstruments(items);
        }
        uint256 next = (START / 1 days + 1) * 1 days;
        I.Instrument memory more = I.Instrument(ID + 2048, I.InstrumentKind.Call, uint40(next + 9), 5);
        refuseInstrument(abi.encodeWithSelector(I.ChangeTooSoon.selector, next), more);
        list((2 << 16) | 1, I.InstrumentKind.Call, START + 9, 5);
        vm.warp(next);
        list(more.id, more.kind, more.expiry, more.strike);
    }

    function test_aSeriesIsListedOnce() public {
        list(ID, I.InstrumentKind.Call, START + 9, 5);
        uint24[] memory ids = new uint24[](1);
        ids[0] = ID;
        vm.prank(LISTER);
        governance.delistInstruments(ids);
        bytes memory reason = abi.encodeWithSelector(I.SeriesListedBefore.selector, ID + 1, ID);
        refuseInstrument(reason, I.Instrument(ID + 1, I.InstrumentKind.Call, uint40(START + 9), 5));
        list(ID + 1, I.InstrumentKind.Put, START + 9, 5);
        list(ID + 2, I.InstrumentKind.Call, START + 10, 5);
        list(ID + 3, I.InstrumentKind.Call, START + 9, 6);
        list((2 << 16) | 1, I.InstrumentKind.Call, START + 9, 5);
    }

    function test_refusesBadDeployments() public {
        I.Deployment memory d = deployment(address(0));
        refuseDeployment(abi.encodeWithSelector(I.ZeroAddress.selector), d);
        d = deployment(address(new EighteenDecimals()));
        refuseDeployment(abi.encodeWithSelector(I.TokenDecimalsNotSix.selector, 18), d);
        d = deployment(address(usdc));
        d.genesisStateRoot = Field.P;
        refuseDeployment(abi.encodeWithSelector(I.NotAFieldElement.selector, Field.P), d);
        d = deployment(address(usdc));
        d.sequencers[0] = address(0);
        refuseDeployment(abi.encodeWithSelector(I.ZeroAddress.selector), d);
        d = deployment(address(usdc));
        d.bounds.provingLagSec = 0;
        refuseDeployment(abi.encodeWithSelector(I.BoundsInvalid.selector), d);
        d = deployment(address(usdc));
        d.minDeposit = 0;
        refuseDeployment(abi.encodeWithSelector(I.DepositLimitsInvalid.selector, 0, 1e15), d);
        d = deployment(address(usdc));
        d.shapes[0].key.delta = d.shapes[0].key.gamma;
        refuseDeployment(abi.encodeWithSelector(I.VerifyingKeyInvalid.selector, "gamma is delta"), d);
    }

    function test_refusesAGovernanceWithoutGuardianOrLister() public {
        address[2][2] memory pairs = [[address(0), LISTER], [GUARDIAN, address(0)]];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory arguments =
                abi.encode(exchange, 14 days, new address[](0), new address[](0), pairs[i][0], pairs[i][1], 1);
            vm.expectRevert(abi.encodeWithSelector(I.ZeroAddress.selector));
            ShippedCode.deploy("StraddleGovernance", arguments);
        }
    }

    /// @dev Found by an attack: what was scheduled before the exchange was there took effect on its first day.
    function test_refusesAGovernanceOlderThanADay() public {
        for (uint256 late = 0; late < 2; ++late) {
            I.Deployment memory d = deployment(address(usdc));
            d.governance = deployGovernance(14 days);
            vm.warp(block.timestamp + 1 days + late);
            if (late == 1) vm.expectRevert(abi.encodeWithSelector(I.GovernanceTooOld.selector, d.governance));
            ShippedCode.deploy("StraddleExchange", abi.encode(d));
        }
    }

    function test_refusesAGovernanceOfAnotherExchange() public {
        I.Deployment memory d = deployment(address(usdc));
        d.governance = address(governance);
        bytes memory arguments = abi.encode(d);
        vm.expectRevert(abi.encodeWithSelector(I.GovernanceForeign.selector, address(governance)));
        ShippedCode.deploy("StraddleExchange", arguments);
    }

    function list(I.Instrument[] memory items) private {
        vm.prank(LISTER);
        governance.listInstruments(items);
    }

    function refuseInstrument(bytes memory reason, I.Instrument memory item) private {
        I.Instrument[] memory items = new I.Instrument[](1);
        items[0] = item;
        vm.expectRevert(reason);
        list(items);
    }

    function refuseDeployment(bytes memory reason, I.Deployment memory d) private {
        d.governance = deployGovernance(0);
        bytes memory arguments = abi.encode(d);
        vm.expectRevert(reason);
        ShippedCode.deploy("StraddleExchange", arguments);
    }

    function refuseKey(bytes memory reason, I.VerifyingKey memory key) private {
        vm.expectRevert(reason);
        govern(abi.encodeCall(governance.registerShape, (9, key)));
    }

    function refuseCommittee(bytes memory reason, address[] memory oracles, uint8 quorum) private {
        vm.expectRevert(reason);
        govern(abi.encodeCall(governance.setOracleCommittee, (oracles, quorum)));
    }

    function refuseCaller(bytes memory reason, address target, bytes memory call) private {
        vm.prank(BOB);
        (bool success, bytes memory result) = target.call(call);
        assertTrue(!success, "another's call");
        assertEq(keccak256(result), keccak256(reason));
    }
}
