import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { hexToBytes } from 'viem';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testGenesis } from '../../test/property/testMachine.ts';
import { type Alarm, createAlarms } from '../alarms.ts';
import { ManualClock } from '../clock.fixture.ts';
import { encoded } from '../core/codec/entry.ts';
import { intentMessage } from '../core/codec/message.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import type { Intent } from '../core/protocol/rows.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { type Cryptography, createCryptography } from '../crypto/cryptography.ts';
import { recordKey } from '../log/logRecord.ts';
import { createReportContent } from '../oracle/reportContent.ts';
import { diskStorage } from '../storage/diskStorage.ts';
import { rebuildTable, spotsOf } from './rebuildTable.ts';
import { openReplica, type Replica } from './replica.ts';

const DOMAIN = 77n;
const NOW = 1_000;
const CALL = { instrument: 0x10001, kind: 'call', expirySec: NOW + 90_000, strike: 29_000_000n } as const;
const GONE = { ...CALL, instrument: 0x10002, strike: 31_000_000n } as const;
const [ALICE, BOB] = [(1 << 20) | 1, (1 << 20) | 2];
const KEY = new Uint8Array(32).fill(7);

let cryptography: Cryptography;
let report: Extract<Entry, { type: 'report' }>;
let dir: string;
let alarms: Alarm[];
let warnings: string[];

beforeAll(async () => {
  cryptography = await createCryptography();
  const content = createReportContent({
    market: 1,
    source: { description: 'still', priceAt: () => 30_000_000n },
    deployment: DEVELOPMENT_PRESET,
    settlementWindowSec: 10,
    hashTable: (table) => riskTableHash(cryptography.hasher, table),
  });
  const inputs = hexToBytes(content(NOW, [CALL, GONE]).inputs);
  report = { type: 'report', timeSec: NOW, inputs, spots: spotsOf(decodeReportInputs(inputs)), signatures: [] };
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-replica-'));
  alarms = [];
  warnings = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (): Promise<Replica> =>
  openReplica({
    storage: diskStorage(dir),
    clock: new ManualClock(NOW * 1000),
    cryptography,
    domain: DOMAIN,
    rules: { deployments: [DEVELOPMENT_PRESET], rebuildTable },
    genesis: testGenesis(DEVELOPMENT_PRESET),
    proving: {
      checkProof: () => Promise.reject(new Error('nothing is proved here')),
      newLeaseId: () => 'none',
      leaseMs: 1000,
      maxAttempts: 3,
    },
    snapshotEveryEntries: 1_000_000,
    alarms: createAlarms((alarm) => alarms.push(alarm)),
    warn: (message) => warnings.push(message),
  });

const feed = async ({ log, apply, batcher }: Replica, entries: readonly Entry[]): Promise<void> => {
  await log.append(entries.map(encoded));
  for (const entry of entries) expect(apply(entry).rejections).toEqual([null]);
  await batcher.idle();
};

const order = (account: number, nonce: number, ratio: 1 | -1): Entry => {
  const intent: Intent = {
    account,
    nonce,
    expirySec: NOW + 3600,
    maxLots: 3,
    maxFeePerLot: 2 ** 23,
    limit: 1_000_000n * BigInt(ratio),
    flags: 0,
    legs: [{ instrument: CALL.instrument, ratio }],
  };
  const { hasher, signer } = cryptography;
  return { type: 'intent', signed: { intent, signature: signer.sign(KEY, intentMessage(hasher, DOMAIN, intent)) } };
};

const opening = (): Entry[] => {
  const { x: keyX, y: keyY } = cryptography.signer.publicKey(KEY);
  const deposit = (index: number, account: number): Entry => ({
    type: 'l1Op',
    index,
    op: { kind: 1, account, amount: 10n ** 11n, owner: 1n, keyX, keyY },
  });
  return [
    { type: 'tick', timeSec: NOW },
    { type: 'list', instruments: [CALL, GONE] },
    report,
    deposit(0, ALICE),
    deposit(1, BOB),
    { type: 'delist', instruments: [GONE.instrument] },
  ];
};
const trade = (nonce: number): Entry[] => [order(ALICE, nonce, -1), order(BOB, nonce, 1), { type: 'seal' }];

/** What a restart must bring back. */
const stateOf = ({ view, log, jobs, reportInForce, wasListed, batcher }: Replica) => ({
  accounts: [view.account(ALICE), view.account(BOB)],
  orders: view.openOrders(ALICE),
  totals: view.totals(),
  counters: view.counters(),
  table: view.riskTable(),
  chainHash: log.chainHash,
  batches: jobs.count(),
  pending: batcher.pending(),
  report: reportInForce(),
  listed: [CALL, GONE, { instrument: 5 }].map(({ instrument }) => wasListed(instrument)),
});

/** A log with a snapshot after 7, one after 10, and three entries behind it; left as a crash would leave it. */
const crashed = async () => {
  const replica = await open();
  await feed(replica, opening());
  await replica.save();
  await feed(replica, trade(1));
  await replica.save();
  await feed(replica, trade(2));
  const state = stateOf(replica);
  await replica.close();
  expect(state).toMatchObject({ batches: 2, pending: 0, listed: [true, true, false], counters: { trades: 2 } });
  return state;
};

const restart = async () => {
  const replica = await open();
  const found = { state: stateOf(replica), replayedFrom: replica.replayedFrom };
  await replica.close();
  return found;
};

const snapshotPaths = async (): Promise<string[]> =>
  (await readdir(join(dir, 'snapshots'))).sort().map((name) => join(dir, 'snapshots', name));

const spoil = async (path: string): Promise<void> => {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
};

/** Changes the last byte of a log entry behind the log's back. */
const spoilEntry = async (index: number): Promise<void> => {
  const encoding = { keyEncoding: 'view', valueEncoding: 'view' } as const;
  const level = new Level<Uint8Array, Uint8Array>(join(dir, 'log', 'entries'), encoding);
  const value = Uint8Array.from((await level.get(recordKey(index))) ?? []);
  value[value.length - 1] = (value.at(-1) ?? 0) ^ 1;
  await level.put(recordKey(index), value);
  await level.close();
};

describe('a restart is where the crash was', () => {
  test('from the newest snapshot and what is behind it', async () => {
    const state = await crashed();
    expect(await restart()).toEqual({ state, replayedFrom: 10 });
    expect([warnings, alarms]).toEqual([[], []]);
  });

  test('from the older snapshot when the newest is damaged', async () => {
    const state = await crashed();
    await spoil((await snapshotPaths()).at(-1) ?? '');
    expect(await restart()).toEqual({ state, replayedFrom: 7 });
    expect(warnings).toEqual([expect.stringContaining('its hash is wrong')]);
  });

  test('from the beginning when none is left', async () => {
    const state = await crashed();
    for (const path of await snapshotPaths()) await spoil(path);
    expect(await restart()).toEqual({ state, replayedFrom: 1 });
    expect(warnings.length).toBe(2);
  });

  test('from before the first batch whose job is gone', async () => {
    const state = await crashed();
    await rm(join(dir, 'jobs'), { recursive: true });
    expect(await restart()).toEqual({ state, replayedFrom: 7 });
    expect(warnings).toEqual([expect.stringContaining('jobs of its batches are missing')]);
  });

  test('a snapshot of another log is passed over', async () => {
    await crashed();
    for (const name of ['log', 'jobs']) await rm(join(dir, name), { recursive: true });
    const other = await open();
    await feed(other, [{ type: 'tick', timeSec: NOW - 1 }, ...opening(), ...trade(1), ...trade(2)]);
    const state = stateOf(other);
    await other.close();
    warnings = [];
    expect(await restart()).toEqual({ state, replayedFrom: 1 });
    expect(warnings).toEqual(Array(2).fill(expect.stringContaining('it is not of this log')));
  });
});

describe('a damaged log', () => {
  test('behind the snapshot stops the start', async () => {
    await crashed();
    await spoilEntry(10);
    await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT', data: { index: 10 } });
    await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT', data: { index: 10 } });
  });

  test('before it is found by the tending node, which goes on', async () => {
    const state = await crashed();
    await spoilEntry(4);
    const replica = await open();
    expect(stateOf(replica)).toEqual(state);
    expect(alarms).toEqual([]);
    await replica.tend();
    expect(alarms).toMatchObject([{ code: 'LOG_CORRUPT', data: { index: 4 } }]);
    await feed(replica, trade(3));
    await replica.close();
  });
});

test('what a machine that threw leaves behind is never saved', async () => {
  const replica = await open();
  await feed(replica, opening());
  const { x: keyX, y: keyY } = cryptography.signer.publicKey(KEY);
  const op = { kind: 1, account: ALICE, amount: 1n, owner: 1n, keyX, keyY } as const;
  const outOfOrder: Entry = { type: 'l1Op', index: 7, op };
  await replica.log.append([encoded(outOfOrder)]);
  expect(() => replica.apply(outOfOrder)).toThrow();
  expect(() => replica.apply({ type: 'seal' })).toThrow('has failed');
  await replica.save();
  await replica.close();
  expect(await snapshotPaths()).toEqual([]);
});

test('a snapshot is made when enough entries have come, and not twice of the same', async () => {
  const replica = await open();
  await feed(replica, opening());
  await replica.tend();
  expect(await snapshotPaths()).toEqual([]);
  await replica.save();
  const [path = ''] = await snapshotPaths();
  await rm(path);
  await replica.save();
  expect(await snapshotPaths()).toEqual([]);
  await replica.close();
});
