// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../src/interfaces/IStraddleExchange.sol";
import {Field} from "../src/libraries/Field.sol";

/// @notice Groth16's simulator: who knows the key's secrets makes a valid proof of any inputs.
/// Its functions are external: inlined into a test they overflow the stack.
/// @dev Secrets: alpha 7, beta 11, gamma 13, delta 17, ic_j = 23 + 6 j, and b = 19. Then c = (a b - alpha beta - gamma L) / delta.
library SimulatedProver {
    uint256 private constant P = Field.P;

    function key() external view returns (IStraddleExchange.VerifyingKey memory k) {
        (k.alpha[0], k.alpha[1]) = mul(7);
        k.beta[0][0] = 15624790064206502667756020446826209080711344272800176518784649088946231692936;
        k.beta[0][1] = 8472151341754925747860535367990505955708751825377817860727104273184244800723;
        k.beta[1][0] = 19488077321171448217727198730828487286865984357780136663388739985720647978898;
        k.beta[1][1] = 1196137947243150610106053819405501111182787323156221967342356892090037828244;
        k.gamma[0][0] = 280672898440571232725436467950720547829638241593507531241322547969961007057;
        k.gamma[0][1] = 16137324789686743234629608741537369181251990815455155257427276976918350071287;
        k.gamma[1][0] = 17641806683785498955878869918183868440783188556637975525088932771694068429840;
        k.gamma[1][1] = 12136420650226457477690750437223209427924916790606163705631661913973995426040;
        k.delta[0][0] = 15577308679414974642168536368096450326086203870944559758314800234684337462316;
        k.delta[0][1] = 5571996575954125260736435753480252954196528247617148060558631406349160775832;
        k.delta[1][0] = 3949072583587836530885517791345259776526014207612010591436388615095276192789;
        k.delta[1][1] = 11302850696403459405052467769487663388868168369318255751101607320138145101673;
        k.ic = new uint256[2][](8);
        for (uint256 j = 0; j < 8; ++j) {
            (k.ic[j][0], k.ic[j][1]) = mul(23 + 6 * j);
        }
    }

    function prove(uint256[7] memory inputs) external view returns (IStraddleExchange.Proof memory proof) {
        uint256 a = uint256(keccak256(abi.encode(inputs))) % P;
        uint256 sum = 23;
        for (uint256 j = 0; j < 7; ++j) {
            sum = addmod(sum, mulmod(29 + 6 * j, inputs[j], P), P);
        }
        uint256 rest = addmod(77, mulmod(13, sum, P), P);
        uint256 c = mulmod(addmod(mulmod(a, 19, P), P - rest, P), inverse(17), P);
        (proof.a[0], proof.a[1]) = mul(a);
        proof.b[0][0] = 16849508654450081119304017172227396057124361478955927014163046732185922553166;
        proof.b[0][1] = 9858527670347636692234166401928174269791741769432234490836150038270445961293;
        proof.b[1][0] = 13963340053412710066602628493986245254268869857782169725667227673717164818367;
        proof.b[1][1] = 20108569381576808061469857349769609506804248011311707108758562062556705125393;
        (proof.c[0], proof.c[1]) = mul(c);
    }

    function mul(uint256 scalar) internal view returns (uint256 x, uint256 y) {
        (, bytes memory result) = address(7).staticcall(abi.encode(1, 2, scalar));
        return abi.decode(result, (uint256, uint256));
    }

    function inverse(uint256 value) private view returns (uint256) {
        (, bytes memory result) = address(5).staticcall(abi.encode(32, 32, 32, value, P - 2, P));
        return abi.decode(result, (uint256));
    }
}
