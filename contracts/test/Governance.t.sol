// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {StraddleExchange} from "../src/StraddleExchange.sol";
import {StraddleTimelock} from "../src/StraddleTimelock.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Field} from "../src/libraries/Field.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {SimulatedProver} from "./SimulatedProver.sol";
import {vm} from "./Vm.sol";

contract EighteenDecimals is ERC20("", "") {}

contract GovernanceTest is ExchangeFixture {
    function test_rolesGuardEveryChange() public {
        bytes32 admin = exchange.DEFAULT_ADMIN_ROLE();
        refuseCaller(admin, abi.encodeCall(exchange.setOracleCommittee, (new address[](1), 1)));
        refuseCaller(admin, abi.encodeCall(exchange.registerShape, (9, SimulatedProver.key())));
        refuseCaller(admin, abi.encodeCall(exchange.retireShape, (SHAPE)));
        refuseCaller(admin, abi.encodeCall(exchange.setBounds, (exchange.bounds())));
        refuseCaller(admin, abi.encodeCall(exchange.setDepositLimits, (1, 2)));
        refuseCaller(exchange.GUARDIAN_ROLE(), abi.encodeCall(exchange.pause, (1)));
        refuseCaller(exchange.GUARDIAN_ROLE(), abi.encodeCall(exchange.unpause, ()));
        refuseCaller(exchange.LISTER_ROLE(), abi.encodeCall(exchange.listInstruments, (new I.Instrument[](0))));
        refuseCaller(exchange.LISTER_ROLE(), abi.encodeCall(exchange.delistInstruments, (new uint24[](0))));
    }

    function test_theTimelockDelaysAChange() public {
        address[] memory who = new address[](1);
        who[0] = address(this);
        StraddleTimelock timelock = new StraddleTimelock(2 days, who, who);
        bytes32 admin = exchange.DEFAULT_ADMIN_ROLE();
        vm.prank(ADMIN);
        exchange.grantRole(admin, address(timelock));
        bytes memory call = abi.encodeCall(exchange.setDepositLimits, (5, 6));
        timelock.schedule(address(exchange), 0, call, 0, 0, 2 days);
        vm.warp(START + 2 days - 1);
        vm.expectRevert();
        timelock.execute(address(exchange), 0, call, 0, 0);
        vm.warp(START + 2 days);
        timelock.execute(address(exchange), 0, call, 0, 0);
        (uint64 least, uint64 cap) = exchange.depositLimits();
        assertEq(least, 5);
        assertEq(cap, 6);
    }

    function test_aPauseStopsSubmitAndDepositsAndEndsByItself() public {
        uint24 account = open(ALICE, 5_000_000);
        vm.prank(GUARDIAN);
        exchange.pause(600);
        bytes memory reason = abi.encodeWithSelector(I.ExchangePaused.selector, START + 600);
        vm.warp(START + 599);
        I.Batch[] memory batches = chain(1, 1);
        I.OracleReport[] memory reports = one(report(block.timestamp, 5));
        refuse(reason, batches, reports);
        vm.expectRevert(reason);
        open(ALICE, 5_000_000);
        vm.expectRevert(reason);
        exchange.deposit(account, 5_000_000);
        vm.prank(ALICE);
        exchange.forceWithdraw(account, 1);
        vm.prank(ALICE);
        exchange.changeKey(account, KEY_X, KEY_Y);
        vm.warp(START + 600);
        submit(batches, reports);
    }

    function test_pausesAreShortAndFarBetween() public {
        vm.expectRevert(abi.encodeWithSelector(I.PauseDurationInvalid.selector, 21601, 21600));
        vm.prank(GUARDIAN);
        exchange.pause(21601);
        vm.expectRevert(abi.encodeWithSelector(I.PauseDurationInvalid.selector, 0, 21600));
        vm.prank(GUARDIAN);
        exchange.pause(0);
        vm.prank(GUARDIAN);
        exchange.pause(100);
        vm.prank(GUARDIAN);
        exchange.unpause();
        submit(chain(1, 1), one(report(block.timestamp, 5)));
        vm.warp(START + 100 + 21599);
        vm.expectRevert(abi.encodeWithSelector(I.PauseNotAllowedBefore.selector, START + 21700));
        vm.prank(GUARDIAN);
        exchange.pause(1);
        vm.warp(START + 21700);
        vm.prank(GUARDIAN);
        exchange.pause(1);
    }

    function test_refusesBadBoundsAndLimits() public {
        for (uint256 i = 0; i < 6; ++i) {
            I.Bounds memory limits = exchange.bounds();
            if (i == 0) limits.settlementWindowSec = 0;
            if (i == 1) limits.maxReportAgeSec = 0;
            if (i == 2) limits.deviationBasePpm = 0;
            if (i == 3) limits.forcedDeadlineSec = 0;
            if (i == 4) limits.forcedDeadlineSec = 30 days + 1;
            if (i == 5) limits.maxPauseSec = 43201;
            vm.expectRevert(abi.encodeWithSelector(I.BoundsInvalid.selector));
            vm.prank(ADMIN);
            exchange.setBounds(limits);
        }
        vm.expectRevert(abi.encodeWithSelector(I.DepositLimitsInvalid.selector, 0, 5));
        vm.prank(ADMIN);
        exchange.setDepositLimits(0, 5);
        vm.expectRevert(abi.encodeWithSelector(I.DepositLimitsInvalid.selector, 1, 1 << 62));
        vm.prank(ADMIN);
        exchange.setDepositLimits(1, 1 << 62);
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

    function test_shapesAreRegisteredOnceAndRetired() public {
        vm.expectRevert(abi.encodeWithSelector(I.UnknownShape.selector, 2));
        vm.prank(ADMIN);
        exchange.retireShape(2);
        vm.prank(ADMIN);
        exchange.retireShape(SHAPE);
        I.Batch[] memory batches = chain(1, 1);
        refuse(abi.encodeWithSelector(I.UnknownShape.selector, SHAPE), batches, one(report(START, 5)));
        I.VerifyingKey memory key = SimulatedProver.key();
        vm.expectRevert(abi.encodeWithSelector(I.ShapeExists.selector, SHAPE));
        vm.prank(ADMIN);
        exchange.registerShape(SHAPE, key);
        vm.prank(ADMIN);
        exchange.registerShape(2, key);
        assertEq(exchange.shapeKeyData(2).code.length, 961);
        I.OracleReport[] memory reports = one(report(START, 5));
        vm.prank(SEQUENCER, SEQUENCER);
        exchange.submit(2, batches, reports);
        assertEq(exchange.batchNumber(), 1);
    }

    function test_refusesBadVerifyingKeys() public {
        I.VerifyingKey memory key = SimulatedProver.key();
        key.ic = new uint256[2][](7);
        refuseKey(abi.encodeWithSelector(I.PublicInputCountWrong.selector, 7, 8), key);
        bytes memory reason = abi.encodeWithSelector(I.VerifyingKeyInvalid.selector);
        for (uint256 i = 0; i < 6; ++i) {
            key = SimulatedProver.key();
            if (i == 0) key.alpha[0] += 1;
            if (i == 1) key.beta[0][0] += 1;
            if (i == 2) key.gamma = [[uint256(0), 0], [uint256(0), 0]];
            if (i == 3) key.delta[1][1] += Field.Q;
            if (i == 4) key.ic[7] = [uint256(0), 0];
            if (i == 5) key.ic[3][1] += Field.Q;
            refuseKey(reason, key);
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
        vm.prank(LISTER);
        exchange.delistInstruments(ids);
        (, delisted) = exchange.instrument((1 << 16) | 1);
        assertTrue(delisted, "delisted");
        vm.expectRevert(abi.encodeWithSelector(I.InstrumentNotListed.selector, ids[0]));
        vm.prank(LISTER);
        exchange.delistInstruments(ids);
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

    function test_refusesBadDeployments() public {
        I.Deployment memory d = deployment(address(0));
        refuseDeployment(abi.encodeWithSelector(I.ZeroAddress.selector), d);
        d = deployment(address(new EighteenDecimals()));
        refuseDeployment(abi.encodeWithSelector(I.TokenDecimalsNotSix.selector, 18), d);
        d = deployment(address(usdc));
        d.genesisStateRoot = Field.P;
        refuseDeployment(abi.encodeWithSelector(I.NotAFieldElement.selector, Field.P), d);
        d = deployment(address(usdc));
        d.guardian = address(0);
        refuseDeployment(abi.encodeWithSelector(I.ZeroAddress.selector), d);
    }

    function list(I.Instrument[] memory items) private {
        vm.prank(LISTER);
        exchange.listInstruments(items);
    }

    function refuseInstrument(bytes memory reason, I.Instrument memory item) private {
        I.Instrument[] memory items = new I.Instrument[](1);
        items[0] = item;
        vm.expectRevert(reason);
        list(items);
    }

    function refuseDeployment(bytes memory reason, I.Deployment memory d) private {
        vm.expectRevert(reason);
        new StraddleExchange(d);
    }

    function refuseKey(bytes memory reason, I.VerifyingKey memory key) private {
        vm.expectRevert(reason);
        vm.prank(ADMIN);
        exchange.registerShape(9, key);
    }

    function refuseCommittee(bytes memory reason, address[] memory oracles, uint8 quorum) private {
        vm.expectRevert(reason);
        vm.prank(ADMIN);
        exchange.setOracleCommittee(oracles, quorum);
    }

    function refuseCaller(bytes32 role, bytes memory call) private {
        vm.prank(BOB);
        (bool success, bytes memory result) = address(exchange).call(call);
        bytes4 selector = IAccessControl.AccessControlUnauthorizedAccount.selector;
        assertTrue(!success, "caller without the role");
        assertEq(keccak256(result), keccak256(abi.encodeWithSelector(selector, BOB, role)));
    }
}
