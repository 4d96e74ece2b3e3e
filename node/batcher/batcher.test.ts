import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataPoint, dataValue } from '../core/codec/words.ts';
import type { AccountRecord } from '../core/ledger/account.ts';
import type { SealedBatch } from '../core/machine/sealedBatch.ts';
import { DEVELOPMENT_SHAPE } from '../core/protocol/presets.ts';
import type { LogRecord } from '../log/logRecord.ts';
import { createAlarms } from '../sequencer/alarms.ts';
import { createBatcher } from './batcher.ts';
import type { BatchLedger } from './batchLedger.ts';
import { openJobStore } from './jobStore.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-jobs-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const ALICE: AccountRecord = { keyX: 1n, keyY: 2n, owner: 3n, cash: 4n, positions: [], slots: new Map() };

const sealed = (batchNumber: number, before: AccountRecord | null = ALICE): SealedBatch => ({
  batchNumber,
  timeSec: 100 + batchNumber,
  rows: { batchNumber, l1Ops: [], withdrawals: [], trades: [], settlements: [] },
  authorisations: { withdrawals: [], trades: [] },
  riskTable: [],
  reportIndex: 1,
  lastEntryIndex: 2,
  accountsBefore: new Map([[7, before]]),
  l1OpIndexBefore: 0,
  feePoolBefore: 0n,
  lastTimeSec: 0,
});

/** Counts roots: 1000 before the first batch, one more after each. */
const countingLedger = (offset = 0n): BatchLedger => {
  let batches = 0;
  return {
    apply: ({ batchNumber }) => {
      batches += 1;
      const root = 1000n + BigInt(batchNumber);
      const roots = { stateRootBefore: root, stateRootAfter: root + 1n + offset };
      const words = [BigInt(batchNumber), 5n];
      return { ...roots, shape: DEVELOPMENT_SHAPE, riskTableHash: 9n, words, accounts: 1, job: `job ${batchNumber}` };
    },
    account: (id) => (id === 7 ? ALICE : null),
    batches: () => batches,
    snapshot: () => new Uint8Array(),
  };
};

const start = async (clock = { ms: 0 }, ledger = countingLedger()) => {
  const jobs = await openJobStore(dir);
  const alarms = createAlarms(() => undefined);
  const record: LogRecord = { index: 1, bytes: new Uint8Array(), entryHash: 1n, chainHash: 77n, timeSec: 100 };
  const entry = { type: 'report', timeSec: 99, inputs: Uint8Array.of(1), spots: [5n], signatures: [] } as const;
  const batcher = await createBatcher({
    genesisRoot: 1000n,
    ledger,
    jobs,
    readEntry: async () => ({ record, entry }),
    pricesOf: (inputs) => [...inputs].map(BigInt),
    alarms,
    leaseMs: 100,
    maxAttempts: 2,
    nowMs: () => clock.ms,
    onChange: () => undefined,
    onProvingSeconds: () => undefined,
  });
  const seal = async (count: number): Promise<void> => {
    for (let number = 0; number < count; number++) batcher.enqueue(sealed(number));
    await batcher.idle();
  };
  const codes = () => alarms.list().map(({ code }) => code);
  return { batcher, jobs, seal, codes };
};

const proofOf = (batchNumber: number) => {
  const words = [BigInt(batchNumber), 5n];
  const point = dataPoint(6n, words);
  const root = 1000n + BigInt(batchNumber);
  const publicSignals = [root, root + 1n, 100n + BigInt(batchNumber), 9n, 6n, point, dataValue(point, words)];
  const proof = {
    a: [1n, 2n],
    b: [
      [1n, 2n],
      [3n, 4n],
    ],
    c: [1n, 2n],
  } as const;
  return { batchNumber, proof, publicSignals, provingMs: 5 };
};

test('a prover is given batches of its own shapes only; one that no prover has is an alarm after a while', async () => {
  const clock = { ms: 0 };
  const { batcher, codes, seal } = await start(clock);
  await seal(1);
  expect(await batcher.leaseJob('small', ['tiny'])).toBeNull();
  expect(codes()).toEqual([]);
  clock.ms = 100;
  expect(await batcher.leaseJob('small', ['tiny'])).toBeNull();
  expect(codes()).toEqual(['NO_PROVER_OF_SHAPE_development']);
  expect((await batcher.leaseJob('other', ['tiny', 'development']))?.batchNumber).toBe(0);
  expect(codes()).toEqual([]);
  expect(await batcher.leaseJob('small', ['tiny'])).toBeNull();
  expect(codes()).toEqual([]);
});

test('a lease that is not renewed goes to another prover; the first proof of a batch counts', async () => {
  const clock = { ms: 0 };
  const { batcher, jobs, seal } = await start(clock);
  await seal(2);
  expect(await batcher.leaseJob('a')).toEqual({ batchNumber: 0, job: 'job 0' });
  expect((await batcher.leaseJob('a'))?.batchNumber).toBe(0);
  expect((await batcher.leaseJob('b'))?.batchNumber).toBe(1);
  expect(await batcher.leaseJob('c')).toBeNull();
  clock.ms = 90;
  expect(batcher.heartbeat('a', 0)).toBe(true);
  clock.ms = 150;
  expect((await batcher.leaseJob('c'))?.batchNumber).toBe(1);
  expect(batcher.heartbeat('b', 1)).toBe(false);
  expect(await batcher.submitProof(proofOf(1))).toBeNull();
  expect(await batcher.submitProof(proofOf(1))).toBeNull();
  expect(await batcher.queue.proved(0)).toBeNull();
  expect(await batcher.queue.proved(1)).toMatchObject({ batchNumber: 1, dataCommit: 6n, logChainHash: 77n });
  await jobs.close();
});

test('a batch that cannot be proved raises an alarm, stays in the way, and gets new attempts after a restart', async () => {
  const first = await start();
  await first.seal(1);
  await first.batcher.reportFailure(0, 'WITNESS', 'no');
  expect(first.codes()).toEqual([]);
  await first.batcher.reportFailure(0, 'WITNESS', 'no');
  expect(first.codes()).toEqual(['BATCH_NOT_PROVABLE_0']);
  expect(await first.batcher.leaseJob('a')).toBeNull();
  first.batcher.enqueue(sealed(1));
  await first.batcher.idle();
  expect((await first.batcher.leaseJob('a'))?.batchNumber).toBe(1);
  await first.jobs.close();

  const second = await start();
  await second.batcher.retryFailed();
  expect((await second.batcher.leaseJob('a'))?.batchNumber).toBe(0);
  expect(await second.batcher.submitProof(proofOf(0))).toBeNull();
  expect((await second.jobs.get(0))?.state).toBe('proved');
  await second.jobs.close();
});

test('a replay finds its batches; one that comes out differently, or an account that differs, stops sealing', async () => {
  const first = await start();
  await first.seal(2);
  await first.batcher.submitProof(proofOf(0));
  await first.jobs.close();

  const same = await start();
  await same.seal(3);
  expect([same.codes(), same.jobs.count(), (await same.jobs.get(0))?.state]).toEqual([[], 3, 'proved']);
  same.batcher.enqueue(sealed(3, { ...ALICE, cash: 5n }));
  same.batcher.enqueue(sealed(4));
  await same.batcher.idle();
  expect([same.codes(), same.jobs.count()]).toEqual([['LEDGER_DIVERGED'], 3]);
  await same.jobs.close();

  const other = await start({ ms: 0 }, countingLedger(1n));
  await other.seal(1);
  expect(other.codes()).toEqual(['LEDGER_DIVERGED']);
  await other.jobs.close();
});

test('acceptance, and its loss in a reorganisation, survive a restart', async () => {
  const first = await start();
  await first.seal(2);
  for (const number of [0, 1]) await first.batcher.submitProof(proofOf(number));
  await first.batcher.queue.markSubmitted([0, 1], '0xab');
  for (const number of [0, 1]) await first.batcher.queue.markAccepted(number, null);
  expect(first.batcher.acceptedCount()).toBe(2);
  await first.batcher.queue.rollBackTo(1);
  await first.jobs.close();

  const second = await start();
  expect(second.batcher.acceptedCount()).toBe(1);
  expect([(await second.jobs.get(0))?.state, (await second.jobs.get(1))?.state]).toEqual(['accepted', 'proved']);
  expect(await second.batcher.queue.submittedBy(1)).toEqual(['0xab']);
  expect(await second.batcher.queue.stateRootAt(0)).toBe(1000n);
  expect(await second.batcher.queue.stateRootAt(2)).toBe(1002n);
  expect(await second.batcher.queue.stateRootAt(3)).toBeNull();
  await second.jobs.close();
});

test('a second process is refused, a damaged record is named', async () => {
  const { jobs } = await start();
  await expect(openJobStore(dir)).rejects.toMatchObject({ code: 'JOBS_LOCKED' });
  await jobs.close();
  const level = new Level<string, string>(dir);
  await level.put(`record!${'0'.repeat(16)}`, '{"batchNumber":0}');
  await level.close();
  const again = await openJobStore(dir);
  await expect(again.get(0)).rejects.toMatchObject({
    code: 'JOBS_CORRUPT',
    message: expect.stringContaining('batch 0'),
  });
  await again.close();
});
