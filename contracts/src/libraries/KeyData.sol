// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../interfaces/IStraddleExchange.sol";
import {Field} from "./Field.sol";

/// @notice Keeps a verifying key as the code of a contract of its own: 30 words for the price of one cold address.
/// @dev Words: -alpha 2, beta 4, -gamma 4, -delta 4, ic 16. The signs make e(A, B) the only term on its side, so that
/// verification negates nothing.
library KeyData {
    uint256 internal constant PUBLIC_INPUTS = 7;
    uint256 internal constant WORDS = 14 + 2 * (PUBLIC_INPUTS + 1);
    uint256 private constant Q = Field.Q;

    function store(IStraddleExchange.VerifyingKey memory key) internal returns (address data) {
        if (key.ic.length != PUBLIC_INPUTS + 1) {
            revert IStraddleExchange.PublicInputCountWrong(key.ic.length, PUBLIC_INPUTS + 1);
        }
        uint256[WORDS] memory words;
        _requireG1(key.alpha);
        words[0] = key.alpha[0];
        words[1] = Q - key.alpha[1];
        _putG2(words, 2, key.beta, false);
        _putG2(words, 6, key.gamma, true);
        _putG2(words, 10, key.delta, true);
        for (uint256 i = 0; i <= PUBLIC_INPUTS; ++i) {
            _requireG1(key.ic[i]);
            words[14 + 2 * i] = key.ic[i][0];
            words[15 + 2 * i] = key.ic[i][1];
        }
        return _create(abi.encodePacked(words));
    }

    function load(address data) internal view returns (uint256[WORDS] memory words) {
        assembly ("memory-safe") {
            // WORDS words, behind the STOP
            extcodecopy(data, words, 1, 960)
        }
    }

    /// @dev Infinity is refused too: an `ic` point at infinity would leave its input unbound.
    function _requireG1(uint256[2] memory point) private pure {
        (uint256 x, uint256 y) = (point[0], point[1]);
        bool onCurve = x < Q && y < Q && mulmod(y, y, Q) == addmod(mulmod(mulmod(x, x, Q), x, Q), 3, Q);
        if (!onCurve) revert IStraddleExchange.VerifyingKeyInvalid();
    }

    function _putG2(uint256[WORDS] memory words, uint256 position, uint256[2][2] memory point, bool negate) private view {
        _requireG2(point);
        words[position] = point[0][0];
        words[position + 1] = point[0][1];
        words[position + 2] = negate ? (Q - point[1][0]) % Q : point[1][0];
        words[position + 3] = negate ? (Q - point[1][1]) % Q : point[1][1];
    }

    /// @dev The pairing precompile judges: e(generator, point) is 1 only at infinity, and the call fails off the subgroup.
    function _requireG2(uint256[2][2] memory point) private view {
        bytes memory input = abi.encodePacked(uint256(1), uint256(2), point[0], point[1]);
        (bool success, bytes memory result) = address(8).staticcall(input);
        bool valid = success && result.length == 32 && abi.decode(result, (uint256)) == 0;
        if (!valid) revert IStraddleExchange.VerifyingKeyInvalid();
    }

    /// @dev Init code: push2 size, dup1, push1 10, push0, codecopy, push0, return. The data begin with STOP.
    function _create(bytes memory content) private returns (address data) {
        bytes memory init = abi.encodePacked(hex"61", uint16(content.length + 1), hex"80600a5f395ff300", content);
        assembly ("memory-safe") {
            data := create(0, add(init, 32), mload(init))
        }
        if (data == address(0)) revert IStraddleExchange.KeyDataFailed();
    }
}
