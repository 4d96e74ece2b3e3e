import { expect, test } from 'vitest';
import { encodeEntry } from '../core/codec/entry.ts';
import type { Entry } from '../core/protocol/entry.ts';
import type { EntryLog } from '../log/entryLog.ts';
import { LogError } from '../log/LogError.ts';
import type { LogRecord } from '../log/logRecord.ts';
import { type Applied, createSequencer } from './sequencer.ts';

const cancel = (nonce: number): Entry => ({
  type: 'cancel',
  account: 1,
  nonce,
  expirySec: 9,
  signature: { rX: 1n, rY: 2n, s: 3n },
});
const report = (timeSec: number): Entry => ({
  type: 'report',
  timeSec,
  inputs: Uint8Array.of(1),
  spots: [],
  signatures: [],
});
const quote: Entry = { type: 'massQuote', quotes: [] };

/** A log in memory whose writes wait for `sync`. */
const slowLog = () => {
  const groups: (readonly Entry[])[] = [];
  let length = 0;
  let timeSec = 0;
  let release: ((error: LogError | null) => void)[] = [];
  const log: EntryLog = {
    get length() {
      return length;
    },
    get timeSec() {
      return timeSec;
    },
    chainHash: 0n,
    failure: null,
    append: (entries) => {
      groups.push(entries);
      return new Promise((resolve, reject) => {
        release.push((error) => {
          if (error !== null) return reject(error);
          resolve(
            entries.map((entry): LogRecord => {
              if (entry.type === 'tick') timeSec = entry.timeSec;
              return { index: length++, bytes: encodeEntry(entry), entryHash: 0n, chainHash: 0n, timeSec };
            }),
          );
        });
      });
    },
    get: async () => null,
    read: async function* () {},
    close: async () => undefined,
  };
  const sync = async (error: LogError | null = null): Promise<void> => {
    const waiting = release;
    release = [];
    for (const each of waiting) each(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { log, groups, sync };
};

const start = (clock: { sec: number }, maxQueue = 100, keys = new Map([[1, { keyX: 5n, keyY: 6n }]])) => {
  const disk = slowLog();
  const applied: Applied[] = [];
  const failures: unknown[] = [];
  const sequencer = createSequencer({
    log: disk.log,
    apply: (entry) => {
      if (entry.type === 'l1Op') keys.set(entry.op.account, entry.op);
      return { rejections: [null], events: [], sealed: [] };
    },
    keyOf: (account) => keys.get(account) ?? null,
    nowSec: () => clock.sec,
    maxQueue,
    maxGroup: 3,
    maxReportAgeSec: 10,
    onApplied: (one) => applied.push(one),
    onFailure: (error) => failures.push(error),
  });
  return { ...disk, applied, failures, sequencer };
};

test('applies nothing before it is durable, groups what waits, and stamps a tick when time has moved', async () => {
  const clock = { sec: 5 };
  const { sequencer, groups, sync, applied } = start(clock);
  const answers = [1, 2, 3, 4, 5].map((nonce) => sequencer.submit(cancel(nonce)));
  await new Promise((resolve) => setImmediate(resolve));
  expect([groups.length, applied.length]).toEqual([1, 0]);
  await sync();
  expect(applied.map(({ entry }) => entry)).toEqual([{ type: 'tick', timeSec: 5 }, cancel(1)]);
  expect(groups[1]).toEqual([cancel(2), cancel(3), cancel(4)]);
  clock.sec = 3;
  await sync();
  clock.sec = 6;
  await sync();
  const indices = (await Promise.all(answers)).map(({ record }) => record.index);
  expect(indices).toEqual([1, 2, 3, 4, 5]);
  // The clock went back and forth while the group before it was written; time in the log never does.
  expect(groups[2]).toEqual([cancel(5)]);
  const ticking = sequencer.tick();
  await sync();
  await ticking;
  expect(groups[3]).toEqual([{ type: 'tick', timeSec: 6 }]);
});

test('a full queue is busy for users, never for the node itself', async () => {
  const { sequencer, sync } = start({ sec: 0 }, 2);
  const taken = [1, 2, 3].map((nonce) => sequencer.submit(cancel(nonce)));
  await expect(sequencer.submit(cancel(4))).rejects.toMatchObject({ code: 'BUSY' });
  const own = sequencer.submitOwn([{ type: 'seal' }]);
  await sync();
  await sync();
  expect((await Promise.all(taken)).length).toBe(3);
  expect((await own).length).toBe(1);
});

test('matches only on a report of this run that is fresh', async () => {
  const clock = { sec: 100 };
  const { sequencer, sync } = start(clock);
  await expect(sequencer.submit(quote)).rejects.toMatchObject({ code: 'ORACLE_STALE' });
  const reported = sequencer.submitOwn([report(95)]);
  await sync();
  await reported;
  clock.sec = 105;
  const quoted = sequencer.submit(quote);
  await sync();
  expect((await quoted).entry).toEqual(quote);
  clock.sec = 106;
  await expect(sequencer.submit(quote)).rejects.toMatchObject({ code: 'ORACLE_STALE' });
});

test('a disk that fails: all that wait are told, nothing is applied, nothing more is taken', async () => {
  const { sequencer, sync, applied, failures } = start({ sec: 0 });
  const waiting = [1, 2, 3].map((nonce) => sequencer.submit(cancel(nonce)).catch((error: LogError) => error.code));
  await sync(new LogError('LOG_WRITE_FAILED', 'the disk is full'));
  expect(await Promise.all(waiting)).toEqual(['LOG_WRITE_FAILED', 'LOG_WRITE_FAILED', 'LOG_WRITE_FAILED']);
  expect([applied.length, failures.length]).toEqual([0, 1]);
  await expect(sequencer.submit(cancel(4))).rejects.toMatchObject({ code: 'NOT_ACCEPTING' });
});

test('an entry without an encoding is refused and stops nobody', async () => {
  const { sequencer, sync, failures } = start({ sec: 0 });
  await expect(sequencer.submit(cancel(2 ** 32))).rejects.toMatchObject({ code: 'CODEC_FIELD_RANGE' });
  const next = sequencer.submit(cancel(1));
  await sync();
  expect((await next).record.index).toBe(0);
  expect(failures).toEqual([]);
});

test('stopping answers what was taken', async () => {
  const { sequencer, sync } = start({ sec: 0 });
  const taken = [1, 2].map((nonce) => sequencer.submit(cancel(nonce)));
  const stopped = sequencer.stop();
  await expect(sequencer.submit(cancel(3))).rejects.toMatchObject({ code: 'NOT_ACCEPTING' });
  await sync();
  await sync();
  await stopped;
  expect((await Promise.all(taken)).length).toBe(2);
});

test('what was signed with a key that changes on the way to the log is refused, and only that', async () => {
  const { sequencer, sync, applied } = start({ sec: 0 });
  const op = { kind: 3, account: 1, amount: 0n, owner: 7n, keyX: 8n, keyY: 9n } as const;
  const before = sequencer.submit(cancel(1));
  const change = sequencer.submitOwn([{ type: 'l1Op', index: 0, op }]);
  const overtaken = sequencer.submit(cancel(2));
  const refused = expect(overtaken).rejects.toMatchObject({ code: 'KEY_CHANGED' });
  for (let turn = 0; turn < 4; turn++) await sync();
  await Promise.all([before, change, refused]);
  const after = sequencer.submit(cancel(3));
  await sync();
  await after;
  expect(applied.map(({ entry }) => (entry.type === 'cancel' ? entry.nonce : entry.type))).toEqual([1, 'l1Op', 3]);
});
