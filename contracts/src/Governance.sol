// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {Settlement} from "./Settlement.sol";
import {PriceBound} from "./libraries/PriceBound.sol";

/// @notice Roles: a time-locked admin sets committee, shapes and bounds; a lister lists; a guardian can only pause.
abstract contract Governance is Settlement {
    uint256 private constant MAX_FORCED_DEADLINE_SEC = 30 days;
    uint256 private constant MAX_TENOR_SEC = 731 days;
    uint64 private constant DEPOSIT_CAP_END = 1 << 62;

    struct Listing {
        InstrumentKind kind;
        bool delisted;
        uint40 expiry;
        uint40 strike;
    }

    mapping(uint24 id => Listing) private _listings;
    mapping(uint8 market => uint16) private _lastInstrument;

    /// @notice Stops `submit` and deposits for a while. It ends by itself, and the next one must wait as long as the
    /// longest pause, so that the guardian cannot stop the rollup for good.
    function pause(uint32 durationSec) external onlyRole(GUARDIAN_ROLE) whenNotFrozen {
        uint32 longest = _bounds.maxPauseSec;
        if (durationSec == 0 || durationSec > longest) revert PauseDurationInvalid(durationSec, longest);
        if (block.timestamp < _pauseAllowedFrom) revert PauseNotAllowedBefore(_pauseAllowedFrom);
        pausedUntil = uint40(block.timestamp + durationSec);
        _pauseAllowedFrom = pausedUntil + longest;
        emit Paused(msg.sender, pausedUntil);
    }

    function unpause() external onlyRole(GUARDIAN_ROLE) {
        pausedUntil = uint40(block.timestamp);
        emit Unpaused(msg.sender);
    }

    /// @dev Ids are serial within their market, so none is ever used again.
    function listInstruments(Instrument[] calldata instruments) external onlyRole(LISTER_ROLE) whenNotFrozen {
        for (uint256 i = 0; i < instruments.length; ++i) {
            _list(instruments[i]);
        }
    }

    function delistInstruments(uint24[] calldata ids) external onlyRole(LISTER_ROLE) {
        for (uint256 i = 0; i < ids.length; ++i) {
            Listing storage listing = _listings[ids[i]];
            if (listing.kind == InstrumentKind.None || listing.delisted) revert InstrumentNotListed(ids[i]);
            listing.delisted = true;
            _delistExpiry(uint8(ids[i] >> 16), listing.expiry);
            emit InstrumentDelisted(ids[i]);
        }
    }

    function setOracleCommittee(address[] calldata oracles, uint8 quorum) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setOracleCommittee(oracles, quorum);
    }

    function registerShape(uint16 shapeId, VerifyingKey calldata key) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _registerShape(shapeId, key);
    }

    function retireShape(uint16 shapeId) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _retireShape(shapeId);
    }

    function setBounds(Bounds calldata limits) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setBounds(limits);
    }

    function setDepositLimits(uint64 minDeposit, uint64 depositCap) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setDepositLimits(minDeposit, depositCap);
    }

    function instrument(uint24 id) external view returns (Instrument memory listed, bool delisted) {
        Listing memory listing = _listings[id];
        if (listing.kind == InstrumentKind.None) revert InstrumentNotListed(id);
        return (Instrument(id, listing.kind, listing.expiry, listing.strike), listing.delisted);
    }

    /// @dev A pause eats at most half of the time that the sequencer has for an L1 op; no bound can put off a freeze
    /// for ever.
    function _setBounds(Bounds memory limits) internal {
        bool valid = limits.settlementWindowSec != 0 && limits.maxReportAgeSec != 0
            && PriceBound.isValid(limits) && limits.forcedDeadlineSec != 0
            && limits.forcedDeadlineSec <= MAX_FORCED_DEADLINE_SEC && limits.maxPauseSec <= limits.forcedDeadlineSec / 2;
        if (!valid) revert BoundsInvalid();
        _bounds = limits;
        emit BoundsSet(limits);
    }

    function _setDepositLimits(uint64 minDeposit, uint64 depositCap) internal {
        if (minDeposit == 0 || depositCap >= DEPOSIT_CAP_END) revert DepositLimitsInvalid(minDeposit, depositCap);
        _totals.minDeposit = minDeposit;
        _totals.depositCap = depositCap;
        emit DepositLimitsSet(minDeposit, depositCap);
    }

    function _list(Instrument calldata item) private {
        uint8 market = uint8(item.id >> 16);
        if (market > 15) revert MarketOutOfRange(market);
        if (_lastInstrument[market] == type(uint16).max) revert MarketFull(market);
        uint16 serial = _lastInstrument[market] + 1;
        uint24 expected = (uint24(market) << 16) | serial;
        if (item.id != expected) revert InstrumentOutOfOrder(item.id, expected);
        bool isFuture = item.kind == InstrumentKind.Future;
        bool valid = item.kind != InstrumentKind.None && isFuture == (item.strike == 0)
            && item.expiry > block.timestamp && item.expiry <= block.timestamp + MAX_TENOR_SEC;
        if (!valid) revert InstrumentInvalid(item.id);
        _lastInstrument[market] = serial;
        _listings[item.id] = Listing(item.kind, false, item.expiry, item.strike);
        _listExpiry(market, item.expiry);
        emit InstrumentListed(item.id, item.kind, item.expiry, item.strike);
    }
}
