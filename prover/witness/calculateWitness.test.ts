/** What a witness calculation that cannot work says; that it works, and what circuits refuse, is tested on circuits. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCore } from '../native/core.ts';
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
