// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../interfaces/IStraddleExchange.sol";
import {PriceBound} from "./PriceBound.sol";

/// @notice How far governance may move the bounds: asked when an exchange is made, and at every change.
library Limits {
    /// @dev Less, and congestion of L1 or a night would let anyone freeze what nobody neglected.
    uint256 internal constant MIN_FORCED_DEADLINE_SEC = 1 days;
    /// @dev Governance's delay is longer by a week: time to leave before a change (docs/TRUST.md).
    uint256 internal constant MAX_FORCED_DEADLINE_SEC = 7 days;
    /// @dev What a batch may claim to be older than its block: the longest that an intent outlives its expiry.
    uint256 internal constant MAX_PROVING_LAG_SEC = 1 days;
    uint256 internal constant MAX_REPORT_AGE_SEC = 1 hours;
    /// @dev 0.1 ether: nobody is priced out of the way out.
    uint256 internal constant MAX_FORCED_BOND_GWEI = 1e8;
    /// @dev 1 USDC: each deposit is a row that the sequencer must prove within the deadline.
    uint64 internal constant MIN_DEPOSIT = 1e6;
    /// @dev 1,000 USDC: forced withdrawals that pay less lose their bond.
    uint64 internal constant MAX_MIN_DEPOSIT = 1e9;
    uint64 internal constant DEPOSIT_CAP_END = 1 << 62;

    /// @dev A pause eats at most half of the time that the sequencer has for an L1 op, and leaves enough to prove the op.
    function requireBounds(IStraddleExchange.Bounds memory b) internal pure {
        bool valid = b.provingLagSec != 0 && b.provingLagSec <= MAX_PROVING_LAG_SEC && b.maxReportAgeSec != 0
            && b.maxReportAgeSec <= MAX_REPORT_AGE_SEC && PriceBound.isValid(b)
            && b.forcedDeadlineSec >= MIN_FORCED_DEADLINE_SEC && b.forcedDeadlineSec <= MAX_FORCED_DEADLINE_SEC && b.maxPauseSec <= b.forcedDeadlineSec / 2
            && uint256(b.maxPauseSec) + b.provingLagSec <= b.forcedDeadlineSec
            && b.forcedBondGwei <= MAX_FORCED_BOND_GWEI;
        if (!valid) revert IStraddleExchange.BoundsInvalid();
    }

    function requireDepositLimits(uint64 minDeposit, uint64 depositCap) internal pure {
        if (minDeposit < MIN_DEPOSIT || minDeposit > MAX_MIN_DEPOSIT || depositCap >= DEPOSIT_CAP_END) {
            revert IStraddleExchange.DepositLimitsInvalid(minDeposit, depositCap);
        }
    }
}
