// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {Checks} from "./Checks.sol";
import {ShippedCode} from "./ShippedCode.sol";
import {SnarkjsProofs} from "./fixtures/SnarkjsProofs.sol";

interface VerifierMaker {
    function store(I.VerifyingKey memory key) external returns (address);
}

/// @notice snarkjs' proofs: a key and a prover that this project's simulator knows nothing of.
contract Groth16BatchTest is Checks {
    address private _verifier;

    function setUp() public {
        uint256[30] memory w = SnarkjsProofs.key();
        I.VerifyingKey memory key;
        key.alpha = [w[0], w[1]];
        key.beta = [[w[2], w[3]], [w[4], w[5]]];
        key.gamma = [[w[6], w[7]], [w[8], w[9]]];
        key.delta = [[w[10], w[11]], [w[12], w[13]]];
        key.ic = new uint256[2][](8);
        for (uint256 i = 0; i < 8; ++i) {
            key.ic[i] = [w[14 + 2 * i], w[15 + 2 * i]];
        }
        _verifier = VerifierMaker(ShippedCode.deploy("VerifierHarness", "")).store(key);
    }

    function test_acceptsSnarkjsProofsAloneAndTogether() public view {
        for (uint256 count = 1; count <= 4; ++count) {
            (uint256[8][] memory proofs, uint256[7][] memory inputs) = take(count);
            assertTrue(holds(proofs, inputs), "valid proofs");
        }
    }

    function test_refusesAnyChangedInput(uint256 count, uint256 which, uint256 position, uint256 by) public view {
        count = bound(count, 1, 4);
        (uint256[8][] memory proofs, uint256[7][] memory inputs) = take(count);
        inputs[which % count][position % 7] += bound(by, 1, 1 << 200);
        assertTrue(!holds(proofs, inputs), "changed input");
    }

    function test_refusesSwappedProofs() public view {
        (uint256[8][] memory proofs, uint256[7][] memory inputs) = take(2);
        (proofs[0], proofs[1]) = (proofs[1], proofs[0]);
        assertTrue(!holds(proofs, inputs), "swapped proofs");
    }

    function test_noProofsHoldNothing() public view {
        (bool answered,) = _verifier.staticcall("");
        assertTrue(!answered, "no proofs");
    }

    function holds(uint256[8][] memory proofs, uint256[7][] memory inputs) private view returns (bool) {
        bytes memory rows;
        for (uint256 i = 0; i < proofs.length; ++i) {
            rows = abi.encodePacked(rows, proofs[i], inputs[i]);
        }
        (bool answered, bytes memory result) = _verifier.staticcall(rows);
        assertTrue(answered && result.length == 32, "answered");
        return abi.decode(result, (uint256)) == 1;
    }

    function take(uint256 count) private pure returns (uint256[8][] memory proofs, uint256[7][] memory inputs) {
        (proofs, inputs) = (new uint256[8][](count), new uint256[7][](count));
        for (uint256 i = 0; i < count; ++i) {
            uint256[15] memory w = SnarkjsProofs.proof(i);
            for (uint256 j = 0; j < 15; ++j) {
                if (j < 8) proofs[i][j] = w[j];
                else inputs[i][j - 8] = w[j];
            }
        }
    }
}
