import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ArtifactStore, openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { loadCore, type NativeCore } from '../../prover/native/core.ts';
import type { Implementation } from '../../prover/native/coreAddon.ts';
import { createNativeBackend } from '../../prover/prove/nativeBackend.ts';
import type { ProverBackend } from '../../prover/prove/ProverBackend.ts';
import { createSnarkjsBackend } from '../../prover/prove/snarkjsBackend.ts';
import type { CompiledCircuit } from '../../prover/setup/compile.ts';
import { developmentKey } from '../../prover/setup/developmentKeys.ts';
import { DEVELOPMENT_SEED, developmentSecrets } from '../../prover/setup/developmentSecrets.ts';
import { writeDevelopmentZkey } from '../../prover/setup/developmentZkey.ts';
import { calculateWitness } from '../../prover/witness/calculateWitness.ts';
import type { CircuitInput } from '../../prover/witness/circuitInput.ts';
import { CHAIN_CHECKS, chainCircuit, chainInput } from './eddsaChain.ts';
import type { Figure } from './figure.ts';
import { medianSeconds, timed } from './timed.ts';

const RUNS = 3;
const THREADS = availableParallelism();
const PROOF_MEMORY = join(import.meta.dirname, 'proofMemory.ts');

/** A chain with all that a proof of it takes. */
interface Chain {
  readonly circuit: CompiledCircuit;
  readonly input: CircuitInput;
  readonly zkey: string;
  readonly witness: Uint8Array;
}

const prepare = async (store: ArtifactStore, checks: number): Promise<Chain> => {
  const circuit = await chainCircuit(store, checks);
  const { zkey } = await developmentKey({ store, name: `eddsa-chain-${checks}`, r1csPath: circuit.r1cs });
  const input = await chainInput(checks);
  return { circuit, input, zkey, witness: await calculateWitness(circuit, input) };
};

const proofSeconds = async (backend: ProverBackend, { witness, zkey }: Chain): Promise<number> => {
  await backend.prove(zkey, witness);
  const seconds = await medianSeconds(RUNS, () => backend.prove(zkey, witness));
  await backend.terminate();
  return seconds;
};

const proofMemoryBytes = async ({ witness, zkey }: Chain): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'straddle-bench-'));
  try {
    const file = join(folder, 'witness.wtns');
    await writeFile(file, witness);
    const { stdout } = await promisify(execFile)(process.execPath, [PROOF_MEMORY, zkey, file]);
    return Number(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const setupSeconds = async ({ circuit }: Chain): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'straddle-bench-'));
  try {
    const secrets = developmentSecrets(circuit.r1csSha256, DEVELOPMENT_SEED);
    const zkey = join(folder, 'bench.insecure-dev.zkey');
    return await medianSeconds(RUNS, () => writeDevelopmentZkey(circuit.r1cs, zkey, secrets));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Median seconds of the core's generator and of circom's WASM. */
const witnessSeconds = async ({ circuit, input }: Chain): Promise<{ readonly core: number; readonly wasm: number }> => {
  const wasm = new Uint8Array(await readFile(circuit.wasm));
  return {
    core: await medianSeconds(RUNS, () => calculateWitness(circuit, input)),
    wasm: (await timed(() => calculateWitness({ wasm }, input))).seconds,
  };
};

const chainFigures = async (core: NativeCore, chain: Chain, goals: boolean): Promise<Figure[]> => {
  const { constraints } = chain.circuit.header;
  const name = `chain of ${constraints.toLocaleString('en-US')} constraints`;
  const goal = (text: string): string => (goals ? text : 'none set');
  const seconds = (what: string, value: number, aim = 'none set'): Figure => ({
    name: `${name}: ${what}`,
    value,
    unit: 's',
    goal: aim,
    better: 'lower',
  });
  const times = (what: string, value: number, aim: string): Figure => ({
    name: `${name}: ${what}`,
    value,
    unit: 'times faster',
    goal: aim,
    better: 'higher',
  });
  const figures: Figure[] = [];
  const snarkjs = await proofSeconds(createSnarkjsBackend(), chain);
  figures.push(seconds(`proof, snarkjs, warm (median of ${RUNS}, ${THREADS} threads)`, snarkjs, 'baseline'));
  const aims: Record<Implementation, string> = { ifma: goal('14'), adx: goal('7'), portable: 'none set' };
  let best = Number.POSITIVE_INFINITY;
  for (const implementation of core.implementations) {
    const proof = await proofSeconds(createNativeBackend(core, { implementation }), chain);
    best = Math.min(best, proof);
    figures.push(
      seconds(`proof, ${implementation} (median of ${RUNS}, ${THREADS} threads)`, proof),
      times(`proof, ${implementation}, against snarkjs`, snarkjs / proof, aims[implementation]),
    );
  }
  const witness = await witnessSeconds(chain);
  const setup = await setupSeconds(chain);
  return [
    ...figures,
    seconds('witness, WASM', witness.wasm, 'baseline'),
    seconds('witness, core', witness.core),
    {
      name: `${name}: witness, part of the proof's time`,
      value: witness.core / best,
      unit: 'of the proof',
      goal: '0.25',
      better: 'lower',
    },
    {
      name: `${name}: peak memory of key and proof`,
      value: (await proofMemoryBytes(chain)) / constraints,
      unit: 'bytes/constraint',
      goal: '900',
      better: 'lower',
    },
    seconds('development setup, core', setup, constraints > 190_000 && constraints < 210_000 ? '4' : 'none set'),
  ];
};

/** The core's prover beside snarkjs, on the same keys and witnesses, in one run. */
export const benchNativeProving = async (): Promise<Figure[]> => {
  const core = loadCore();
  if (core === undefined) return [];
  const store = openArtifactStore();
  const figures: Figure[] = [];
  for (const [size, checks] of Object.entries(CHAIN_CHECKS)) {
    console.error(`  ${checks} signature checks ...`);
    figures.push(...(await chainFigures(core, await prepare(store, checks), size !== 'small')));
  }
  return figures;
};
