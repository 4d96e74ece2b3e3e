// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ExchangeState} from "./ExchangeState.sol";

/// @notice Pays out what batches credited. Nothing stops it: neither a pause nor a freeze.
abstract contract Withdrawals is ExchangeState {
    using SafeERC20 for IERC20;

    /// @dev Where bad debt has left more owed than held, claims are paid first come, first served, but never with what
    /// was paid in since: that is owed to accounts. What is not paid stays claimable.
    /// A token that takes more from the exchange than was claimed would spend other owners' money.
    function claim(address to) external nonReentrant returns (uint256 amount) {
        if (to == address(0) || to == address(this)) revert ZeroAddress();
        uint256 owed = claimable[msg.sender];
        if (owed == 0) revert NothingToClaim(msg.sender);
        uint256 before = IERC20(token).balanceOf(address(this));
        Totals memory totals = _totals;
        uint256 payable_ = before > totals.owedToAccounts ? before - totals.owedToAccounts : 0;
        if (payable_ == 0) revert NoMoneyForClaims(owed);
        amount = owed < payable_ ? owed : payable_;
        claimable[msg.sender] = owed - amount;
        _totals.owedToClaims = totals.owedToClaims - uint64(amount);
        IERC20(token).safeTransfer(to, amount);
        uint256 debited = before - IERC20(token).balanceOf(address(this));
        if (debited != amount) revert TokenDebitDiffers(amount, debited);
        emit Claimed(msg.sender, to, amount);
    }
}
