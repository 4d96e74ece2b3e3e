import { readFile } from 'node:fs/promises';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import type { SignatureVerifier } from '../../node/core/crypto/signatureVerifier.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import { PUBLIC_SIGNALS } from '../../node/core/protocol/publicSignals.ts';
import { hashFile } from '../artifacts/contentHash.ts';
import { checkKeyFile } from '../prove/keyFile.ts';
import type { ProverBackend, VerifyingKey } from '../prove/ProverBackend.ts';
import { encodeProof, type ProofWords } from '../prove/proofEncoding.ts';
import type { calculateWitness } from '../witness/calculateWitness.ts';
import type { ProvedJob, SubmittableProof } from './nodeClient.ts';
import { QueueError } from './QueueError.ts';
import { replayJob } from './replayJob.ts';
import type { RegisteredShape } from './shapeRegistry.ts';

/** A registered shape whose files were found to be the registered ones. */
export interface CheckedShape {
  readonly name: string;
  readonly wasm: string;
  /** Null: the generator's wires are the circuit's. */
  readonly wireMap: string | null;
  /** The generator as a program for the native core; null: there is none. */
  readonly witnessProgram: string | null;
  readonly zkey: string;
  readonly key: VerifyingKey;
}

async function requireHash(path: string, expected: string): Promise<void> {
  const found = await hashFile(path).catch((cause: unknown) => {
    throw new QueueError(
      'REGISTRY_INVALID',
      `${path} is registered but cannot be read: make the artifacts again`,
      { path },
      cause,
    );
  });
  if (found === expected) return;
  const message = `${path} has SHA-256 ${found}, registered is ${expected}: delete it and make the artifacts again`;
  throw new QueueError('REGISTRY_INVALID', message, { path, found, expected });
}

/** @throws ProverError KEY_FILE_*, QueueError REGISTRY_INVALID: the prover must not start */
export async function checkShapes(shapes: readonly RegisteredShape[]): Promise<Map<string, CheckedShape>> {
  const checked = new Map<string, CheckedShape>();
  for (const shape of shapes) {
    const { name, wasm, wasmSha256, wireMap, wireMapSha256, zkey, zkeySha256, vkey, vkeySha256, domainSize } = shape;
    const { witnessProgram, witnessProgramSha256 } = shape;
    await checkKeyFile(zkey, { sha256: zkeySha256, publicSignals: PUBLIC_SIGNALS.length, domainSize });
    await requireHash(wasm, wasmSha256);
    if (wireMap !== null) await requireHash(wireMap, wireMapSha256 ?? '');
    if (witnessProgram !== null) await requireHash(witnessProgram, witnessProgramSha256 ?? '');
    await requireHash(vkey, vkeySha256);
    const key = JSON.parse(await readFile(vkey, 'utf8')) as VerifyingKey;
    checked.set(name, { name, wasm, wireMap, witnessProgram, zkey, key });
  }
  return checked;
}

function toSubmittable([ax, ay, bx1, bx0, by1, by0, cx, cy]: ProofWords): SubmittableProof {
  return {
    a: [ax, ay],
    b: [
      [bx1, bx0],
      [by1, by0],
    ],
    c: [cx, cy],
  };
}

export interface ProveJobOptions {
  readonly hasher: Hasher;
  /** Left out: core's own. */
  readonly verifier?: SignatureVerifier;
  readonly presets: readonly Deployment[];
  readonly shapes: ReadonlyMap<string, CheckedShape>;
  readonly backend: ProverBackend;
  /** Runs a circuit's witness generator; the .wtns bytes. */
  readonly calculateWitness: typeof calculateWitness;
}

/**
 * Replay, witness, proof, and verification before anything is published.
 * @throws what replayJob throws; QueueError SHAPE_UNKNOWN, PROOF_OF_ANOTHER_BATCH, PROOF_DOES_NOT_VERIFY; ProverError
 */
export const createProveJob =
  ({ hasher, verifier, presets, shapes, backend, calculateWitness }: ProveJobOptions) =>
  async (job: string, signal: AbortSignal): Promise<ProvedJob> => {
    const startedMs = Date.now();
    const { shape, input, publicSignals } = replayJob(hasher, presets, job, verifier);
    const files = shapes.get(shape.name);
    if (files === undefined) {
      const message = `no key is registered for shape ${shape.name}: start the prover with its artifacts`;
      throw new QueueError('SHAPE_UNKNOWN', message, { shape: shape.name });
    }
    const witness = await calculateWitness(files, input, signal);
    signal.throwIfAborted();
    const proved = await backend.prove(files.zkey, witness, { signal });
    const expected = publicSignals.map(String);
    if (proved.publicSignals.join() !== expected.join()) {
      const message =
        'a proof states something else than the batch that was replayed: check that circuit and release agree';
      throw new QueueError('PROOF_OF_ANOTHER_BATCH', message, { expected, found: proved.publicSignals });
    }
    if (!(await backend.verify(files.key, proved.publicSignals, proved.proof))) {
      throw new QueueError(
        'PROOF_DOES_NOT_VERIFY',
        'a proof just made does not verify: check the key and the memory',
        {},
      );
    }
    const proof = toSubmittable(encodeProof(proved.proof));
    return { proof, publicSignals, provingMs: Date.now() - startedMs };
  };
