import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CompiledContracts, compileContracts } from '../../contracts/compile.ts';
import { openArtifactStore, type ProgressListener } from '../../prover/artifacts/artifactStore.ts';
import { hashFile } from '../../prover/artifacts/contentHash.ts';
import type { VerificationKey } from '../../prover/prove/groth16.ts';
import { readZkeyHeader } from '../../prover/prove/zkeyHeader.ts';
import type { RegisteredShape } from '../../prover/queue/shapeRegistry.ts';
import { shapeArtifacts } from '../../prover/setup/shapeArtifacts.ts';
import { DEVELOPMENT_PRESET } from '../core/presets.ts';

/** Everything that is built once and then found in the cache. */
export interface Prepared {
  readonly contracts: CompiledContracts;
  readonly shapes: readonly { readonly id: number; readonly verificationKey: VerificationKey }[];
  /** The prover's registry of shapes, written to the data directory. */
  readonly registryPath: string;
}

/**
 * Compiles circuits and contracts and makes development keys (insecure: their secrets are known), or finds all of it in
 * the cache.
 *
 * @throws ArtifactError, SetupError, ContractError
 */
export async function prepare(
  dataDir: string,
  onProgress: ProgressListener,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<Prepared> {
  const store = openArtifactStore({ onProgress, log });
  const contracts = await compileContracts({ store, signal });
  const registry: RegisteredShape[] = [];
  const shapes: { id: number; verificationKey: VerificationKey }[] = [];
  for (const shape of DEVELOPMENT_PRESET.shapes) {
    const { circuit, key } = await shapeArtifacts(store, DEVELOPMENT_PRESET, shape, signal);
    registry.push({
      name: shape.name,
      columns: DEVELOPMENT_PRESET.columns,
      wasm: circuit.wasm,
      wasmSha256: await hashFile(circuit.wasm),
      wireMap: circuit.wireMap,
      wireMapSha256: circuit.wireMap === null ? null : await hashFile(circuit.wireMap),
      zkey: key.zkey,
      zkeySha256: key.zkeySha256,
      vkey: key.vkey,
      vkeySha256: key.vkeySha256,
      domainSize: (await readZkeyHeader(key.zkey)).domainSize,
    });
    shapes.push({ id: shape.id, verificationKey: JSON.parse(await readFile(key.vkey, 'utf8')) as VerificationKey });
  }
  const registryPath = join(dataDir, 'shapes.json');
  await mkdir(dataDir, { recursive: true });
  await writeFile(registryPath, `${JSON.stringify(registry, null, 2)}\n`);
  return { contracts, shapes, registryPath };
}
