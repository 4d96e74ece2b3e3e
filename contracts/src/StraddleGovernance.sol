// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IStraddleExchange} from "./interfaces/IStraddleExchange.sol";
import {IStraddleGovernance} from "./interfaces/IStraddleGovernance.sol";
import {KeyData} from "./libraries/KeyData.sol";
import {Limits} from "./libraries/Limits.sol";

/// @title Roles, delays and checks of everything that can be changed in one exchange
/// @notice A timelock whose delay has a floor that nobody can lower, and which can call nothing but itself: so every
/// delayed change is one of the functions below, and roles are granted after the same delay.
contract StraddleGovernance is TimelockController, IStraddleGovernance {
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    bytes32 public constant LISTER_ROLE = keccak256("LISTER_ROLE");
    /// @dev The longest forced deadline and a week beside it, in which users see the change coming and leave.
    uint256 public constant DELAY = 14 days;
    uint256 public constant GRACE = 14 days;
    /// @dev Between two changes of the committee, or of the bounds: longer than what is under way may take, as the
    /// exchange keeps one earlier version of each.
    uint256 private constant SPACING = 14 days;
    uint256 private constant MAX_TENOR_SEC = 731 days;
    /// @dev A market's 65,535 ids last for a month of a lister who means harm: twice as long as it takes to dismiss one.
    uint256 private constant MAX_LISTED_A_DAY = 2048;

    IStraddleExchange public immutable exchange;
    uint256 public immutable deployedAt = block.timestamp;
    uint16 public openMarkets;
    uint40 public pauseAllowedFrom;
    uint40 private _committeeAllowedFrom;
    uint40 private _boundsAllowedFrom;
    mapping(uint8 market => uint16) private _lastInstrument;
    mapping(uint8 market => mapping(uint256 day => uint256)) private _listedOn;
    mapping(bytes32 series => uint24 id) private _series;

    /// @param exchange_ Where the exchange will be deployed; it refuses a governance that was made for another.
    /// @param delaySec DELAY is taken if this is less.
    /// @param markets Those that the committee prices from the first day on, bit m is market m.
    constructor(
        IStraddleExchange exchange_,
        uint256 delaySec,
        address[] memory proposers,
        address[] memory executors,
        address guardian,
        address lister,
        uint16 markets
    ) TimelockController(delaySec, proposers, executors, address(0)) {
        if (guardian == address(0) || lister == address(0)) revert IStraddleExchange.ZeroAddress();
        exchange = exchange_;
        openMarkets = markets;
        _grantRole(GUARDIAN_ROLE, guardian);
        _grantRole(LISTER_ROLE, lister);
    }

    modifier delayed() {
        if (msg.sender != address(this)) revert TimelockUnauthorizedCaller(msg.sender);
        _;
    }

    // ------------------------------------------------------------------ at once

    function pause(uint32 durationSec) external onlyRole(GUARDIAN_ROLE) {
        IStraddleExchange.Bounds memory limits = exchange.bounds();
        uint32 longest = _longestPause(limits.maxPauseSec);
        if (durationSec == 0 || durationSec > longest) {
            revert IStraddleExchange.PauseDurationInvalid(durationSec, longest);
        }
        if (block.timestamp < pauseAllowedFrom) revert IStraddleExchange.PauseNotAllowedBefore(pauseAllowedFrom);
        uint40 until = uint40(block.timestamp + durationSec);
        pauseAllowedFrom = until + _apart(limits) + 1;
        exchange.setPause(until);
    }

    /// @dev Ops that were queued before the bounds changed keep their deadlines: until those are over no pause is longer than
    /// was allowed then, or it could outlast them all and let anyone freeze what nobody neglected.
    function _longestPause(uint32 allowed) private view returns (uint32) {
        (IStraddleExchange.Bounds memory earlier, uint40 since) = exchange.boundsBefore();
        bool areOver = since == 0 || block.timestamp > uint256(since) + earlier.forcedDeadlineSec;
        return areOver || allowed < earlier.maxPauseSec ? allowed : earlier.maxPauseSec;
    }

    /// @dev Longer than any batch is under way: those of reports from before a change go by the lag before it.
    function _apart(IStraddleExchange.Bounds memory limits) private view returns (uint32 apart) {
        (IStraddleExchange.Bounds memory earlier,) = exchange.boundsBefore();
        apart = limits.maxPauseSec > limits.provingLagSec ? limits.maxPauseSec : limits.provingLagSec;
        if (apart < earlier.provingLagSec) apart = earlier.provingLagSec;
    }

    /// @dev A pause that is over stays as it was: to shorten or stretch it afterwards would change how old a batch may be.
    function unpause() external onlyRole(GUARDIAN_ROLE) {
        if (block.timestamp < exchange.pausedUntil()) exchange.setPause(uint40(block.timestamp));
    }

    function listInstruments(IStraddleExchange.Instrument[] calldata instruments) external onlyRole(LISTER_ROLE) {
        for (uint256 i = 0; i < instruments.length; ++i) {
            _requireListable(instruments[i]);
        }
        exchange.listInstruments(instruments);
    }

    function delistInstruments(uint24[] calldata ids) external onlyRole(LISTER_ROLE) {
        exchange.delistInstruments(ids);
    }

    // ------------------------------------------------------------------ delayed

    function setOracleCommittee(address[] calldata oracles, uint8 quorum) external delayed {
        _committeeAllowedFrom = _spaced(_committeeAllowedFrom);
        exchange.setOracleCommittee(oracles, quorum);
    }

    function registerShape(uint16 shapeId, IStraddleExchange.VerifyingKey calldata key) external delayed {
        exchange.registerShape(shapeId, KeyData.store(key));
    }

    function retireShape(uint16 shapeId) external delayed {
        exchange.retireShape(shapeId);
    }

    /// @dev Not in a pause: with a shorter deadline, what is queued in it could fall due before it ends.
    function setBounds(IStraddleExchange.Bounds calldata limits) external delayed {
        uint40 pausedUntil = exchange.pausedUntil();
        if (block.timestamp < pausedUntil) revert IStraddleExchange.ExchangePaused(pausedUntil);
        Limits.requireBounds(limits);
        _boundsAllowedFrom = _spaced(_boundsAllowedFrom);
        exchange.setBounds(limits);
    }

    function setDepositLimits(uint64 minDeposit, uint64 depositCap) external delayed {
        Limits.requireDepositLimits(minDeposit, depositCap);
        exchange.setDepositLimits(minDeposit, depositCap);
    }

    function setSequencer(address sequencer, bool allowed) external delayed {
        exchange.setSequencer(sequencer, allowed);
    }

    function setMarket(uint8 market, bool isOpen) external delayed {
        if (market > 15) revert IStraddleExchange.MarketOutOfRange(market);
        uint16 bit = uint16(1 << market);
        openMarkets = isOpen ? openMarkets | bit : openMarkets & ~bit;
    }

    // ------------------------------------------------------------------ timelock

    function getMinDelay() public view override returns (uint256) {
        uint256 set = super.getMinDelay();
        return set < DELAY ? DELAY : set;
    }

    /// @dev A change that nobody made in time is off, so that none lies in wait.
    function getOperationState(bytes32 id) public view override returns (OperationState) {
        OperationState state = super.getOperationState(id);
        bool late = state == OperationState.Ready && block.timestamp > getTimestamp(id) + GRACE;
        return late ? OperationState.Unset : state;
    }

    function _execute(address target, uint256 value, bytes calldata data) internal override {
        if (target != address(this)) revert IStraddleExchange.CallNotOwn(target);
        super._execute(target, value, data);
    }

    /// @dev Whoever were the roles' admin beside this contract could grant them at once.
    function _grantRole(bytes32 role, address account) internal override returns (bool) {
        if (role == DEFAULT_ADMIN_ROLE && account != address(this)) revert IStraddleExchange.AdminNotGrantable(account);
        return super._grantRole(role, account);
    }

    // ------------------------------------------------------------------- checks

    function _spaced(uint40 allowedFrom) private view returns (uint40 next) {
        if (block.timestamp < allowedFrom) revert IStraddleExchange.ChangeTooSoon(allowedFrom);
        return uint40(block.timestamp + SPACING);
    }

    /// @dev Ids are serial within their market, so none is ever used again. A market that no oracle prices stays shut: a report
    /// names the spot of every market with instruments, so one series there would end all reports.
    function _requireListable(IStraddleExchange.Instrument calldata item) private {
        uint8 market = uint8(item.id >> 16);
        if (market > 15) revert IStraddleExchange.MarketOutOfRange(market);
        if (openMarkets >> market & 1 == 0) revert IStraddleExchange.MarketNotOpen(market);
        if (_lastInstrument[market] == type(uint16).max) revert IStraddleExchange.MarketFull(market);
        uint16 serial = _lastInstrument[market] + 1;
        uint24 expected = (uint24(market) << 16) | serial;
        if (item.id != expected) revert IStraddleExchange.InstrumentOutOfOrder(item.id, expected);
        bool isFuture = item.kind == IStraddleExchange.InstrumentKind.Future;
        bool valid = item.kind != IStraddleExchange.InstrumentKind.None && isFuture == (item.strike == 0)
            && item.expiry > block.timestamp && item.expiry <= block.timestamp + MAX_TENOR_SEC;
        if (!valid) revert IStraddleExchange.InstrumentInvalid(item.id);
        bytes32 series = keccak256(abi.encode(market, item.kind, item.expiry, item.strike));
        if (_series[series] != 0) revert IStraddleExchange.SeriesListedBefore(item.id, _series[series]);
        _series[series] = item.id;
        _lastInstrument[market] = serial;
        uint256 day = block.timestamp / 1 days;
        if (++_listedOn[market][day] > MAX_LISTED_A_DAY) {
            revert IStraddleExchange.ChangeTooSoon((day + 1) * 1 days);
        }
    }
}
