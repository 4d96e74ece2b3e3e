// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../interfaces/IStraddleExchange.sol";
import {BatchVerifier} from "../BatchVerifier.sol";
import {Field} from "./Field.sol";

/// @notice Makes a shape's verifier: a contract of BatchVerifier's code with the key's 30 words behind it.
/// @dev Words: -alpha 2, beta 4, -gamma 4, -delta 4, ic 16. The signs make e(A, B) the only term on its side, so that
/// verification negates nothing.
library KeyData {
    uint256 internal constant PUBLIC_INPUTS = 7;
    uint256 internal constant WORDS = 14 + 2 * (PUBLIC_INPUTS + 1);
    uint256 private constant Q = Field.Q;

    /// @dev A key whose secrets have a relation that anyone can see has proofs that anyone can make: with gamma = delta
    /// (a ceremony without a second phase), C = -L + C' moves the public inputs wherever one likes; with beta = gamma or
    /// beta = delta, or alpha the generator, the left side can be met without a witness. The same with a sign before one
    /// of them, which the x coordinates do not tell apart.
    function store(IStraddleExchange.VerifyingKey memory key) internal returns (address verifier) {
        if (key.ic.length != PUBLIC_INPUTS + 1) {
            revert IStraddleExchange.PublicInputCountWrong(key.ic.length, PUBLIC_INPUTS + 1);
        }
        uint256[WORDS] memory words;
        _requireG1(key.alpha, "alpha");
        if (key.alpha[0] == 1) revert IStraddleExchange.VerifyingKeyInvalid("alpha is the generator");
        words[0] = key.alpha[0];
        words[1] = Q - key.alpha[1];
        _putG2(words, 2, key.beta, false, "beta");
        _putG2(words, 6, key.gamma, true, "gamma");
        _putG2(words, 10, key.delta, true, "delta");
        _requireApart(key.gamma, key.delta, "gamma is delta");
        _requireApart(key.beta, key.gamma, "beta is gamma");
        _requireApart(key.beta, key.delta, "beta is delta");
        for (uint256 i = 0; i <= PUBLIC_INPUTS; ++i) {
            _requireG1(key.ic[i], "ic");
            for (uint256 j = 0; j < i; ++j) {
                if (key.ic[i][0] == key.ic[j][0]) revert IStraddleExchange.VerifyingKeyInvalid("ic twice");
            }
            words[14 + 2 * i] = key.ic[i][0];
            words[15 + 2 * i] = key.ic[i][1];
        }
        return _create(abi.encodePacked(type(BatchVerifier).runtimeCode, words));
    }

    /// @dev Infinity is refused too: an `ic` point at infinity would leave its input unbound. No point of G1 has y = 0.
    function _requireG1(uint256[2] memory point, string memory what) private pure {
        (uint256 x, uint256 y) = (point[0], point[1]);
        bool onCurve = x < Q && y < Q && mulmod(y, y, Q) == addmod(mulmod(mulmod(x, x, Q), x, Q), 3, Q);
        if (!onCurve) revert IStraddleExchange.VerifyingKeyInvalid(what);
    }

    function _putG2(
        uint256[WORDS] memory words,
        uint256 position,
        uint256[2][2] memory point,
        bool negate,
        string memory what
    ) private view {
        _requireG2(point, what);
        words[position] = point[0][0];
        words[position + 1] = point[0][1];
        words[position + 2] = negate ? (Q - point[1][0]) % Q : point[1][0];
        words[position + 3] = negate ? (Q - point[1][1]) % Q : point[1][1];
    }

    /// @dev The pairing precompile judges: e(generator, point) is 1 only at infinity, and the call fails off the subgroup.
    function _requireG2(uint256[2][2] memory point, string memory what) private view {
        bytes memory input = abi.encodePacked(uint256(1), uint256(2), point[0], point[1]);
        (bool success, bytes memory result) = address(8).staticcall(input);
        bool valid = success && result.length == 32 && abi.decode(result, (uint256)) == 0;
        if (!valid) revert IStraddleExchange.VerifyingKeyInvalid(what);
    }

    function _requireApart(uint256[2][2] memory a, uint256[2][2] memory b, string memory what) private pure {
        if (a[0][0] == b[0][0] && a[0][1] == b[0][1]) revert IStraddleExchange.VerifyingKeyInvalid(what);
    }

    /// @dev Init code: push2 size, dup1, push1 10, push0, codecopy, push0, return; what follows is the code.
    function _create(bytes memory code) private returns (address verifier) {
        bytes memory init = abi.encodePacked(hex"61", uint16(code.length), hex"80600a5f395ff3", code);
        assembly ("memory-safe") {
            verifier := create(0, add(init, 32), mload(init))
        }
        if (verifier == address(0)) revert IStraddleExchange.VerifierNotMade();
    }
}
