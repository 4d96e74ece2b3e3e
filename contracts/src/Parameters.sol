// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {Settlement} from "./Settlement.sol";
import {Notice} from "./libraries/Notice.sol";

/// @notice What governance sets. It checks and delays (StraddleGovernance.sol); here is what `submit` and the queue read.
/// @dev What was sealed before a change goes by what was in force then. A new committee and new bounds wait for
/// libraries/Notice.sol; what concerns pauses and the queue (forced deadline, bond, longest pause) counts at once.
abstract contract Parameters is Settlement {
    /// @dev Setting a past end would make time that was not paused count as paused, and batches older than they may be.
    function setPause(uint40 until) external onlyGovernance {
        if (block.timestamp >= pausedUntil) _pausedFrom = uint40(block.timestamp);
        pausedUntil = until;
        emit Paused(until);
    }

    function listInstruments(Instrument[] calldata instruments) external onlyGovernance {
        for (uint256 i = 0; i < instruments.length; ++i) {
            Instrument calldata item = instruments[i];
            _listings[item.id] = Listing(item.kind, false, false, item.expiry, item.strike, 0);
            _listExpiry(uint8(item.id >> 16), item.expiry);
            emit InstrumentListed(item.id, item.kind, item.expiry, item.strike);
        }
    }

    function delistInstruments(uint24[] calldata ids) external onlyGovernance {
        for (uint256 i = 0; i < ids.length; ++i) {
            Listing storage listing = _listings[ids[i]];
            if (listing.kind == InstrumentKind.None || listing.delisted) revert InstrumentNotListed(ids[i]);
            listing.delisted = true;
            _delistExpiry(uint8(ids[i] >> 16), listing.expiry);
            emit InstrumentDelisted(ids[i]);
        }
    }

    function setOracleCommittee(address[] calldata oracles, uint8 quorum) external onlyGovernance {
        committeeSince = uint40(block.timestamp + Notice.SEC);
        _setOracleCommittee(oracles, quorum);
    }

    function registerShape(uint16 shapeId, address verifier) external onlyGovernance {
        _registerShape(shapeId, verifier);
    }

    function retireShape(uint16 shapeId) external onlyGovernance {
        _retireShape(shapeId);
    }

    function setBounds(Bounds calldata limits) external onlyGovernance {
        _boundsBefore = _bounds;
        _boundsSince = uint40(block.timestamp + Notice.SEC);
        _setBounds(limits);
    }

    function setDepositLimits(uint64 minDeposit, uint64 depositCap) external onlyGovernance {
        _setDepositLimits(minDeposit, depositCap);
    }

    function setSequencer(address sequencer, bool allowed) external onlyGovernance {
        _setSequencer(sequencer, allowed);
    }

    function instrument(uint24 id) external view returns (Instrument memory listed, bool delisted) {
        Listing memory listing = _listings[id];
        if (listing.kind == InstrumentKind.None) revert InstrumentNotListed(id);
        return (Instrument(id, listing.kind, listing.expiry, listing.strike), listing.delisted);
    }

    function payoffOf(uint24 id) external view returns (bool pinned, uint40 payoff) {
        return (_listings[id].pinned, _listings[id].payoff);
    }

    function _setBounds(Bounds memory limits) internal {
        _bounds = limits;
        emit BoundsSet(limits);
    }

    function _setDepositLimits(uint64 minDeposit, uint64 depositCap) internal {
        _queue.totals.minDeposit = minDeposit;
        _queue.totals.depositCap = depositCap;
        emit DepositLimitsSet(minDeposit, depositCap);
    }

    function _setSequencer(address sequencer, bool allowed) internal {
        if (sequencer == address(0)) revert ZeroAddress();
        isSequencer[sequencer] = allowed;
        emit SequencerSet(sequencer, allowed);
    }
}
