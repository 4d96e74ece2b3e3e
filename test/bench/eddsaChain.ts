import { buildEddsa } from 'circomlibjs';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import type { ArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { type CompiledCircuit, compileCircuit } from '../../prover/setup/compile.ts';
import type { CircuitInput } from '../../prover/witness/circuitInput.ts';

/** Numbers of checks: 4,447 constraints each at --O2, so 48,917, 200,115 and 996,128 (domains 2^16, 2^18, 2^20). */
export const CHAIN_CHECKS = { small: 11, medium: 45, large: 224 } as const;

const KEY = Buffer.from('straddle eddsa chain, bench only'.slice(0, 32), 'latin1');
const FIRST_MESSAGE = 1234567890123456789n;

/**
 * A circuit of nothing but signature checks: check i verifies an EdDSA-Poseidon signature of message i by one public
 * key; message i + 1 is the Poseidon hash of message i and the signature's S. Public: the key, the first message, and
 * the last hash.
 */
const chainSource = (checks: number): string => `pragma circom 2.2.0;
include "circomlib/circuits/eddsaposeidon.circom";
include "circomlib/circuits/poseidon.circom";

template EddsaChain(checks) {
    signal input ax;
    signal input ay;
    signal input message;
    signal input r8x[checks];
    signal input r8y[checks];
    signal input s[checks];
    signal output last;

    component check[checks];
    component next[checks];
    for (var i = 0; i < checks; i++) {
        check[i] = EdDSAPoseidonVerifier();
        check[i].enabled <== 1;
        check[i].Ax <== ax;
        check[i].Ay <== ay;
        check[i].S <== s[i];
        check[i].R8x <== r8x[i];
        check[i].R8y <== r8y[i];
        if (i == 0) {
            check[i].M <== message;
        } else {
            check[i].M <== next[i - 1].out;
        }
        next[i] = Poseidon(2);
        next[i].inputs[0] <== check[i].M;
        next[i].inputs[1] <== s[i];
    }
    last <== next[checks - 1].out;
}

component main { public [ax, ay, message] } = EddsaChain(${checks});
`;

/** Valid inputs of the chain: every signature really made. The same on every run. */
export const chainInput = async (checks: number): Promise<CircuitInput> => {
  const eddsa = await buildEddsa();
  const { poseidon } = await createCircomHasher();
  const [ax, ay] = eddsa.prv2pub(KEY).map((coordinate) => eddsa.F.toObject(coordinate));
  const r8x: bigint[] = [];
  const r8y: bigint[] = [];
  const s: bigint[] = [];
  let message = FIRST_MESSAGE;
  for (let check = 0; check < checks; check++) {
    const { R8, S } = eddsa.signPoseidon(KEY, eddsa.F.e(message));
    r8x.push(eddsa.F.toObject(R8[0]));
    r8y.push(eddsa.F.toObject(R8[1]));
    s.push(S);
    message = poseidon([message, S]);
  }
  return { ax: ax ?? 0n, ay: ay ?? 0n, message: FIRST_MESSAGE, r8x, r8y, s };
};

/** The compiled chain, from the store or (minutes for the large one) from the compiler. */
export const chainCircuit = (store: ArtifactStore, checks: number): Promise<CompiledCircuit> =>
  compileCircuit({ store, name: `eddsa-chain-${checks}`, mainSource: { text: chainSource(checks) } });
