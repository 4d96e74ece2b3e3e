import { expect, test } from 'vitest';
import { encoded } from '../core/codec/entry.ts';
import { buildHeadTree } from '../core/heads/headTree.ts';
import type { Entry } from '../core/protocol/entry.ts';
import type { AppendedGroup } from '../log/entryLog.ts';
import { LogError } from '../log/LogError.ts';
import type { LogRecord } from '../log/logRecord.ts';
import { createHeads } from './heads.ts';
import { type Applied, createSequencer, type SequencerConfig, type SignedEntry } from './sequencer.ts';

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

const KEY = { keyX: 5n, keyY: 6n };
/** As the intake hands it on, its signatures checked against this key. */
const signed = (entry: Entry, key = KEY): SignedEntry => ({ ...encoded(entry), signers: [{ account: 1, key }] });

/** A log in memory whose writes wait for `sync`. */
const slowLog = () => {
  const groups: (readonly Entry[])[] = [];
  let length = 0;
  let timeSec = 0;
  let release: ((error: LogError | null) => void)[] = [];
  const log: SequencerConfig['log'] = {
    get timeSec() {
      return timeSec;
    },
    append: (entries) => {
      groups.push(entries.map(({ entry }) => entry));
      const appended = (): AppendedGroup => {
        const first = length;
        const records = entries.map(({ entry, bytes }): LogRecord => {
          if (entry.type === 'tick') timeSec = entry.timeSec;
          return { index: length++, bytes, entryHash: 7n, chainHash: 8n, timeSec };
        });
        const tree = buildHeadTree(records);
        const head = { epoch: 1, first, last: length - 1, root: tree.root, chainHash: 8n, timeSec };
        return { records, head, tree };
      };
      return new Promise((resolve, reject) => {
        release.push((error) => (error === null ? resolve(appended()) : reject(error)));
      });
    },
  };
  const sync = async (error: LogError | null = null): Promise<void> => {
    const waiting = release;
    release = [];
    for (const each of waiting) each(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const unused = { headRow: async () => null, get: async () => null, read: async function* () {} };
  return { log, groups, sync, unused };
};

const start = (clock: { sec: number }, maxQueue = 100, keys = new Map([[1, KEY]])) => {
  const disk = slowLog();
  const applied: Applied[] = [];
  const failures: unknown[] = [];
  const signatures: Uint8Array[] = [];
  const sequencer = createSequencer({
    log: disk.log,
    heads: createHeads({
      log: { ...disk.unused, keepSignature: (_, signature) => signatures.push(signature) },
      domain: { chainId: 1n, exchange: 2n },
      signDigest: () => new Uint8Array(65).fill(signatures.length),
    }),
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
  return { ...disk, applied, failures, sequencer, signatures };
};

test('applies nothing before it is durable, groups what waits, and stamps a tick when time has moved', async () => {
  const clock = { sec: 5 };
  const { sequencer, groups, sync, applied } = start(clock);
  const answers = [1, 2, 3, 4, 5].map((nonce) => sequencer.submit(signed(cancel(nonce))));
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
  const taken = [1, 2, 3].map((nonce) => sequencer.submit(signed(cancel(nonce))));
  await expect(sequencer.submit(signed(cancel(4)))).rejects.toMatchObject({ code: 'BUSY' });
  const own = sequencer.submitOwn([{ type: 'seal' }]);
  await sync();
  await sync();
  expect((await Promise.all(taken)).length).toBe(3);
  expect((await own).length).toBe(1);
});

test('matches only on a report of this run that is fresh', async () => {
  const clock = { sec: 100 };
  const { sequencer, sync } = start(clock);
  await expect(sequencer.submit(signed(quote))).rejects.toMatchObject({ code: 'ORACLE_STALE' });
  const reported = sequencer.submitOwn([report(95)]);
  await sync();
  await reported;
  clock.sec = 105;
  const quoted = sequencer.submit(signed(quote));
  await sync();
  expect((await quoted).entry).toEqual(quote);
  clock.sec = 106;
  await expect(sequencer.submit(signed(quote))).rejects.toMatchObject({ code: 'ORACLE_STALE' });
});

test('a disk that fails: all that wait are told, nothing is applied, nothing more is taken', async () => {
  const { sequencer, sync, applied, failures } = start({ sec: 0 });
  const waiting = [1, 2, 3].map((nonce) =>
    sequencer.submit(signed(cancel(nonce))).catch((error: LogError) => error.code),
  );
  await sync(new LogError('LOG_WRITE_FAILED', 'the disk is full'));
  expect(await Promise.all(waiting)).toEqual(['LOG_WRITE_FAILED', 'LOG_WRITE_FAILED', 'LOG_WRITE_FAILED']);
  expect([applied.length, failures.length]).toEqual([0, 1]);
  await expect(sequencer.submit(signed(cancel(4)))).rejects.toMatchObject({ code: 'NOT_ACCEPTING' });
});

test("the node's own entry without an encoding is refused with all beside it, and stops nobody", async () => {
  const { sequencer, sync, failures, groups } = start({ sec: 0 });
  const own = sequencer.submitOwn([{ type: 'seal' }, { type: 'tick', timeSec: 2 ** 40 }]);
  await expect(own).rejects.toMatchObject({ code: 'CODEC_FIELD_RANGE' });
  const next = sequencer.submit(signed(cancel(1)));
  await sync();
  expect((await next).record.index).toBe(0);
  expect([failures, groups.length]).toEqual([[], 1]);
});

test('a group is signed for once, when it is durable, and every entry in it gets its own receipt', async () => {
  const { sequencer, sync, signatures } = start({ sec: 0 });
  const taken = [1, 2, 3, 4].map((nonce) => sequencer.submit(signed(cancel(nonce))));
  await new Promise((resolve) => setImmediate(resolve));
  expect(signatures.length).toBe(0);
  await sync();
  await sync();
  const receipts = (await Promise.all(taken)).map(({ receipt }) => receipt);
  expect(signatures.length).toBe(2);
  expect(receipts.map(({ index, head, path }) => [index, head.first, head.last, path.length])).toEqual([
    [0, 0, 0, 0],
    [1, 1, 3, 2],
    [2, 1, 3, 2],
    [3, 1, 3, 2],
  ]);
});

test('many entries of the node itself stay together and in order, whatever waits', async () => {
  const { sequencer, sync, applied } = start({ sec: 0 });
  const before = sequencer.submit(signed(cancel(1)));
  const own = sequencer.submitOwn(Array.from({ length: 70_000 }, (_, at) => ({ type: 'tick', timeSec: at + 1 })));
  const after = sequencer.submit(signed(cancel(2)));
  for (let turn = 0; turn < 12; turn++) await sync();
  expect((await own).length).toBe(70_000);
  await Promise.all([before, after]);
  const ticks = applied.slice(1, -1).map(({ entry }) => (entry.type === 'tick' ? entry.timeSec : null));
  expect(ticks).toEqual(Array.from({ length: 70_000 }, (_, at) => at + 1));
  expect([applied[0]?.entry, applied.at(-1)?.entry]).toEqual([cancel(1), cancel(2)]);
});

test('stopping answers what was taken', async () => {
  const { sequencer, sync } = start({ sec: 0 });
  const taken = [1, 2].map((nonce) => sequencer.submit(signed(cancel(nonce))));
  const stopped = sequencer.stop();
  await expect(sequencer.submit(signed(cancel(3)))).rejects.toMatchObject({ code: 'NOT_ACCEPTING' });
  await sync();
  await sync();
  await stopped;
  expect((await Promise.all(taken)).length).toBe(2);
});

test('what was signed with a key that changes on the way to the log is refused, and only that', async () => {
  const { sequencer, sync, applied } = start({ sec: 0 });
  const op = { kind: 3, account: 1, amount: 0n, owner: 7n, keyX: 8n, keyY: 9n } as const;
  const before = sequencer.submit(signed(cancel(1)));
  const change = sequencer.submitOwn([{ type: 'l1Op', index: 0, op }]);
  const overtaken = sequencer.submit(signed(cancel(2)));
  const refused = expect(overtaken).rejects.toMatchObject({ code: 'KEY_CHANGED' });
  for (let turn = 0; turn < 4; turn++) await sync();
  await Promise.all([before, change, refused]);
  const after = sequencer.submit(signed(cancel(3), op));
  await sync();
  await after;
  expect(applied.map(({ entry }) => (entry.type === 'cancel' ? entry.nonce : entry.type))).toEqual([1, 'l1Op', 3]);
});

test('an epoch begins a group, before the tick, and stands in it alone', async () => {
  const clock = { sec: 5 };
  const { sequencer, groups, sync } = start(clock);
  const epoch: Entry = { type: 'epoch', epoch: 1, nodeKey: 7n };
  const answers = [sequencer.submitOwn([epoch]), sequencer.submit(signed(cancel(1)))];
  await new Promise((resolve) => setImmediate(resolve));
  await sync();
  clock.sec = 6;
  await sync();
  const later = [sequencer.submit(signed(cancel(2))), sequencer.submit(signed(cancel(3)))];
  await new Promise((resolve) => setImmediate(resolve));
  const second: Entry = { type: 'epoch', epoch: 2, nodeKey: 8n };
  later.push(sequencer.submitOwn([second]).then(([applied]) => applied as Applied));
  for (let round = 0; round < 4; round++) await sync();
  await Promise.all([...answers, ...later]);
  const begins = groups.filter((group) => group.some(({ type }) => type === 'epoch'));
  expect(begins).toEqual([[epoch], [second]]);
});
