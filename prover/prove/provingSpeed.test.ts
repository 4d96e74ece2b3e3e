import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wtns } from 'snarkjs';
import { afterAll, expect, test } from 'vitest';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { compileCircuit } from '../setup/compile.ts';
import { developmentKey } from '../setup/developmentKeys.ts';
import { estimateProvingSec, proofWork, sampleWitness } from './provingSpeed.ts';
import { BN254_R } from './zkeyHeader.ts';

const directory = mkdtempSync(join(tmpdir(), 'straddle-speed-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('the sample is a witness: one, then a quarter zeros and values in the field', async () => {
  const path = join(directory, 'sample.wtns');
  writeFileSync(path, sampleWitness(4000));
  const values = await wtns.exportJson(path);
  expect(values).toHaveLength(4000);
  expect(values[0]).toBe(1n);
  expect(values.every((value) => value >= 0n && value < BN254_R)).toBe(true);
  const zeros = values.filter((value) => value === 0n).length;
  expect(zeros).toBeGreaterThan(800);
  expect(zeros).toBeLessThan(1200);
  expect(new Set(values).size).toBe(4000 - zeros + 1);
});

test('one measurement for a machine and a key, scaled by the work', async () => {
  const store = openArtifactStore({ root: join(directory, 'store') });
  const text =
    'pragma circom 2.1.9; template T() { signal input x; signal output y; y <== x * x; } component main = T();';
  const circuit = await compileCircuit({ store, name: 'square', mainSource: { text } });
  const key = await developmentKey({ store, name: 'square', r1csPath: circuit.r1cs });
  let proofs = 0;
  const prove = async (zkey: string, witness: string | Uint8Array) => {
    expect([zkey, witness]).toEqual([key.zkey, sampleWitness(3)]);
    proofs += 1;
    return {} as never;
  };
  const own = { wires: circuit.header.wires, domainSize: circuit.domainSize };
  const options = { store, prove, key, machine: 'slow' };
  const seconds = await estimateProvingSec({ ...options, of: own });
  const larger = await estimateProvingSec({ ...options, of: { wires: 300, domainSize: 512 } });
  expect(proofs).toBe(3);
  expect(larger / seconds).toBeCloseTo((6 * 300 + 2 * 512) / proofWork(own), 9);
  await estimateProvingSec({ ...options, of: own, machine: 'other' });
  expect(proofs).toBe(6);
});
