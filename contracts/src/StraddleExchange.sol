// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {ExchangeState} from "./ExchangeState.sol";
import {Governance} from "./Governance.sol";
import {Withdrawals} from "./Withdrawals.sol";

/// @title The exchange's one contract on L1. It is immutable: a new version is a new deployment.
/// @notice L1Queue takes deposits, Settlement accepts proven batches at prices that OracleCommittee vouches for,
/// Withdrawals pays, Governance sets what may change.
contract StraddleExchange is Governance, Withdrawals {
    /// @param params The genesis root depends on `domain`, and so on this contract's address: the deployer predicts it.
    constructor(Deployment memory params) ExchangeState(params.token, params.genesisStateRoot) {
        _grant(DEFAULT_ADMIN_ROLE, params.admin);
        _grant(SEQUENCER_ROLE, params.sequencer);
        _grant(GUARDIAN_ROLE, params.guardian);
        _grant(LISTER_ROLE, params.lister);
        _setOracleCommittee(params.oracles, params.quorum);
        _setBounds(params.bounds);
        _setDepositLimits(params.minDeposit, params.depositCap);
        for (uint256 i = 0; i < params.shapes.length; ++i) {
            _registerShape(params.shapes[i].id, params.shapes[i].key);
        }
    }

    function _grant(bytes32 role, address holder) private {
        if (holder == address(0)) revert ZeroAddress();
        _grantRole(role, holder);
    }
}
