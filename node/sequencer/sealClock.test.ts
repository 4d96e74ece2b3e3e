import { expect, test } from 'vitest';
import { ManualClock } from '../clock.fixture.ts';
import type { OpenBatchView } from '../core/machine/machineView.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { sealIfOld } from './sealClock.ts';

const start = (timeSec: number | null) => {
  const submitted: Entry[] = [];
  const clock = new ManualClock(100_000);
  const openBatch = (): OpenBatchView => ({
    batchNumber: 0,
    timeSec,
    l1Ops: [],
    withdrawals: 0,
    trades: 1,
    settlements: 0,
    accounts: 2,
  });
  const sequencer = {
    submitOwn: async (entries: readonly Entry[]) => {
      submitted.push(...entries);
      return [];
    },
  };
  return { submitted, clock, step: () => sealIfOld({ clock, view: { openBatch }, sequencer, maxAgeMs: 30_000 }) };
};

test('seals when the first row is old enough, not a millisecond before', async () => {
  const { clock, step, submitted } = start(90);
  await clock.advance(19_999);
  expect(await step()).toBe(false);
  expect(submitted).toEqual([]);
  await clock.advance(1);
  expect(await step()).toBe(true);
  expect(submitted).toEqual([{ type: 'seal' }]);
});

test('a batch without rows is never sealed', async () => {
  const { clock, step, submitted } = start(null);
  await clock.advance(10_000_000);
  expect(await step()).toBe(false);
  expect(submitted).toEqual([]);
});
