import { beforeAll, describe, expect, test } from 'vitest';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { DEVELOPMENT_PRESET } from '../../node/core/protocol/presets.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import type { Groth16Proof } from '../prove/groth16.ts';
import type { ProverBackend } from '../prove/ProverBackend.ts';
import { type CheckedShape, createProveJob } from './proveJob.ts';
import { replayJob } from './replayJob.ts';
import { exampleJobs } from './testdata/exampleJobs.ts';

const PROOF: Groth16Proof = {
  pi_a: ['1', '2', '1'],
  pi_b: [
    ['3', '4'],
    ['5', '6'],
    ['1', '0'],
  ],
  pi_c: ['7', '8', '1'],
  protocol: 'groth16',
  curve: 'bn128',
};
const KEY = {} as CheckedShape['key'];
const SHAPES = new Map([
  [
    'development',
    { name: 'development', wasm: 'a.wasm', wireMap: null, witnessProgram: null, zkey: 'a.zkey', key: KEY },
  ],
]);

let hasher: Hasher;
let text: string;
let statement: readonly string[];
beforeAll(async () => {
  hasher = await createCircomHasher();
  text = exampleJobs(hasher)[1]?.text ?? '';
  statement = replayJob(hasher, [DEVELOPMENT_PRESET], text).publicSignals.map(String);
});

/** A backend that proves nothing: it says what it is told to, and whether that verifies. */
const prove = (
  signals: readonly string[],
  verifies: boolean,
  shapes = SHAPES,
  signal = new AbortController().signal,
) => {
  const backend: ProverBackend = {
    prove: async () => ({ proof: PROOF, publicSignals: signals }),
    verify: async () => verifies,
    terminate: async () => undefined,
  };
  const presets = [DEVELOPMENT_PRESET];
  return createProveJob({ hasher, presets, shapes, backend, calculateWitness: async () => new Uint8Array() })(
    text,
    signal,
  );
};

test('a verified proof of the replayed batch is handed over in the order of calldata', async () => {
  const { proof, publicSignals } = await prove(statement, true);
  expect(publicSignals.map(String)).toEqual(statement);
  expect(proof).toEqual({
    a: [1n, 2n],
    b: [
      [4n, 3n],
      [6n, 5n],
    ],
    c: [7n, 8n],
  });
});

describe('nothing is handed over', () => {
  test('when the proof does not verify', async () => {
    await expect(prove(statement, false)).rejects.toMatchObject({ code: 'PROOF_DOES_NOT_VERIFY' });
  });

  test('when it states another root', async () => {
    await expect(prove(statement.with(1, '5'), true)).rejects.toMatchObject({ code: 'PROOF_OF_ANOTHER_BATCH' });
  });

  test("when the shape's key is not at hand", async () => {
    await expect(prove(statement, true, new Map())).rejects.toMatchObject({ code: 'SHAPE_UNKNOWN' });
  });

  test('when the lease was lost meanwhile', async () => {
    const signal = AbortSignal.abort(new Error('lease lost'));
    await expect(prove(statement, true, SHAPES, signal)).rejects.toThrow('lease lost');
  });
});
