// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {MockUSDC} from "../src/devnet/MockUSDC.sol";
import {IStraddleExchange} from "../src/interfaces/IStraddleExchange.sol";

/// @dev Keeps one hundredth of what is transferred; with `onTop`, takes it from the sender beside the amount.
contract FeeToken is MockUSDC {
    bool public onTop;

    function takeOnTop() external {
        onTop = true;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0)) super._update(onTop ? from : to, address(0), amount / 100);
    }
}

/// @dev Answers false instead of moving anything.
contract FalseToken is MockUSDC {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @dev Calls back into the exchange during every transfer, and keeps what the call failed with.
contract ReentrantToken is MockUSDC {
    IStraddleExchange public target;
    bytes public call;
    bytes public failure;
    bool private _inside;

    function aim(IStraddleExchange target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (address(target) == address(0) || _inside) return;
        _inside = true;
        (bool success, bytes memory result) = address(target).call(call);
        failure = success ? bytes("") : result;
        _inside = false;
    }

    function enroll(uint256 keyX, uint256 keyY, IStraddleExchange exchange) external returns (uint24) {
        _approve(address(this), address(exchange), type(uint256).max);
        return exchange.openAccount(1, keyX, keyY, 10_000_000);
    }
}
