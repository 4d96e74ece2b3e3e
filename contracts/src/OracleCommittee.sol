// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ExchangeState} from "./ExchangeState.sol";
import {Field} from "./libraries/Field.sol";
import {PriceBound} from "./libraries/PriceBound.sol";

/// @notice Prices: accepted from a quorum of distinct oracles, in order of time, inside a bound on how far each may move.
abstract contract OracleCommittee is ExchangeState, EIP712 {
    bytes32 private constant REPORT_TYPEHASH =
        keccak256("OracleReport(uint40 time,uint256 riskTableHash,bytes32 inputsHash,uint128[] prices)");
    uint256 private constant MAX_ORACLES = 32;

    /// @dev After a change the committee before is still taken for so long: nodes learn of a change from L1.
    uint256 private constant COMMITTEE_OVERLAP_SEC = 1 hours;

    struct Committee {
        address[] oracles;
        uint8 quorum;
        /// So many signatures let a price leap at once: the quorum and half of those beyond it, at least one.
        uint8 leapQuorum;
        mapping(address signer => bool) has;
    }

    /// @dev By the number of the change that brought it; `_committee` is the one in force.
    mapping(uint16 change => Committee) private _committees;
    PriceBound.Book private _priceBook;

    constructor() EIP712("Straddle", "1") {}

    function reportDigest(uint40 time, uint256 riskTableHash, bytes32 inputsHash, uint128[] calldata prices)
        external
        view
        returns (bytes32)
    {
        return _reportDigest(time, riskTableHash, inputsHash, prices);
    }

    function oracleCommittee() external view returns (address[] memory oracles, uint8 quorum) {
        return (_committees[_committee].oracles, _committees[_committee].quorum);
    }

    function priceAnchor(uint8 market, uint40 expiry) external view returns (uint256) {
        return _priceBook.anchors[(uint256(market) << 40) | expiry];
    }

    /// @dev The report accepted last may come again: everything about it was checked then.
    function _acceptReport(OracleReport calldata report, Bounds memory limits) internal {
        bytes32 inputsHash = keccak256(report.inputs);
        bytes32 digest = _reportDigest(report.time, report.riskTableHash, inputsHash, report.prices);
        if (digest == _lastReportDigest) return;
        if (report.time <= _lastReportTime) revert ReportNotNewer(report.time, _lastReportTime);
        Field.requireElement(report.riskTableHash);
        bool mayLeap = _requireQuorum(digest, report.time, report.signatures);
        PriceBound.accept(_priceBook, pricedMarkets, report.prices, PriceBound.Terms(report.time, mayLeap, limits));
        _lastReportDigest = digest;
        _lastReportTime = report.time;
        emit ReportAccepted(report.time, report.riskTableHash, inputsHash, digest);
    }

    /// @dev From the end of a grace on, reports must show the expiry.
    function _listExpiry(uint8 market, uint40 expiry) internal {
        pricedMarkets |= uint16(1 << market);
        PriceBound.list(_priceBook, market, expiry);
    }

    function _delistExpiry(uint8 market, uint40 expiry) internal {
        PriceBound.delist(_priceBook, market, expiry);
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
        committee.leapQuorum = uint8(size == quorum ? type(uint8).max : quorum + (size - quorum + 1) / 2);
        emit OracleCommitteeSet(oracles, quorum);
    }

    /// @dev A quorum of one committee: of the one in force, or of the one before for reports from before its end. All
    /// signers must be of that committee.
    function _requireQuorum(bytes32 digest, uint40 time, bytes[] calldata signatures)
        private
        view
        returns (bool mayLeap)
    {
        uint256 since = committeeSince;
        bool ofCurrent = time >= since;
        bool ofEarlier = since != 0 && time < since + COMMITTEE_OVERLAP_SEC;
        Committee storage current = _committees[_committee];
        Committee storage earlier = _committees[_committee - 1];
        address previous = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signatures[i]);
            if (failure != ECDSA.RecoverError.NoError) revert SignatureInvalid(i);
            if (signer <= previous) revert SignersNotIncreasing(signer, previous);
            ofCurrent = ofCurrent && current.has[signer];
            ofEarlier = ofEarlier && earlier.has[signer];
            if (!ofCurrent && !ofEarlier) revert NotAnOracle(signer);
            previous = signer;
        }
        if (ofCurrent && signatures.length >= current.quorum) return signatures.length >= current.leapQuorum;
        if (ofEarlier && signatures.length >= earlier.quorum) return signatures.length >= earlier.leapQuorum;
        revert QuorumNotMet(signatures.length, ofEarlier ? earlier.quorum : current.quorum);
    }

    function _reportDigest(uint40 time, uint256 riskTableHash, bytes32 inputsHash, uint128[] calldata prices)
        private
        view
        returns (bytes32)
    {
        bytes32 pricesHash = keccak256(abi.encodePacked(prices));
        return _hashTypedDataV4(keccak256(abi.encode(REPORT_TYPEHASH, time, riskTableHash, inputsHash, pricesHash)));
    }
}
