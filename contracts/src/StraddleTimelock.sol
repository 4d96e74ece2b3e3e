// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @notice Admin of the exchange: every change of committee, shapes, bounds or roles waits in the open first.
/// @dev Administers itself: its delay and proposers change through itself only.
contract StraddleTimelock is TimelockController {
    constructor(uint256 minDelaySec, address[] memory proposers, address[] memory executors)
        TimelockController(minDelaySec, proposers, executors, address(0))
    {}
}
