// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {IStraddleGovernance} from "../src/interfaces/IStraddleGovernance.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {SimulatedProver} from "./SimulatedProver.sol";
import {vm} from "./Vm.sol";

interface Timelock is IAccessControl {
    function schedule(address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt, uint256 delay)
        external;
    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) external;
    function execute(address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt)
        external
        payable;
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) external payable;
    function updateDelay(uint256 delay) external;
    function getMinDelay() external view returns (uint256);
    function hashOperation(address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt)
        external
        pure
        returns (bytes32);
    function isOperation(bytes32 id) external view returns (bool);

    error TimelockInsufficientDelay(uint256 delay, uint256 minDelay);
    error TimelockUnauthorizedCaller(address caller);
}

/// @notice Each role tries what it may not (docs/TRUST.md).
contract RolesTest is ExchangeFixture {
    uint24 private constant ID = (1 << 16) | 1;
    Timelock private _timelock;

    function setUp() public override {
        super.setUp();
        _timelock = Timelock(address(governance));
    }

    // ----------------------------------------------------------------- proposer

    function test_aProposerChangesNothingAtOnce() public {
        bytes[12] memory calls = delayedCalls();
        for (uint256 i = 0; i < calls.length; ++i) {
            refuseDirect(PROPOSER, calls[i]);
        }
        bytes memory call = calls[0];
        vm.expectRevert(abi.encodeWithSelector(Timelock.TimelockInsufficientDelay.selector, 14 days - 1, 14 days));
        vm.prank(PROPOSER);
        _timelock.schedule(address(governance), 0, call, 0, 0, 14 days - 1);
        // Nor may it execute, where executors are named.
        propose(call);
        vm.warp(START + 14 days);
        refuseRole(PROPOSER, "EXECUTOR_ROLE");
        vm.prank(PROPOSER);
        _timelock.execute(address(governance), 0, call, 0, 0);
    }

    /// @dev A shape whose secrets it knows and the right to submit, in one call: seen for 14 days before it works.
    function test_shapeAndSequencerTogetherWaitLikeAnythingElse() public {
        address[] memory targets = new address[](2);
        bytes[] memory payloads = new bytes[](2);
        (targets[0], targets[1]) = (address(governance), address(governance));
        payloads[0] = abi.encodeCall(governance.registerShape, (9, SimulatedProver.key()));
        payloads[1] = abi.encodeCall(governance.setSequencer, (PROPOSER, true));
        vm.expectRevert(abi.encodeWithSelector(Timelock.TimelockInsufficientDelay.selector, 0, 14 days));
        vm.prank(PROPOSER);
        _timelock.scheduleBatch(targets, new uint256[](2), payloads, 0, 0, 0);
        vm.prank(PROPOSER);
        _timelock.scheduleBatch(targets, new uint256[](2), payloads, 0, 0, 14 days);
        vm.warp(START + 14 days - 1);
        vm.expectRevert();
        vm.prank(EXECUTOR);
        _timelock.executeBatch(targets, new uint256[](2), payloads, 0, 0);
        vm.warp(START + 14 days);
        vm.prank(EXECUTOR);
        _timelock.executeBatch(targets, new uint256[](2), payloads, 0, 0);
        assertTrue(exchange.isSequencer(PROPOSER), "after the delay");
    }

    function test_everyDelayedChangeCanBeMadeAfterTheDelay() public {
        bytes[12] memory calls = delayedCalls();
        for (uint256 i = 0; i < calls.length; ++i) {
            propose(calls[i]);
        }
        vm.warp(START + 14 days);
        for (uint256 i = 0; i < calls.length; ++i) {
            execute(calls[i]);
        }
        (, uint8 quorum) = exchange.oracleCommittee();
        assertEq(quorum, 3);
        assertTrue(exchange.shapeVerifier(9) != address(0), "shape");
        assertEq(exchange.shapeRetiredAt(SHAPE), START + 14 days);
        assertEq(exchange.bounds().provingLagSec, 100);
        (uint64 least,) = exchange.depositLimits();
        assertEq(least, 5_000_000);
        assertTrue(exchange.isSequencer(BOB) && !exchange.isSequencer(SEQUENCER), "sequencers");
        assertTrue(_timelock.hasRole(keccak256("GUARDIAN_ROLE"), BOB), "guardian");
        assertTrue(!_timelock.hasRole(keccak256("LISTER_ROLE"), LISTER), "lister");
        assertEq(_timelock.getMinDelay(), 20 days);
        assertEq(governance.openMarkets(), OPEN_MARKETS | 1 << 3);
    }

    /// @dev Found by an attack: after such a grant roles would have changed at once, for ever.
    function test_nobodyBecomesTheAdminOfTheRoles() public {
        bytes memory call = abi.encodeCall(_timelock.grantRole, (bytes32(0), BOB));
        propose(call);
        vm.warp(START + 14 days);
        vm.expectRevert(abi.encodeWithSelector(I.AdminNotGrantable.selector, BOB));
        execute(call);
        assertTrue(_timelock.hasRole(bytes32(0), address(governance)), "its own");
    }

    function test_theDelayHasAFloorThatNobodyLowers() public {
        assertEq(_timelock.getMinDelay(), 14 days);
        bytes memory call = abi.encodeCall(_timelock.updateDelay, (0));
        propose(call);
        vm.warp(START + 14 days);
        execute(call);
        assertEq(_timelock.getMinDelay(), 14 days);
        assertEq(governance.DELAY(), 14 days);
    }

    /// @dev The exchange obeys governance: so governance must not be made to call it past its own checks.
    function test_governanceCallsNothingButItself() public {
        bytes memory call = abi.encodeCall(exchange.setPause, (type(uint40).max));
        vm.prank(PROPOSER);
        _timelock.schedule(address(exchange), 0, call, 0, 0, 14 days);
        vm.warp(START + 14 days);
        vm.expectRevert(abi.encodeWithSelector(I.CallNotOwn.selector, address(exchange)));
        vm.prank(EXECUTOR);
        _timelock.execute(address(exchange), 0, call, 0, 0);
    }

    function test_aChangeThatNobodyMakesIsOff() public {
        bytes memory call = abi.encodeCall(governance.setSequencer, (BOB, true));
        propose(call);
        bytes32 id = _timelock.hashOperation(address(governance), 0, call, 0, 0);
        vm.warp(START + 28 days + 1);
        assertTrue(!_timelock.isOperation(id), "off");
        vm.expectRevert();
        vm.prank(EXECUTOR);
        _timelock.execute(address(governance), 0, call, 0, 0);
        propose(call);
        vm.warp(START + 42 days + 1);
        execute(call);
        assertTrue(exchange.isSequencer(BOB), "scheduled anew");
    }

    function test_theLastMomentOfTheGraceCounts() public {
        bytes memory call = abi.encodeCall(governance.setSequencer, (BOB, true));
        propose(call);
        vm.warp(START + 28 days);
        execute(call);
        assertTrue(exchange.isSequencer(BOB), "in time");
    }

    function test_committeeAndBoundsChangeAtMostOnceAFortnight() public {
        address[] memory oracles = committee();
        govern(abi.encodeCall(governance.setOracleCommittee, (oracles, 2)));
        I.Bounds memory limits = exchange.bounds();
        vm.warp(START + 5);
        govern(abi.encodeCall(governance.setBounds, (limits)));
        vm.warp(START + 14 days - 1);
        vm.expectRevert(abi.encodeWithSelector(I.ChangeTooSoon.selector, START + 14 days));
        govern(abi.encodeCall(governance.setOracleCommittee, (oracles, 2)));
        vm.expectRevert(abi.encodeWithSelector(I.ChangeTooSoon.selector, START + 14 days + 5));
        govern(abi.encodeCall(governance.setBounds, (limits)));
        vm.warp(START + 14 days);
        govern(abi.encodeCall(governance.setOracleCommittee, (oracles, 2)));
        vm.warp(START + 14 days + 5);
        govern(abi.encodeCall(governance.setBounds, (limits)));
    }

    // ----------------------------------------------------------------- executor

    function test_anExecutorProposesAndCancelsNothing() public {
        bytes[12] memory calls = delayedCalls();
        refuseDirect(EXECUTOR, calls[0]);
        refuseRole(EXECUTOR, "PROPOSER_ROLE");
        vm.prank(EXECUTOR);
        _timelock.schedule(address(governance), 0, calls[0], 0, 0, 14 days);
    }

    // ----------------------------------------------------------------- guardian

    function test_aGuardianStopsForAWhileAndNothingElse() public {
        bytes[12] memory calls = delayedCalls();
        for (uint256 i = 0; i < calls.length; ++i) {
            refuseDirect(GUARDIAN, calls[i]);
        }
        refuseRole(GUARDIAN, "LISTER_ROLE");
        vm.prank(GUARDIAN);
        governance.listInstruments(new I.Instrument[](0));
        uint24 account = open(ALICE, 5_000_000);
        // Paused at every chance, the exchange is open for more than half of the time, and forced ops are queued.
        uint256 paused = 0;
        for (uint256 i = 0; i < 20; ++i) {
            vm.warp(governance.pauseAllowedFrom() > block.timestamp ? governance.pauseAllowedFrom() : block.timestamp);
            pauseFor(21600);
            paused += 21600;
        }
        assertTrue(2 * paused < exchange.pausedUntil() - START + 21600, "half");
        force(ALICE, account, 1);
    }

    // ------------------------------------------------------------------- lister

    function test_aListerOffersSeriesAndNothingElse() public {
        bytes[12] memory calls = delayedCalls();
        for (uint256 i = 0; i < calls.length; ++i) {
            refuseDirect(LISTER, calls[i]);
        }
        refuseRole(LISTER, "GUARDIAN_ROLE");
        vm.prank(LISTER);
        governance.pause(1);
        refuseRole(LISTER, "GUARDIAN_ROLE");
        vm.prank(LISTER);
        governance.unpause();
    }

    // ---------------------------------------------------------------- sequencer

    /// @dev Without a proof, prices by a quorum, or the queue's ops in order it moves nothing (Settlement.t.sol).
    function test_aSequencerChangesNothing() public {
        bytes[12] memory calls = delayedCalls();
        for (uint256 i = 0; i < calls.length; ++i) {
            refuseDirect(SEQUENCER, calls[i]);
        }
        refuseRole(SEQUENCER, "GUARDIAN_ROLE");
        vm.prank(SEQUENCER);
        governance.pause(1);
        refuseRole(SEQUENCER, "LISTER_ROLE");
        vm.prank(SEQUENCER);
        governance.delistInstruments(new uint24[](0));
    }

    function test_aRemovedSequencerSubmitsNoMore() public {
        I.Batch[] memory batches = chain(1, 1);
        I.OracleReport[] memory reports = one(report(block.timestamp, 5));
        vm.expectEmit(address(exchange));
        emit I.SequencerSet(SEQUENCER, false);
        govern(abi.encodeCall(governance.setSequencer, (SEQUENCER, false)));
        refuse(abi.encodeWithSelector(I.NotASequencer.selector, SEQUENCER), batches, reports);
    }

    // ------------------------------------------------------------------- oracle

    /// @dev One oracle, or a minority, moves no price; a majority can, within the bound (PriceBound.t.sol).
    function test_aMinorityOfOraclesMovesNothing() public {
        I.OracleReport memory r = report(START, 30_000_000);
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = r.signatures[0];
        r.signatures = signatures;
        I.Batch[] memory batches = chain(1, 1);
        refuse(abi.encodeWithSelector(I.QuorumNotMet.selector, 1, 2), batches, one(r));
        refuseDirect(vm.addr(oracleKeys[0]), delayedCalls()[0]);
    }

    // --------------------------------------------------------------------- user

    function test_anyoneElseChangesNothing() public {
        bytes[12] memory calls = delayedCalls();
        for (uint256 i = 0; i < calls.length; ++i) {
            refuseDirect(BOB, calls[i]);
        }
        refuseRole(BOB, "GUARDIAN_ROLE");
        vm.prank(BOB);
        governance.pause(1);
        refuseRole(BOB, "GUARDIAN_ROLE");
        vm.prank(BOB);
        governance.unpause();
        refuseRole(BOB, "LISTER_ROLE");
        vm.prank(BOB);
        governance.listInstruments(new I.Instrument[](0));
        refuseRole(BOB, "LISTER_ROLE");
        vm.prank(BOB);
        governance.delistInstruments(new uint24[](0));
    }

    // ------------------------------------------------------------------ helpers

    function committee() private view returns (address[] memory oracles) {
        (oracles,) = exchange.oracleCommittee();
    }

    function delayedCalls() private view returns (bytes[12] memory calls) {
        I.Bounds memory limits = exchange.bounds();
        limits.provingLagSec = 100;
        calls[0] = abi.encodeCall(governance.setOracleCommittee, (committee(), 3));
        calls[1] = abi.encodeCall(governance.registerShape, (9, SimulatedProver.key()));
        calls[2] = abi.encodeCall(governance.retireShape, (SHAPE));
        calls[3] = abi.encodeCall(governance.setBounds, (limits));
        calls[4] = abi.encodeCall(governance.setDepositLimits, (5_000_000, 6));
        calls[5] = abi.encodeCall(governance.setSequencer, (BOB, true));
        calls[6] = abi.encodeCall(governance.setSequencer, (SEQUENCER, false));
        calls[7] = abi.encodeCall(_timelock.grantRole, (keccak256("GUARDIAN_ROLE"), BOB));
        calls[8] = abi.encodeCall(_timelock.revokeRole, (keccak256("LISTER_ROLE"), LISTER));
        calls[9] = abi.encodeCall(_timelock.grantRole, (keccak256("PROPOSER_ROLE"), BOB));
        calls[10] = abi.encodeCall(_timelock.updateDelay, (20 days));
        calls[11] = abi.encodeCall(governance.setMarket, (3, true));
    }

    function propose(bytes memory call) private {
        vm.prank(PROPOSER);
        _timelock.schedule(address(governance), 0, call, 0, 0, 14 days);
    }

    function execute(bytes memory call) private {
        vm.prank(EXECUTOR);
        _timelock.execute(address(governance), 0, call, 0, 0);
    }

    function refuseDirect(address who, bytes memory call) private {
        vm.prank(who);
        (bool success, bytes memory result) = address(governance).call(call);
        assertTrue(!success, "at once");
        bytes4 reason = bytes4(result);
        bool right = reason == Timelock.TimelockUnauthorizedCaller.selector
            || reason == IAccessControl.AccessControlUnauthorizedAccount.selector;
        assertTrue(right, "reason");
    }

    function refuseRole(address who, string memory role) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessControl.AccessControlUnauthorizedAccount.selector, who, keccak256(bytes(role))
            )
        );
    }
}
