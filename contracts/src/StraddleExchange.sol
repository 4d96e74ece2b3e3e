// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {ExchangeState} from "./ExchangeState.sol";
import {Parameters} from "./Parameters.sol";
import {Withdrawals} from "./Withdrawals.sol";
import {KeyData} from "./libraries/KeyData.sol";

/// @title The contract on L1 that holds the money. It is immutable: a new version is a new deployment.
/// @notice L1Queue takes deposits, Settlement accepts proven batches at prices that OracleCommittee vouches for,
/// Withdrawals pays, Parameters is what StraddleGovernance may change.
contract StraddleExchange is Parameters, Withdrawals {
    /// @param params The genesis root depends on `domain`, and so on this contract's address: the deployer predicts it.
    constructor(Deployment memory params) ExchangeState(params.token, params.governance, params.genesisStateRoot) {
        for (uint256 i = 0; i < params.sequencers.length; ++i) {
            _setSequencer(params.sequencers[i], true);
        }
        _setOracleCommittee(params.oracles, params.quorum);
        _setBounds(params.bounds);
        _setDepositLimits(params.minDeposit, params.depositCap);
        for (uint256 i = 0; i < params.shapes.length; ++i) {
            _registerShape(params.shapes[i].id, KeyData.store(params.shapes[i].key));
        }
    }
}
