import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskStorage } from '../storage/diskStorage.ts';
import type { Storage } from '../storage/storage.ts';
import type { JobRecord } from './jobRecord.ts';
import { openJobStore } from './jobStore.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-jobs-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const record = (batchNumber: number): JobRecord => ({
  batchNumber,
  state: 'sealed',
  shapeId: 1,
  shapeName: 'development',
  timeSec: 5,
  sealedAtMs: 6,
  stateRootBefore: 2n ** 253n,
  stateRootAfter: 8n,
  riskTableHash: 9n,
  logChainHash: 10n,
  lastEntryIndex: 11,
  words: [12n, 13n],
  counts: { l1Ops: 0, withdrawals: 0, trades: 0, settlements: 0, accounts: 0 },
  report: { time: 4, riskTableHash: 9n, prices: [14n], inputs: '0x01', signatures: ['0x02'] },
  attempts: 0,
  failure: null,
  proof: null,
  txHashes: [],
  acceptance: null,
});

test('batches are appended one after another, and are there after a restart', async () => {
  const first = await openJobStore(diskStorage(dir));
  await first.add(record(0), 'job 0');
  await first.add(record(1), 'job 1');
  await first.update({ ...record(0), attempts: 2 });
  await first.dropJob(0);
  await expect(first.add(record(3), 'job 3')).rejects.toThrow('assertion');
  await first.close();

  const second = await openJobStore(diskStorage(dir));
  expect([second.count(), await second.job(0), await second.job(1), await second.get(2)]).toEqual([
    2,
    null,
    'job 1',
    null,
  ]);
  expect([await second.get(0), await second.get(1)]).toEqual([{ ...record(0), attempts: 2 }, record(1)]);
  await second.close();
});

test('a second process is refused, a damaged record is named', async () => {
  const jobs = await openJobStore(diskStorage(dir));
  await expect(openJobStore(diskStorage(dir))).rejects.toMatchObject({ code: 'JOBS_LOCKED' });
  await jobs.close();
  const level = new Level<string, string>(join(dir, 'jobs'));
  await level.put(`record!${'0'.repeat(16)}`, '{"batchNumber":0}');
  await level.close();
  const again = await openJobStore(diskStorage(dir));
  const damaged = { code: 'JOBS_CORRUPT', message: expect.stringContaining('batch 0') };
  await expect(again.get(0)).rejects.toMatchObject(damaged);
  await again.close();
});

test('a disk that cannot be opened, or not be written, is named', async () => {
  await writeFile(join(dir, 'file'), '');
  const nowhere = openJobStore(diskStorage(join(dir, 'file')));
  await expect(nowhere).rejects.toMatchObject({ code: 'JOBS_OPEN_FAILED' });

  const disk = diskStorage(dir);
  const full: Storage = {
    ...disk,
    openTable: async (name) => ({
      ...(await disk.openTable(name)),
      write: () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
    }),
  };
  const jobs = await openJobStore(full);
  const failed = { code: 'JOBS_WRITE_FAILED', message: expect.stringContaining('ENOSPC') };
  await expect(jobs.add(record(0), 'job')).rejects.toMatchObject(failed);
  await expect(jobs.update(record(0))).rejects.toMatchObject(failed);
  expect(jobs.count()).toBe(0);
  await jobs.close();
});
