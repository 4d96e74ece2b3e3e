// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IStraddleExchange} from "./interfaces/IStraddleExchange.sol";
import {IStraddleGovernance} from "./interfaces/IStraddleGovernance.sol";
import {Field} from "./libraries/Field.sol";
import {L1Ops} from "./libraries/L1Ops.sol";

/// @notice What every concern of the exchange reads or moves.
abstract contract ExchangeState is IStraddleExchange, ReentrancyGuardTransient {
    /// @dev One slot.
    struct Listing {
        InstrumentKind kind;
        bool delisted;
        bool pinned;
        uint40 expiry;
        uint40 strike;
        uint40 payoff;
    }

    address public immutable token;
    address public immutable governance;
    uint256 public immutable domain;
    uint256 public stateRoot;
    L1Ops.Queue internal _queue;
    Bounds internal _bounds;
    /// @dev Of batches whose reports have times before `_boundsSince`.
    Bounds internal _boundsBefore;
    bytes32 internal _lastReportDigest;
    // One slot, which `submit` reads anyway.
    uint40 internal _lastReportTime;
    uint40 internal _pausedFrom;
    uint40 public pausedUntil;
    uint40 internal _boundsSince;
    uint40 public committeeSince;
    uint16 internal _committee;
    uint16 public pricedMarkets;
    // Until here.
    uint256 internal _shortfall;
    mapping(address caller => bool) public isSequencer;
    mapping(address owner => uint256) public claimable;
    mapping(uint24 id => Listing) internal _listings;

    constructor(address token_, address governance_, uint256 genesisStateRoot) {
        if (token_ == address(0)) revert ZeroAddress();
        uint8 decimals = IERC20Metadata(token_).decimals();
        if (decimals != 6) revert TokenDecimalsNotSix(decimals);
        IStraddleGovernance roles = IStraddleGovernance(governance_);
        if (address(roles.exchange()) != address(this)) revert GovernanceForeign(governance_);
        if (block.timestamp > roles.deployedAt() + 1 days) revert GovernanceTooOld(governance_);
        Field.requireElement(genesisStateRoot);
        token = token_;
        governance = governance_;
        stateRoot = genesisStateRoot;
        domain = uint256(keccak256(abi.encode("straddle.domain.v1", block.chainid, address(this)))) >> 8;
    }

    /// @dev Nothing is changed any more once it is frozen: what users are owed then is worked out under what was.
    modifier onlyGovernance() {
        if (msg.sender != governance) revert NotGovernance(msg.sender);
        if (_queue.head.frozen) revert ExchangeFrozen();
        _;
    }

    modifier onlySequencer() {
        if (!isSequencer[msg.sender]) revert NotASequencer(msg.sender);
        _;
    }

    modifier whenNotFrozen() {
        if (_queue.head.frozen) revert ExchangeFrozen();
        _;
    }

    modifier whenNotPaused() {
        if (block.timestamp < pausedUntil) revert ExchangePaused(pausedUntil);
        _;
    }

    function batchNumber() external view returns (uint64) {
        return _queue.head.batchNumber;
    }

    function lastTime() external view returns (uint40) {
        return _queue.head.lastTime;
    }

    function l1OpIndex() external view returns (uint64) {
        return _queue.head.l1OpIndex;
    }

    function l1OpCount() external view returns (uint64) {
        return _queue.head.l1OpCount;
    }

    function frozen() external view returns (bool) {
        return _queue.head.frozen;
    }

    function accountOwner(uint24 account) external view returns (address) {
        return _queue.accounts[account].owner;
    }

    function bounds() external view returns (Bounds memory) {
        return _bounds;
    }

    function boundsBefore() external view returns (Bounds memory earlier, uint40 since) {
        return (_boundsBefore, _boundsSince);
    }

    function depositLimits() external view returns (uint64 minDeposit, uint64 depositCap) {
        return (_queue.totals.minDeposit, _queue.totals.depositCap);
    }

    function lastReport() external view returns (bytes32 digest, uint40 time) {
        return (_lastReportDigest, _lastReportTime);
    }

    function conservation()
        external
        view
        returns (uint256 held, uint256 owedToClaims, uint256 owedToAccounts, uint256 shortfall)
    {
        held = IERC20(token).balanceOf(address(this));
        return (held, _queue.totals.owedToClaims, _queue.totals.owedToAccounts, _shortfall);
    }
}
