// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

/// @notice How long what is set on L1 waits before reports go by it.
/// @dev A node takes a report for what it has read of L1, and what is sealed must settle: so bounds, committee and listings
/// bind reports of times from an hour after they were set. A node reads them each minute, and takes no report once it could
/// not read them for nearly as long (node/sequencer/reportBound.ts).
library Notice {
    uint256 internal constant SEC = 1 hours;
}
