// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "./IStraddleExchange.sol";

/// @title Who may change what in one exchange, and how soon (docs/TRUST.md)
/// @notice What can take money waits DELAY in the open; what can only stop things, or offers a series, happens at once.
/// @dev The functions marked "delayed" are called through this contract's own timelock alone: `schedule`, wait, `execute`.
interface IStraddleGovernance {
    /// @return Least seconds between scheduling a change and making it.
    function DELAY() external view returns (uint256);
    /// @return Seconds within which a change may be made once its delay is over; then it must be scheduled anew.
    function GRACE() external view returns (uint256);
    function GUARDIAN_ROLE() external view returns (bytes32);
    function LISTER_ROLE() external view returns (bytes32);
    function exchange() external view returns (IStraddleExchange);
    /// @return Unix seconds; the exchange is no more than a day younger.
    function deployedAt() external view returns (uint256);
    /// @return Markets in which series may be listed, bit m is market m.
    function openMarkets() external view returns (uint16);
    /// @return Before which no further pause begins.
    function pauseAllowedFrom() external view returns (uint40);

    // ------------------------------------------------------------------ at once

    /// @notice Guardian: stops `submit` and deposits for a while.
    /// @dev It ends by itself, and the next one must wait longer than the longest pause and the proving lag: the guardian
    /// cannot stop the rollup for good, and no batch can meet two pauses on its way.
    function pause(uint32 durationSec) external;

    /// @notice Guardian: ends a pause.
    function unpause() external;

    /// @notice Lister: offers series, ids serial within their market, each series once.
    function listInstruments(IStraddleExchange.Instrument[] calldata instruments) external;

    /// @notice Lister: offers no more of them.
    function delistInstruments(uint24[] calldata ids) external;

    // ------------------------------------------------------------------ delayed

    function setOracleCommittee(address[] calldata oracles, uint8 quorum) external;
    function registerShape(uint16 shapeId, IStraddleExchange.VerifyingKey calldata key) external;
    function retireShape(uint16 shapeId) external;
    function setBounds(IStraddleExchange.Bounds calldata bounds) external;
    function setDepositLimits(uint64 minDeposit, uint64 depositCap) external;
    function setSequencer(address sequencer, bool allowed) external;

    /// @notice Opens a market to the lister once the committee prices it, or shuts it; what is listed stays listed.
    function setMarket(uint8 market, bool isOpen) external;
}
