import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { compileCircuit } from '../setup/compile.ts';
import { developmentKey } from '../setup/developmentKeys.ts';
import { calculateWitness } from '../witness/calculateWitness.ts';
import { createSnarkjsBackend } from './snarkjsBackend.ts';
import { readZkeyHeader } from './zkeyHeader.ts';

const SOURCE = `pragma circom 2.2.0;
template Square() { signal input a; signal output b; b <== a * a; }
component main = Square();
`;
const MATRICES = 4;

let directory: string;
let zkey: string;
let witness: Uint8Array;
const backend = createSnarkjsBackend();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-snarkjs-'));
  const store = openArtifactStore();
  const circuit = await compileCircuit({ store, name: 'square', mainSource: { text: SOURCE } });
  zkey = (await developmentKey({ store, name: 'square', r1csPath: circuit.r1cs })).zkey;
  witness = await calculateWitness(circuit, { a: 7n });
});
afterAll(async () => {
  await backend.terminate();
  await rm(directory, { recursive: true, force: true });
});

test('a key that snarkjs cannot work with fails the proof, and not the next one', async () => {
  const torn = join(directory, 'torn.zkey');
  const bytes = await readFile(zkey);
  const matrices = (await readZkeyHeader(zkey)).sections.get(MATRICES);
  if (matrices === undefined) throw new Error('the key has no matrices');
  // The first term's row: far beyond the domain.
  bytes.writeUInt32LE(0x7fff_ffff, matrices.offset + 8);
  await writeFile(torn, bytes);
  await expect(backend.prove(torn, witness)).rejects.toMatchObject({
    code: 'PROVER_FAILED',
    message: expect.stringContaining('Check key and witness'),
  });
  expect((await backend.prove(zkey, witness)).publicSignals).toEqual(['49']);
});
