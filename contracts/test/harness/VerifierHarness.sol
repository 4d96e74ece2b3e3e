// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../../src/interfaces/IStraddleExchange.sol";
import {KeyData} from "../../src/libraries/KeyData.sol";

/// @notice Makes verifiers as the exchange does.
contract VerifierHarness {
    function store(IStraddleExchange.VerifyingKey memory key) external returns (address) {
        return KeyData.store(key);
    }
}
