import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ArtifactStore } from '../artifacts/artifactStore.ts';
import type { ProverBackend } from './ProverBackend.ts';
import { ProverError } from './ProverError.ts';
import { BN254_R, readZkeyHeader } from './zkeyHeader.ts';

/** Sizes that decide how long a proof takes. */
export interface ProofSize {
  /** Of the witness. */
  readonly wires: number;
  /** Rows of the QAP. */
  readonly domainSize: number;
}

/**
 * Work of one proof, in additions of points of G1 with full scalars: a wire stands in three sums of G1 and one of G2
 * (three times as dear); a row of the domain in one more sum, and its transforms cost about as much again.
 */
export const proofWork = ({ domainSize, wires }: ProofSize): number => 6 * wires + 2 * domainSize;

const speedSchema = z.strictObject({ seconds: z.number().positive(), wires: z.int(), domainSize: z.int() });
const RUNS = 3;
const VALUE_BYTES = 32;
const HEADER_BYTES = 76;
/** Of BN254's scalar field, least significant byte first. */
const MODULUS = Buffer.from(BN254_R.toString(16).padStart(64, '0'), 'hex').reverse();

/**
 * A witness of no statement, as a stopwatch needs it: full values, and a quarter zeros, in a fixed order that looks
 * random. That is what a batch's witness has (74% and 23%; most of it is Poseidon's, in unused rows as well).
 */
export function sampleWitness(wires: number): Uint8Array {
  const bytes = Buffer.alloc(HEADER_BYTES + VALUE_BYTES * wires);
  bytes.write('wtns');
  // Version 2, two sections; the first is 40 bytes long: bytes of a value, the modulus, the number of values.
  for (const [i, word] of [2, 2, 1, 40, 0, VALUE_BYTES].entries()) bytes.writeUInt32LE(word, 4 + 4 * i);
  bytes.set(MODULUS, 28);
  bytes.writeUInt32LE(wires, 60);
  bytes.writeUInt32LE(2, 64);
  bytes.writeBigUInt64LE(BigInt(VALUE_BYTES * wires), 68);
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  for (let wire = 0; wire < wires; wire++) {
    const at = HEADER_BYTES + VALUE_BYTES * wire;
    if (wire === 0) bytes[at] = 1;
    else if ((next() >>> 16) % 4 > 0) {
      for (let word = 0; word < VALUE_BYTES; word += 4) bytes.writeUInt32LE(next(), at + word);
      // 248 bits: below the modulus.
      bytes[at + VALUE_BYTES - 1] = 0;
    }
  }
  return bytes;
}

/**
 * Seconds that a proof of another size would take here, from proofs with a key that is at hand. Measured once per machine,
 * key and backend, and kept in the store.
 *
 * @param machine whatever tells this machine and this backend from others
 * @throws ProverError; ArtifactError
 */
export async function estimateProvingSec(options: {
  readonly store: ArtifactStore;
  readonly prove: ProverBackend['prove'];
  readonly key: { readonly zkey: string; readonly zkeySha256: string };
  readonly machine: string;
  readonly of: ProofSize;
  readonly signal?: AbortSignal;
}): Promise<number> {
  const { key, machine, of, prove, signal, store } = options;
  const artifact = await store.build({
    step: 'proving-speed',
    inputs: { machine, zkey: key.zkeySha256 },
    expects: ['speed.json'],
    signal,
    run: async (directory, onProgress) => {
      onProgress({ step: "measuring the prover's speed" });
      const { domainSize, wires } = await readZkeyHeader(key.zkey);
      const witness = sampleWitness(wires);
      const seconds = await fastest(() => proveAnything(prove, key.zkey, witness, signal));
      await writeFile(join(directory, 'speed.json'), JSON.stringify({ seconds, wires, domainSize }));
    },
  });
  const speed = speedSchema.parse(JSON.parse(await readFile(artifact.path('speed.json'), 'utf8')));
  return (speed.seconds * proofWork(of)) / proofWork(speed);
}

/** A backend that verifies its proofs refuses this one, when all the work is done. */
async function proveAnything(
  prove: ProverBackend['prove'],
  zkey: string,
  witness: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await prove(zkey, witness, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!(error instanceof ProverError) || error.code !== 'PROVER_PROOF_INVALID') throw error;
  }
}

/** The first run also loads the key, and any may share the machine. */
async function fastest(run: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) {
    const startMs = performance.now();
    await run();
    best = Math.min(best, (performance.now() - startMs) / 1000);
  }
  return best;
}
