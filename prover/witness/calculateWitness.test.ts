/** What a witness calculation that cannot work says; that it works, and what circuits refuse, is tested on circuits. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { loadCore } from '../native/core.ts';
import { compileCircuit } from '../setup/compile.ts';
import { calculateWitness } from './calculateWitness.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-witness-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('a generator that is no WASM cannot be run', async () => {
  const failed = calculateWitness({ wasm: Uint8Array.of(1, 2, 3) }, { a: 1n });
  await expect(failed).rejects.toMatchObject({ name: 'WitnessError', code: 'WITNESS_FAILED' });
});

describe.skipIf(loadCore() === undefined)('with the native core', () => {
  const programOf = async (bytes: Uint8Array): Promise<string> => {
    const path = join(directory, 'circuit.witprog');
    await writeFile(path, bytes);
    return path;
  };

  it('a calculation that is stopped says so, with the reason', async () => {
    const text = 'template Square() { signal input a; signal output b; b <== a * a; } component main = Square();';
    const mainSource = { text: `pragma circom 2.2.0;\n${text}\n` };
    const circuit = await compileCircuit({ store: openArtifactStore(), name: 'square', mainSource });
    expect(await calculateWitness(circuit, { a: 7n })).not.toHaveLength(0);
    const stopped = calculateWitness(circuit, { a: 7n }, AbortSignal.abort('enough'));
    await expect(stopped).rejects.toMatchObject({ code: 'WITNESS_ABORTED', cause: { cause: 'enough' } });
  });

  it('a program that is missing or damaged cannot be run', async () => {
    const wasm = Uint8Array.of();
    const missing = calculateWitness({ wasm, witnessProgram: join(directory, 'none') }, { a: 1n });
    await expect(missing).rejects.toMatchObject({
      code: 'WITNESS_FAILED',
      data: { native: 'WITNESS_PROGRAM_MISSING' },
    });
    const witnessProgram = await programOf(new Uint8Array(100));
    const damaged = calculateWitness({ wasm, witnessProgram }, { a: 1n });
    await expect(damaged).rejects.toMatchObject({
      code: 'WITNESS_FAILED',
      data: { native: 'WITNESS_PROGRAM_DAMAGED' },
    });
  });
});
