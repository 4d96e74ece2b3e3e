import { parentPort, workerData } from 'node:worker_threads';
import type { Bn254Code, GroupName } from './Bn254Arena.ts';
import { FixedBase } from './FixedBase.ts';
import type { PointTask } from './PointPool.ts';

/** Worker thread: turns scalars into multiples of a generator, in shared memory. One table a group, made once. */
const { code, windowBits } = workerData as { readonly code: Bn254Code; readonly windowBits: number };
const bases = new Map<GroupName, Promise<FixedBase>>();

function baseOf(group: GroupName): Promise<FixedBase> {
  const known = bases.get(group) ?? FixedBase.create(code, group, windowBits);
  bases.set(group, known);
  return known;
}

parentPort?.on('message', async ({ group, scalars, points }: PointTask) => {
  (await baseOf(group)).multiply(scalars, points);
  parentPort?.postMessage('done');
});
