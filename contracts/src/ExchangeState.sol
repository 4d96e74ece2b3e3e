// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IStraddleExchange} from "./interfaces/IStraddleExchange.sol";
import {Field} from "./libraries/Field.sol";

/// @notice What every concern of the exchange reads or moves.
abstract contract ExchangeState is IStraddleExchange, AccessControl, ReentrancyGuardTransient {
    bytes32 public constant SEQUENCER_ROLE = keccak256("SEQUENCER_ROLE");
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    bytes32 public constant LISTER_ROLE = keccak256("LISTER_ROLE");

    /// @dev One slot: `submit` reads and writes it once.
    struct Head {
        uint64 batchNumber;
        uint64 l1OpIndex;
        uint64 l1OpCount;
        uint40 lastTime;
        bool frozen;
    }

    /// @dev One slot. `owedToAccounts` is what was deposited and not yet credited to claims.
    struct Totals {
        uint64 owedToAccounts;
        uint64 owedToClaims;
        uint64 minDeposit;
        uint64 depositCap;
    }

    struct Account {
        address owner;
        bool keyChangePending;
        bool withdrawalPending;
    }

    address public immutable token;
    uint256 public immutable domain;
    uint256 public stateRoot;
    Head internal _head;
    Totals internal _totals;
    Bounds internal _bounds;
    bytes32 internal _lastReportDigest;
    uint40 internal _lastReportTime;
    uint40 public pausedUntil;
    uint40 internal _pauseAllowedFrom;
    /// @dev Here because `submit` reads this slot anyway.
    uint16 public pricedMarkets;
    mapping(uint24 account => Account) internal _accounts;
    mapping(address owner => uint256) public claimable;

    constructor(address token_, uint256 genesisStateRoot) {
        if (token_ == address(0)) revert ZeroAddress();
        uint8 decimals = IERC20Metadata(token_).decimals();
        if (decimals != 6) revert TokenDecimalsNotSix(decimals);
        Field.requireElement(genesisStateRoot);
        token = token_;
        stateRoot = genesisStateRoot;
        domain = uint256(keccak256(abi.encode("straddle.domain.v1", block.chainid, address(this)))) >> 8;
    }

    modifier whenNotFrozen() {
        if (_head.frozen) revert ExchangeFrozen();
        _;
    }

    modifier whenNotPaused() {
        if (block.timestamp < pausedUntil) revert ExchangePaused(pausedUntil);
        _;
    }

    function batchNumber() external view returns (uint64) {
        return _head.batchNumber;
    }

    function lastTime() external view returns (uint40) {
        return _head.lastTime;
    }

    function l1OpIndex() external view returns (uint64) {
        return _head.l1OpIndex;
    }

    function l1OpCount() external view returns (uint64) {
        return _head.l1OpCount;
    }

    function frozen() external view returns (bool) {
        return _head.frozen;
    }

    function accountOwner(uint24 account) external view returns (address) {
        return _accounts[account].owner;
    }

    function bounds() external view returns (Bounds memory) {
        return _bounds;
    }

    function depositLimits() external view returns (uint64 minDeposit, uint64 depositCap) {
        return (_totals.minDeposit, _totals.depositCap);
    }

    function lastReport() external view returns (bytes32 digest, uint40 time) {
        return (_lastReportDigest, _lastReportTime);
    }

    function conservation() external view returns (uint256 held, uint256 owedToClaims, uint256 owedToAccounts) {
        held = IERC20(token).balanceOf(address(this));
        return (held, _totals.owedToClaims, _totals.owedToAccounts);
    }
}
