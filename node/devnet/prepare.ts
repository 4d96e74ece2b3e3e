import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { type CompiledContracts, compileContracts } from '../../contracts/compile.ts';
import { type ArtifactStore, openArtifactStore, type ProgressListener } from '../../prover/artifacts/artifactStore.ts';
import { hashFile } from '../../prover/artifacts/contentHash.ts';
import { coreStatus } from '../../prover/native/core.ts';
import { createBackend } from '../../prover/prove/createBackend.ts';
import type { VerificationKey } from '../../prover/prove/groth16.ts';
import { estimateProvingSec } from '../../prover/prove/provingSpeed.ts';
import { readZkeyHeader } from '../../prover/prove/zkeyHeader.ts';
import type { RegisteredShape } from '../../prover/queue/shapeRegistry.ts';
import { type ShapeArtifacts, shapeArtifacts } from '../../prover/setup/shapeArtifacts.ts';
import { PRESETS, type PresetName, SMALL_SHAPE, STANDARD_PRESET } from '../core/protocol/presets.ts';
import { choosePreset } from './choosePreset.ts';

/** Everything that is built once and then found in the cache. */
export interface Prepared {
  readonly contracts: CompiledContracts;
  readonly preset: PresetName;
  readonly shapes: readonly { readonly id: number; readonly verificationKey: VerificationKey }[];
  /** The prover's registry of shapes, written to the data directory. */
  readonly registryPath: string;
}

export interface PrepareOptions {
  readonly dataDir: string;
  /** Null: what suits the machine (choosePreset.ts). */
  readonly preset: PresetName | null;
  readonly onProgress: ProgressListener;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Size of a standard proof, to be known before its circuit is made. Off by a little is no harm. */
const STANDARD_PROOF = { wires: 700_769, domainSize: 2 ** 20 };

/**
 * Compiles circuits and contracts and makes development keys (insecure: their secrets are known), or finds all of it in
 * the cache.
 *
 * @throws ArtifactError, SetupError (SETUP_CORE_MISSING for a preset that needs the native core), ContractError
 */
export async function prepare({ dataDir, log, onProgress, preset, signal }: PrepareOptions): Promise<Prepared> {
  const store = openArtifactStore({ onProgress, log });
  const contracts = await compileContracts({ store, signal });
  const choice = await choosePreset({
    wanted: preset,
    hasCore: coreStatus().path !== 'none',
    estimateSec: () => estimateStandardSec(store, signal),
  });
  log(`preset ${choice.preset}: ${choice.reason}`);
  const chosen = PRESETS[choice.preset];
  const registry: RegisteredShape[] = [];
  const shapes: { id: number; verificationKey: VerificationKey }[] = [];
  for (const shape of chosen.shapes) {
    const artifacts = await shapeArtifacts(store, chosen, shape, signal);
    registry.push(await registered(artifacts, chosen.columns));
    const { vkey } = artifacts.key;
    shapes.push({ id: shape.id, verificationKey: JSON.parse(await readFile(vkey, 'utf8')) as VerificationKey });
  }
  const registryPath = join(dataDir, 'shapes.json');
  await mkdir(dataDir, { recursive: true });
  await writeFile(registryPath, `${JSON.stringify(registry, null, 2)}\n`);
  return { contracts, preset: choice.preset, shapes, registryPath };
}

/** What the prover is told of a shape's files. */
async function registered({ circuit, key, shape }: ShapeArtifacts, columns: number): Promise<RegisteredShape> {
  return {
    name: shape.name,
    columns,
    wasm: circuit.wasm,
    wasmSha256: await hashFile(circuit.wasm),
    wireMap: circuit.wireMap,
    wireMapSha256: circuit.wireMap === null ? null : await hashFile(circuit.wireMap),
    witnessProgram: circuit.witnessProgram,
    witnessProgramSha256: circuit.witnessProgram === null ? null : await hashFile(circuit.witnessProgram),
    zkey: key.zkey,
    zkeySha256: key.zkeySha256,
    vkey: key.vkey,
    vkeySha256: key.vkeySha256,
    domainSize: (await readZkeyHeader(key.zkey)).domainSize,
  };
}

/** By proofs of the small shape, scaled. */
async function estimateStandardSec(store: ArtifactStore, signal: AbortSignal): Promise<number> {
  const { key } = await shapeArtifacts(store, STANDARD_PRESET, SMALL_SHAPE, signal);
  const status = coreStatus();
  const core = status.path === 'none' ? 'no core' : `${status.implementation} ${await hashFile(status.file)}`;
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} threads, ${core}`;
  const { backend } = createBackend();
  try {
    return await estimateProvingSec({ store, prove: backend.prove, key, machine, of: STANDARD_PROOF, signal });
  } finally {
    await backend.terminate();
  }
}
