import { expect, test } from 'vitest';
import { createLane } from './lane.ts';

test('what is handed in runs one after another, in order; a failure is its own', async () => {
  const lane = createLane();
  const steps: string[] = [];
  const slow = lane.run(async () => {
    steps.push('slow begins');
    await new Promise<void>((resolve) => setImmediate(resolve));
    steps.push('slow ends');
  });
  const failing = lane.run(async () => {
    steps.push('failing');
    throw new Error('no');
  });
  const last = lane.run(async () => steps.push('last'));
  await expect(failing).rejects.toThrow('no');
  await Promise.all([slow, last, lane.idle()]);
  expect(steps).toEqual(['slow begins', 'slow ends', 'failing', 'last']);
});
