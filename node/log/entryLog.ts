import type { Clock } from '../clock.ts';
import { decodeEntry, type EncodedEntry, entryHash, entryHashes } from '../core/codec/entry.ts';
import { type Hasher, hashMany } from '../core/crypto/hasher.ts';
import type { Head } from '../core/heads/head.ts';
import { buildHeadTree, type HeadTree, MAX_GROUP_ENTRIES } from '../core/heads/headTree.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { createHashChain, type HashChain } from '../crypto/hashChain.ts';
import type { Change, Storage, Table } from '../storage/storage.ts';
import { groupEpoch } from './groupEpoch.ts';
import { decodeHeadRow, encodeHeadRow, type HeadRow, headIndex, headKey } from './headRow.ts';
import { corrupt, LogError, openFailed, readFailed, writeFailed } from './LogError.ts';
import { decodeRecord, encodeRecord, LAST_KEY, type LogRecord, recordIndex, recordKey } from './logRecord.ts';
import { openWatermark, type Watermark, type WatermarkFile } from './watermark.ts';

/**
 * The order of events: append-only, hash-chained, durable before it answers (protocol, section 8).
 *
 * Whatever is read is verified as it is read: canonical bytes, its hash chained to the entry before, its time, no gap. Opening looks
 * at both ends alone; who replays the log verifies what it replays, and `node/replica/logCheck.ts` the rest in the background.
 */
export interface EntryLog {
  /** Number of entries, all durable. */
  readonly length: number;
  /** Chain hash of the last entry; the domain when empty. */
  readonly chainHash: bigint;
  /** Time of the last tick, 0 before the first. */
  readonly timeSec: number;
  /** Set once the disk has refused an append; from then on every append fails with it. */
  readonly failure: LogError | null;
  /**
   * Appends entries, MAX_GROUP_ENTRIES at most, in order with one synced write; resolves when all of them are on the disk: a group,
   * under one head. One call at a time: the sequencer groups what waits. Null: there were none. An epoch entry must begin its group, and
   * a genesis entry be the log's first, alone (groupEpoch.ts).
   * @throws LogError LOG_WRITE_FAILED: none of them was acknowledged, and the log takes no more.
   */
  readonly append: (entries: readonly EncodedEntry[]) => Promise<AppendedGroup | null>;
  /** Keeps a head's signature with the next write. */
  readonly keepSignature: (head: Pick<Head, 'epoch' | 'first' | 'last' | 'timeSec'>, signature: Uint8Array) => void;
  /** Of the group that an entry is in; null: there is no such entry. @throws LogError LOG_CORRUPT, LOG_READ_FAILED */
  readonly headRow: (index: number) => Promise<HeadRow | null>;
  /** Null: there is no such entry. @throws LogError LOG_CORRUPT, LOG_READ_FAILED */
  readonly get: (index: number) => Promise<LogRecord | null>;
  /** Entries from `from` to the end as it is now, in order. @throws LogError LOG_CORRUPT, LOG_READ_FAILED */
  readonly read: (from: number) => AsyncGenerator<{ readonly record: LogRecord; readonly entry: Entry }>;
  readonly close: () => Promise<void>;
}

/** A group that is on the disk. */
export interface AppendedGroup {
  readonly records: readonly LogRecord[];
  readonly head: Head;
  readonly tree: HeadTree;
}

export interface EntryLogOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly hasher: Hasher;
  /** What links a group's entries; the hasher, in this thread, when there is none. */
  readonly hashChain?: HashChain;
  /** The chain's start; a log of another deployment is refused. */
  readonly domain: bigint;
}

/** A place in the chain: behind `length` entries. */
interface Tip {
  readonly length: number;
  readonly chainHash: bigint;
  readonly timeSec: number;
}

interface OpenLog {
  readonly where: string;
  readonly hasher: Hasher;
  readonly hashChain: HashChain;
  readonly domain: bigint;
  readonly table: Table;
  readonly watermark: WatermarkFile;
  tip: Tip;
  /** Of the last head; 0 before the first epoch entry. */
  epoch: number;
  /** Signed, and to be kept with the next write. */
  unkept: HeadRow[];
  isAppending: boolean;
  failure: LogError | null;
  closed: boolean;
}

/**
 * Opens or creates the log and checks its ends: its first entry is of this deployment, the last is sound, and it is at least as
 * long as what was acknowledged.
 * @throws LogError LOG_LOCKED, LOG_FOREIGN, LOG_CORRUPT, LOG_TRUNCATED, LOG_OPEN_FAILED
 */
export const openEntryLog = async (options: EntryLogOptions): Promise<EntryLog> => {
  const { storage, clock, hasher, hashChain = createHashChain(hasher), domain } = options;
  const where = storage.name;
  const table = await storage.openTable('log/entries').catch((cause) => {
    throw openFailed(where, cause);
  });
  let watermark: WatermarkFile | null = null;
  try {
    watermark = await openWatermark(storage, clock).catch((cause) => {
      throw openFailed(where, cause);
    });
    const start = { length: 0, chainHash: domain, timeSec: 0 };
    const log = {
      where,
      hasher,
      hashChain,
      domain,
      table,
      watermark,
      tip: start,
      epoch: 0,
      unkept: [],
      isAppending: false,
      failure: null,
      closed: false,
    };
    await findEnd(log);
    await checkMark(log, watermark.last);
    await checkHeads(log);
    return logOver(log);
  } catch (error) {
    await watermark?.close().catch(() => undefined);
    await table.close();
    throw error;
  }
};

const findEnd = async (log: OpenLog): Promise<void> => {
  const key = await log.table.lastKey(LAST_KEY).catch((cause) => {
    throw readFailed(log.where, 0, cause);
  });
  if (key === undefined) return;
  const last = recordIndex(key);
  if (!Number.isSafeInteger(last)) throw corrupt(0, 'is followed by a key that is none of the log');
  const first = decodeRecord(0, await mustGet(log, 0));
  if (first.chainHash !== log.hasher.poseidon([log.domain, entryHash(first.bytes)])) {
    const message = `the log in ${log.where} does not begin at this deployment: give the node an empty data directory, or its own from a copy if the first entry is damaged`;
    throw new LogError('LOG_FOREIGN', message, { where: log.where });
  }
  const record = await getRecord(log, last);
  log.tip = { length: last + 1, chainHash: record.chainHash, timeSec: record.timeSec };
};

const checkMark = async (log: OpenLog, mark: Watermark | null): Promise<void> => {
  if (mark === null || mark.count === 0) return;
  const { length } = log.tip;
  if (length < mark.count) {
    throw new LogError(
      'LOG_TRUNCATED',
      `the log ends after ${length} entries, but ${mark.count} were acknowledged; restore the data directory from a copy`,
      { length, acknowledged: mark.count },
    );
  }
  const record = await getRecord(log, mark.count - 1);
  if (record.chainHash !== mark.chainHash) throw corrupt(mark.count - 1, 'is not the one that was acknowledged');
};

/** Entries and their head come in one write; the genesis entry stands alone under the first. */
const checkHeads = async (log: OpenLog): Promise<void> => {
  const last = log.tip.length - 1;
  if (last < 0) return;
  const row = await headRowOf(log, last);
  if (row?.last !== last) throw corrupt(last, 'is not the last of its head');
  log.epoch = row.epoch;
  const { bytes } = decodeRecord(0, await mustGet(log, 0));
  if (decodeStrictly(0, bytes).type === 'genesis' && (await headRowOf(log, 0))?.last !== 0) {
    throw corrupt(0, 'is a genesis entry that does not stand alone under its head');
  }
};

const logOver = (log: OpenLog): EntryLog => ({
  get length() {
    return log.tip.length;
  },
  get chainHash() {
    return log.tip.chainHash;
  },
  get timeSec() {
    return log.tip.timeSec;
  },
  get failure() {
    return log.failure;
  },
  append: (entries) => append(log, entries),
  keepSignature: ({ epoch, first, last, timeSec }, signature) => {
    log.unkept.push({ epoch, first, last, timeSec, signature });
  },
  headRow: (index) => headRowOf(log, index),
  get: async (index) => {
    if (!Number.isSafeInteger(index) || index < 0 || index >= log.tip.length) return null;
    return getRecord(log, index);
  },
  read: (from) => readEntries(log, from),
  close: async () => {
    if (log.closed) return;
    log.closed = true;
    // Without them the same signatures are made again.
    if (log.failure === null) await log.table.write(unkeptRows(log)).catch(() => undefined);
    await log.watermark.close().catch(() => undefined);
    await log.table.close();
  },
});

const unkeptRows = (log: OpenLog): readonly Change[] =>
  log.unkept.splice(0).map((row) => ({ key: headKey(row.last), value: encodeHeadRow(row) }));

const append = async (log: OpenLog, entries: readonly EncodedEntry[]): Promise<AppendedGroup | null> => {
  if (log.failure !== null) throw log.failure;
  if (log.closed) throw new LogError('LOG_CLOSED', 'the log is closed');
  if (log.isAppending) throw new Error('assertion: two appends to the log at once');
  if (entries.length > MAX_GROUP_ENTRIES) throw new Error(`assertion: ${entries.length} entries in one group`);
  if (entries.length === 0) return null;
  const epoch = groupEpoch(log.tip.length, log.epoch, entries);
  log.isAppending = true;
  try {
    const records = await chain(log, entries);
    return await write(log, epoch, records);
  } finally {
    log.isAppending = false;
  }
};

const write = async (log: OpenLog, epoch: number, records: readonly LogRecord[]): Promise<AppendedGroup> => {
  const last = records.at(-1);
  if (last === undefined) throw new Error('assertion: a group has entries');
  const place = { epoch, first: log.tip.length, last: last.index, timeSec: last.timeSec };
  try {
    const written = log.table.write([
      ...records.map((record) => ({ key: recordKey(record.index), value: encodeRecord(record) })),
      { key: headKey(place.last), value: encodeHeadRow({ ...place, signature: null }) },
      ...unkeptRows(log),
    ]);
    // While the disk works.
    const tree = buildHeadTree(records, log.hasher.keccakMany);
    await written;
    await log.watermark.write({ count: last.index + 1, chainHash: last.chainHash });
    log.tip = { length: last.index + 1, chainHash: last.chainHash, timeSec: last.timeSec };
    log.epoch = epoch;
    return { records, head: { ...place, root: tree.root, chainHash: last.chainHash }, tree };
  } catch (cause) {
    log.failure = writeFailed(log.where, cause);
    throw log.failure;
  }
};

const headRowOf = async (log: OpenLog, index: number): Promise<HeadRow | null> => {
  if (!Number.isSafeInteger(index) || index < 0 || index >= log.tip.length) return null;
  try {
    for await (const [key, value] of log.table.iterate(headKey(index))) {
      const last = headIndex(key);
      if (last === null) break;
      const row = decodeHeadRow(last, value);
      if (row.first > index || last >= log.tip.length) break;
      return log.unkept.find((unkept) => unkept.last === last) ?? row;
    }
  } catch (cause) {
    throw readFailed(log.where, index, cause);
  }
  throw corrupt(index, 'stands under no head');
};

const timeAfter = (timeSec: number, entry: Entry): number => (entry.type === 'tick' ? entry.timeSec : timeSec);

const chain = async (log: OpenLog, entries: readonly EncodedEntry[]): Promise<readonly LogRecord[]> => {
  const { hasher, hashChain, tip } = log;
  let { length, timeSec } = tip;
  const hashes = entryHashes(
    hasher,
    entries.map(({ bytes }) => bytes),
  );
  const links = await hashChain(tip.chainHash, hashes);
  return entries.map(({ entry, bytes }, at) => {
    const [entryHash, chainHash] = [hashes[at], links[at]];
    if (entryHash === undefined || chainHash === undefined) throw new Error('assertion: each entry has its link');
    timeSec = timeAfter(timeSec, entry);
    return { index: length++, bytes, entryHash, chainHash, timeSec };
  });
};

const decodeStrictly = (index: number, bytes: Uint8Array): Entry => {
  try {
    return decodeEntry(bytes);
  } catch (cause) {
    throw corrupt(index, 'is not a canonical entry', cause);
  }
};

interface Verified {
  readonly record: LogRecord;
  readonly entry: Entry;
}

/**
 * Values in the log's order, verified to follow from `tip` and from each other. A link is checked against the hash stored before it,
 * which was checked or is checked here, so that all of them can be hashed at once.
 * @throws LogError LOG_CORRUPT
 */
const verifyNext = (hasher: Hasher, tip: Tip, values: readonly Uint8Array[]): readonly Verified[] => {
  const links: bigint[] = [];
  let { chainHash: before, timeSec } = tip;
  const records = values.map((value, at) => decodeRecord(tip.length + at, value));
  const hashes = entryHashes(
    hasher,
    records.map(({ bytes }) => bytes),
  );
  const verified = records.map((stored, at): Verified => {
    const index = tip.length + at;
    const entry = decodeStrictly(index, stored.bytes);
    const hash = hashes[at] ?? 0n;
    links.push(before, hash);
    timeSec = timeAfter(timeSec, entry);
    if (timeSec !== stored.timeSec) throw corrupt(index, 'carries a wrong time');
    before = stored.chainHash;
    return { record: { index, entryHash: hash, ...stored }, entry };
  });
  hashMany(hasher, 2, links).forEach((chainHash, at) => {
    if (chainHash === verified[at]?.record.chainHash) return;
    throw corrupt(tip.length + at, 'does not follow from the one before (wrong chain hash)');
  });
  return verified;
};

const mustGet = async (log: OpenLog, index: number): Promise<Uint8Array> => {
  const value = await log.table.get(recordKey(index)).catch((cause) => {
    throw readFailed(log.where, index, cause);
  });
  if (value === undefined) throw corrupt(index, 'is missing');
  return value;
};

/** Where the entry of this index begins, as the entry before says. */
const tipAt = async (log: OpenLog, length: number): Promise<Tip> => {
  if (length === 0) return { length, chainHash: log.domain, timeSec: 0 };
  const { chainHash, timeSec } = decodeRecord(length - 1, await mustGet(log, length - 1));
  return { length, chainHash, timeSec };
};

const getRecord = async (log: OpenLog, index: number): Promise<LogRecord> => {
  const [verified] = verifyNext(log.hasher, await tipAt(log, index), [await mustGet(log, index)]);
  if (verified === undefined) throw new Error('assertion: one value gave no record');
  return verified.record;
};

/** Some milliseconds of work: the background check shares the loop with the node. */
const READ_AT_ONCE = 128;

async function* readEntries(log: OpenLog, from: number): AsyncGenerator<Verified> {
  const end = log.tip.length;
  if (from >= end) return;
  let tip = await tipAt(log, from);
  for await (const values of valuesBetween(log, from, end)) {
    const verified = verifyNext(log.hasher, tip, values);
    const last = verified.at(-1)?.record;
    if (last === undefined) throw new Error('assertion: values gave no records');
    yield* verified;
    tip = { length: last.index + 1, chainHash: last.chainHash, timeSec: last.timeSec };
  }
}

/** Stored values from one index to before another, some at a time. @throws LogError if one is missing or cannot be read */
async function* valuesBetween(log: OpenLog, from: number, end: number): AsyncGenerator<readonly Uint8Array[]> {
  let next = from;
  let values: Uint8Array[] = [];
  try {
    for await (const [key, value] of log.table.iterate(recordKey(from))) {
      if (recordIndex(key) !== next) break;
      values.push(value);
      next += 1;
      if (values.length < READ_AT_ONCE && next < end) continue;
      yield values;
      values = [];
      if (next === end) return;
    }
  } catch (cause) {
    throw readFailed(log.where, next, cause);
  }
  throw corrupt(next, 'is missing');
}
