// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ExchangeState} from "./ExchangeState.sol";
import {Field} from "./libraries/Field.sol";

/// @notice Prices: accepted from a quorum of distinct oracles, in order of time, inside a bound on each spot's move.
abstract contract OracleCommittee is ExchangeState, EIP712 {
    bytes32 private constant REPORT_TYPEHASH =
        keccak256("OracleReport(uint40 time,uint256 riskTableHash,bytes32 inputsHash,uint64[] spots)");
    uint256 private constant MAX_ORACLES = 32;
    uint256 private constant PPM = 1_000_000;

    struct Spot {
        uint40 price;
        uint40 time;
    }

    /// @dev After a change the committee before is still taken for so long: nodes learn of a change from L1.
    uint256 private constant COMMITTEE_OVERLAP_SEC = 1 hours;

    struct Committee {
        address[] oracles;
        uint8 quorum;
        mapping(address signer => bool) has;
    }

    /// @dev By the number of the change that brought it; `_committee` is the one in force.
    mapping(uint16 change => Committee) private _committees;
    mapping(uint8 market => Spot) private _lastSpots;

    constructor() EIP712("Straddle", "1") {}

    function reportDigest(uint40 time, uint256 riskTableHash, bytes32 inputsHash, uint64[] calldata spots)
        external
        view
        returns (bytes32)
    {
        return _reportDigest(time, riskTableHash, inputsHash, spots);
    }

    function oracleCommittee() external view returns (address[] memory oracles, uint8 quorum) {
        return (_committees[_committee].oracles, _committees[_committee].quorum);
    }

    function lastSpot(uint8 market) external view returns (uint40 price, uint40 time) {
        return (_lastSpots[market].price, _lastSpots[market].time);
    }

    /// @dev The report accepted last may come again: everything about it was checked then.
    function _acceptReport(OracleReport calldata report, Bounds memory limits) internal {
        bytes32 inputsHash = keccak256(report.inputs);
        bytes32 digest = _reportDigest(report.time, report.riskTableHash, inputsHash, report.spots);
        if (digest == _lastReportDigest) return;
        if (report.time <= _lastReportTime) revert ReportNotNewer(report.time, _lastReportTime);
        Field.requireElement(report.riskTableHash);
        _requireQuorum(digest, report.time, report.signatures);
        _acceptSpots(report.spots, report.time, limits);
        _lastReportDigest = digest;
        _lastReportTime = report.time;
        emit ReportAccepted(report.time, report.riskTableHash, inputsHash, digest);
    }

    /// @dev A quorum is a majority, so that two quorums share an oracle.
    function _setOracleCommittee(address[] memory oracles, uint8 quorum) internal {
        uint256 size = oracles.length;
        if (size == 0 || size > MAX_ORACLES || quorum > size || 2 * uint256(quorum) <= size) {
            revert CommitteeInvalid(size, quorum);
        }
        uint16 change = ++_committee;
        Committee storage committee = _committees[change];
        for (uint256 i = 0; i < size; ++i) {
            address oracle = oracles[i];
            if (oracle == address(0) || committee.has[oracle]) revert OracleInvalid(oracle);
            committee.has[oracle] = true;
        }
        committee.oracles = oracles;
        committee.quorum = quorum;
        emit OracleCommitteeSet(oracles, quorum);
    }

    /// @dev A quorum of one committee: of the one in force, or of the one before for reports from before its end. All
    /// signers must be of that committee.
    function _requireQuorum(bytes32 digest, uint40 time, bytes[] calldata signatures) private view {
        uint256 since = committeeSince;
        Committee storage current = _committees[_committee];
        bool ofCurrent = time >= since;
        bool ofEarlier = since != 0 && time < since + COMMITTEE_OVERLAP_SEC;
        address previous = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signatures[i]);
            if (failure != ECDSA.RecoverError.NoError) revert SignatureInvalid(i);
            if (signer <= previous) revert SignersNotIncreasing(signer, previous);
            ofCurrent = ofCurrent && current.has[signer];
            ofEarlier = ofEarlier && _committees[_committee - 1].has[signer];
            if (!ofCurrent && !ofEarlier) revert NotAnOracle(signer);
            previous = signer;
        }
        if (ofCurrent && signatures.length >= current.quorum) return;
        uint8 quorum = ofEarlier ? _committees[_committee - 1].quorum : current.quorum;
        if (!ofEarlier || signatures.length < quorum) revert QuorumNotMet(signatures.length, quorum);
    }

    function _acceptSpots(uint64[] calldata spots, uint40 time, Bounds memory limits) private {
        uint256 nextMarket = 0;
        for (uint256 i = 0; i < spots.length; ++i) {
            uint64 spot = spots[i];
            uint40 price = uint40(spot);
            if (spot >> 44 != 0 || price == 0) revert SpotOutOfRange(spot);
            uint8 market = uint8(spot >> 40);
            if (market < nextMarket) revert SpotsNotIncreasing(i);
            nextMarket = uint256(market) + 1;
            _requireNear(market, price, time, limits);
            _lastSpots[market] = Spot(price, time);
        }
    }

    /// @dev A market's first spot has nothing to be near to.
    function _requireNear(uint8 market, uint256 price, uint40 time, Bounds memory limits) private view {
        Spot memory last = _lastSpots[market];
        if (last.price == 0) return;
        uint256 allowedPpm = limits.deviationBasePpm + uint256(limits.deviationPpmPerSec) * (time - last.time);
        uint256 moved = price > last.price ? price - last.price : last.price - price;
        if (moved * PPM > last.price * allowedPpm) revert SpotDeviates(market, price, last.price, allowedPpm);
    }

    function _reportDigest(uint40 time, uint256 riskTableHash, bytes32 inputsHash, uint64[] calldata spots)
        private
        view
        returns (bytes32)
    {
        bytes32 spotsHash = keccak256(abi.encodePacked(spots));
        return _hashTypedDataV4(keccak256(abi.encode(REPORT_TYPEHASH, time, riskTableHash, inputsHash, spotsHash)));
    }
}
