// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {Field} from "../src/libraries/Field.sol";
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

    /// @dev A row that is cut short, or followed by a part of another, is no row: nothing of the call goes unread.
    function test_refusesPartsOfRows() public view {
        (uint256[8][] memory proofs, uint256[7][] memory inputs) = take(1);
        bytes memory row = abi.encodePacked(proofs[0], inputs[0]);
        bytes[3] memory calls = [bytes.concat(row, hex"00"), bytes.concat(row, bytes32(0)), new bytes(479)];
        for (uint256 i = 0; i < 3; ++i) {
            (bool answered, bytes memory result) = _verifier.staticcall(calls[i]);
            assertTrue(!answered && bytes4(result) == I.NoBatches.selector, "part of a row");
        }
    }

    /// @dev Who knows the weights before the proofs lets errors cancel: C_1 + E and C_0 - r_1 E. So weights must rest on
    /// every row, the first and the last among them; here they are reckoned as if one row had been left out, and as if
    /// the last were hashed alone.
    function test_everyRowMovesTheWeights() public view {
        bytes32 seed = keccak256(storedKey());
        cancel(0, seed);
        cancel(1, seed);
        cancel(0, 0);
    }

    /// @dev Two proofs with errors that cancel where the weight rests on `seed` and the row that is not `left`.
    function cancel(uint256 left, bytes32 seed) private view {
        (uint256[8][] memory proofs, uint256[7][] memory inputs) = take(2);
        uint256[2] memory offset = [uint256(1), 2];
        if (left == 1) (proofs[0][6], proofs[0][7]) = add([proofs[0][6], proofs[0][7]], offset);
        else (proofs[1][6], proofs[1][7]) = add([proofs[1][6], proofs[1][7]], offset);
        uint256 kept = 1 - left;
        seed = keccak256(abi.encodePacked(seed, proofs[kept], inputs[kept]));
        uint256 weight = uint128(uint256(keccak256(abi.encode(seed, 1))));
        // The row that the weight does not rest on takes the error back: row 0 weighs 1, row 1 the weight.
        uint256 factor = left == 0 ? weight : inverse(weight);
        uint256[2] memory back = negative(times(offset, factor));
        (proofs[left][6], proofs[left][7]) = add([proofs[left][6], proofs[left][7]], back);
        assertTrue(!holds(proofs, inputs), "errors that cancel");
    }

    /// @dev The key as it is hashed: signs changed, behind the verifier's code (src/libraries/KeyData.sol).
    function storedKey() private view returns (bytes memory key) {
        bytes memory code = _verifier.code;
        key = new bytes(960);
        for (uint256 i = 0; i < 960; ++i) {
            key[i] = code[code.length - 960 + i];
        }
    }

    function add(uint256[2] memory a, uint256[2] memory b) private view returns (uint256, uint256) {
        (, bytes memory result) = address(6).staticcall(abi.encode(a, b));
        return abi.decode(result, (uint256, uint256));
    }

    function times(uint256[2] memory a, uint256 factor) private view returns (uint256[2] memory) {
        (, bytes memory result) = address(7).staticcall(abi.encode(a, factor));
        return abi.decode(result, (uint256[2]));
    }

    function negative(uint256[2] memory a) private pure returns (uint256[2] memory) {
        return [a[0], Field.Q - a[1]];
    }

    function inverse(uint256 value) private view returns (uint256) {
        (, bytes memory result) = address(5).staticcall(abi.encode(32, 32, 32, value, Field.P - 2, Field.P));
        return abi.decode(result, (uint256));
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
