// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {Groth16Batch} from "../src/libraries/Groth16Batch.sol";
import {KeyData} from "../src/libraries/KeyData.sol";
import {Checks} from "./Checks.sol";
import {SnarkjsProofs} from "./fixtures/SnarkjsProofs.sol";

/// @notice snarkjs' proofs: a key and a prover that this project's simulator knows nothing of.
contract Groth16BatchTest is Checks {
    address private _data;

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
        _data = KeyData.store(key);
    }

    function test_acceptsSnarkjsProofsAloneAndTogether() public view {
        for (uint256 count = 1; count <= 4; ++count) {
            (uint256[8][] memory proofs, uint256[7][] memory inputs) = take(count);
            assertTrue(Groth16Batch.verify(KeyData.load(_data), proofs, inputs), "valid proofs");
        }
    }

    function test_refusesAnyChangedInput(uint256 count, uint256 which, uint256 position, uint256 by) public view {
        count = bound(count, 1, 4);
        (uint256[8][] memory proofs, uint256[7][] memory inputs) = take(count);
        inputs[which % count][position % 7] += bound(by, 1, 1 << 200);
        assertTrue(!Groth16Batch.verify(KeyData.load(_data), proofs, inputs), "changed input");
    }

    function test_refusesSwappedProofs() public view {
        (uint256[8][] memory proofs, uint256[7][] memory inputs) = take(2);
        (proofs[0], proofs[1]) = (proofs[1], proofs[0]);
        assertTrue(!Groth16Batch.verify(KeyData.load(_data), proofs, inputs), "swapped proofs");
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
