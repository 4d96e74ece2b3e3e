// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ExchangeState} from "./ExchangeState.sol";
import {Field} from "./libraries/Field.sol";
import {PriceBound} from "./libraries/PriceBound.sol";

/// @notice Prices: accepted from a quorum of distinct oracles, in order of time, inside a bound on how far each may move.
abstract contract OracleCommittee is ExchangeState {
    bytes32 private constant REPORT_TYPEHASH =
        keccak256("OracleReport(uint40 time,uint256 riskTableHash,bytes32 inputsHash,uint128[] prices)");
    uint256 private constant MAX_ORACLES = 32;

    struct Committee {
        address[] oracles;
        uint8 quorum;
        /// So many signatures let a price leap at once: the quorum and half of those beyond it, at least one.
        uint8 leapQuorum;
        mapping(address signer => bool) has;
    }

    /// @dev By the number of the change that brought it; `_committee` is the last one's.
    mapping(uint16 change => Committee) private _committees;
    PriceBound.Book private _priceBook;

    bytes32 private immutable _domainSeparator;

    constructor() {
        bytes32 typeHash =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        _domainSeparator =
            keccak256(abi.encode(typeHash, keccak256("Straddle"), keccak256("1"), block.chainid, address(this)));
    }

    /// @dev ERC-5267.
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        return (0x0f, "Straddle", "1", block.chainid, address(this), 0, new uint256[](0));
    }

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

    function oracleCommitteeBefore() external view returns (address[] memory oracles, uint8 quorum) {
        Committee storage earlier = _committees[_committee - 1];
        return (earlier.oracles, earlier.quorum);
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

    /// @dev From the end of a notice on, reports must show the expiry.
    function _listExpiry(uint8 market, uint40 expiry) internal {
        pricedMarkets |= uint16(1 << market);
        PriceBound.list(_priceBook, market, expiry, _lastReportTime);
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

    /// @dev Of the committee of the report's time.
    function _requireQuorum(bytes32 digest, uint40 time, bytes[] calldata signatures)
        private
        view
        returns (bool mayLeap)
    {
        uint16 latest = _committee;
        Committee storage committee = _committees[time < committeeSince ? latest - 1 : latest];
        address previous = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signatures[i]);
            if (failure != ECDSA.RecoverError.NoError) revert SignatureInvalid(i);
            if (signer <= previous) revert SignersNotIncreasing(signer, previous);
            if (!committee.has[signer]) revert NotAnOracle(signer);
            previous = signer;
        }
        uint8 quorum = committee.quorum;
        if (signatures.length < quorum) revert QuorumNotMet(signatures.length, quorum);
        return signatures.length >= committee.leapQuorum;
    }

    function _reportDigest(uint40 time, uint256 riskTableHash, bytes32 inputsHash, uint128[] calldata prices)
        private
        view
        returns (bytes32)
    {
        bytes32 pricesHash = keccak256(abi.encodePacked(prices));
        bytes32 content = keccak256(abi.encode(REPORT_TYPEHASH, time, riskTableHash, inputsHash, pricesHash));
        return keccak256(abi.encodePacked(hex"1901", _domainSeparator, content));
    }
}
