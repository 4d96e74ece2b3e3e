import { expect, test } from 'vitest';
import { ManualClock } from './clock.fixture.ts';
import { repeat } from './repeat.ts';

test('runs at once, then a pause after the end of each run; a run that throws is told and ends nothing', async () => {
  const clock = new ManualClock(0);
  const startedAtMs: number[] = [];
  const errors: unknown[] = [];
  const job = async (): Promise<void> => {
    startedAtMs.push(clock.nowMs());
    await new Promise<void>((resolve) => {
      clock.after(30, resolve);
    });
    if (startedAtMs.length === 2) throw new Error('the second');
  };
  const { stop } = repeat(clock, 100, job, (error) => errors.push(error));
  await clock.advance(400);
  expect(startedAtMs).toEqual([0, 130, 260, 390]);
  expect(errors).toEqual([new Error('the second')]);

  const stopped = stop();
  await clock.advance(1000);
  await stopped;
  expect(startedAtMs.length).toBe(4);
  expect(clock.waiting).toBe(0);
});
