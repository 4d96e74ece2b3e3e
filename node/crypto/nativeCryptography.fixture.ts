/**
 * Answers questions with the native core of one instruction set, which is chosen once a process: STRADDLE_NATIVE_ISA
 * names it. Reads Questions as JSON from standard input and prints Answers; bigints are decimal strings.
 */
import { text } from 'node:stream/consumers';
import { loadCore } from '../../prover/native/core.ts';

export interface Questions {
  /** Inputs of one hash each. */
  readonly hashes: readonly (readonly string[])[];
  /** keyX, keyY, message, rX, rY, s. */
  readonly checks: readonly (readonly string[])[];
  readonly keys: readonly { readonly seed: string; readonly message: string }[];
}

export interface Answers {
  readonly implementation: string;
  readonly hashes: readonly string[];
  /** One by one, and in one call. */
  readonly single: readonly boolean[];
  readonly together: readonly boolean[];
  /** x, y, rX, rY, s. */
  readonly signatures: readonly (readonly string[])[];
}

const bigints = (values: readonly string[]): bigint[] => values.map(BigInt);

function answer({ hashes, checks, keys }: Questions): Answers {
  const core = loadCore();
  if (core === undefined) throw new Error('no native core to test');
  return {
    implementation: core.implementation,
    hashes: hashes.map((inputs) => `${core.poseidon(bigints(inputs))}`),
    single: checks.map((values) => {
      const [keyX = 0n, keyY = 0n, message = 0n, rX = 0n, rY = 0n, s = 0n] = bigints(values);
      return core.eddsaVerify(keyX, keyY, message, rX, rY, s);
    }),
    together: core.eddsaVerifyMany(bigints(checks.flat())),
    signatures: keys.map(({ seed, message }) => {
      const privateKey = Uint8Array.from(Buffer.from(seed, 'hex'));
      return [...core.eddsaPublicKey(privateKey), ...core.eddsaSign(privateKey, BigInt(message))].map(String);
    }),
  };
}

if (import.meta.main) console.log(JSON.stringify(answer(JSON.parse(await text(process.stdin)) as Questions)));
