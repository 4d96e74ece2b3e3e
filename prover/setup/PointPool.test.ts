import { afterEach, expect, test } from 'vitest';
import { POINT_BYTES } from './Bn254Arena.ts';
import { buildBn254Code } from './bn254Code.ts';
import { PointPool } from './PointPool.ts';

const WINDOW_BITS = 4;
const pools: PointPool[] = [];
const open = (code: Uint8Array, generators = { g1: 0, g2: 0 }): PointPool => {
  const pool = new PointPool({ code, generators }, WINDOW_BITS);
  pools.push(pool);
  return pool;
};
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.terminate())));

const scalars = (...values: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(32 * values.length);
  for (const [i, value] of values.entries()) bytes[32 * i] = value;
  return bytes;
};

test('gives the multiples of the generator, in order', async () => {
  const { code, generators } = await buildBn254Code();
  const pool = open(code, generators);
  const [points, once] = [await pool.multiply('g1', scalars(1, 2, 1)), await pool.multiply('g1', scalars(1))];
  const pointAt = (i: number): Uint8Array => points.subarray(i * POINT_BYTES.g1, (i + 1) * POINT_BYTES.g1);
  expect([pointAt(0), pointAt(2)]).toEqual([once, once]);
  expect(pointAt(1)).not.toEqual(once);
});

test('a worker that dies fails what is under way, what waits, and what comes later', async () => {
  const pool = open(Uint8Array.of(0, 1, 2, 3));
  const failed = { code: 'SETUP_WORKER_FAILED', cause: expect.objectContaining({ name: 'CompileError' }) };
  const many = new Uint8Array(32 * 2048 * 20);
  await expect(pool.multiply('g1', many)).rejects.toMatchObject(failed);
  await expect(pool.multiply('g2', scalars(3))).rejects.toMatchObject(failed);
});
