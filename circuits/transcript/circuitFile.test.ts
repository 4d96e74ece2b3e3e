import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { readCircuitFile } from './circuitFile.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-circuit-file-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const uint32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
const field = (value: bigint): number[] =>
  Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
const section = (type: number, bytes: readonly number[]): number[] => [
  ...uint32(type),
  ...uint32(bytes.length),
  ...uint32(0),
  ...bytes,
];
const term = (wire: number, coefficient: bigint): number[] => [...uint32(1), ...uint32(wire), ...field(coefficient)];

/** 2 * a = b, over the field of `prime`: three wires, of which b is public and a an input. */
const circuit = (prime = FIELD_PRIME, sections = 2): number[] => {
  const counts = [3, 1, 0, 1].flatMap(uint32);
  const header = [...uint32(32), ...field(prime), ...counts, ...uint32(4), ...uint32(0), ...uint32(1)];
  const constraint = [...term(2, 2n), ...term(0, 1n), ...term(1, 1n)];
  const both = [section(1, header), section(2, constraint)].slice(0, sections);
  return [...'r1cs'].map((letter) => letter.charCodeAt(0)).concat(uint32(1), uint32(sections), both.flat());
};

const read = async (bytes: readonly number[]) => {
  const [r1cs, sym] = [join(directory, 'c.r1cs'), join(directory, 'c.sym')];
  await writeFile(r1cs, Uint8Array.from(bytes));
  await writeFile(sym, '1,1,0,main.b\n2,2,0,main.a\n3,2,0,main.inner.a\n');
  return readCircuitFile(r1cs, sym);
};

it('reads constraints and the first name of each wire', async () => {
  const file = await read(circuit());
  expect(file).toMatchObject({ constraints: 1, coefficients: [2n, 1n], names: ['', 'main.b', 'main.a'] });
  expect([...file.wireOf]).toEqual([2, 0, 1]);
  expect([...file.coefficientOf]).toEqual([0, 1, 1]);
});

it('refuses what is no circuit, of another field, without constraints, or cut anywhere', async () => {
  const refused = { code: 'TRANSCRIPT_FILE_INVALID' };
  await expect(read([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])).rejects.toMatchObject(refused);
  await expect(read(circuit(FIELD_PRIME - 2n))).rejects.toMatchObject(refused);
  await expect(read(circuit(FIELD_PRIME, 1))).rejects.toMatchObject(refused);
  const whole = circuit();
  for (let length = 0; length < whole.length; length += 5) {
    await expect(read(whole.slice(0, length)), `${length} bytes`).rejects.toMatchObject(refused);
  }
});
