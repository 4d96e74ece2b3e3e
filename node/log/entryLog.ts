import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { decodeEntry, encodeEntry, entryHash } from '../core/codec/entry.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { LogError, systemCode } from './LogError.ts';
import { decodeRecord, encodeRecord, type LogRecord, recordIndex, recordKey } from './logRecord.ts';
import { openWatermark, type Watermark, type WatermarkFile } from './watermark.ts';

/** The order of events: append-only, hash-chained, durable before it answers (protocol, section 8). */
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
   * Appends entries in order; resolves when all of them are on the disk. Calls made while a sync is under way
   * share the next one.
   * @throws CodecError when an entry has no encoding; LogError LOG_WRITE_FAILED: none of them was acknowledged, and the log takes no more.
   */
  readonly append: (entries: readonly Entry[]) => Promise<readonly LogRecord[]>;
  /** @throws LogError LOG_CORRUPT, LOG_READ_FAILED */
  readonly get: (index: number) => Promise<LogRecord | null>;
  /** Entries from `from` to the end as it is now, in order. */
  readonly read: (from: number) => AsyncGenerator<{ readonly record: LogRecord; readonly entry: Entry }>;
  readonly close: () => Promise<void>;
}

/** What the log needs of Level; narrow, so that tests can put a failing disk underneath. */
export interface RecordStore {
  /** Writes all or nothing, on the disk when it resolves. */
  readonly write: (records: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[]) => Promise<void>;
  readonly get: (key: Uint8Array) => Promise<Uint8Array | undefined>;
  readonly iterate: (from: Uint8Array) => AsyncIterable<[Uint8Array, Uint8Array]>;
  readonly close: () => Promise<void>;
}

export interface EntryLogOptions {
  readonly dir: string;
  readonly hasher: Hasher;
  /** The chain's start; a log of another deployment is refused. */
  readonly domain: bigint;
  /** Sees every entry as it is verified. */
  readonly onEntry?: (entry: Entry, index: number) => void;
  /** Replaces Level. */
  readonly store?: RecordStore;
}

interface Tip {
  length: number;
  chainHash: bigint;
  timeSec: number;
}

/**
 * Opens or creates the log and verifies every entry: canonical bytes, hash, chain, time, no gap, and at least as
 * long as what was acknowledged.
 * @throws LogError LOG_LOCKED, LOG_CORRUPT, LOG_TRUNCATED, LOG_OPEN_FAILED
 */
export const openEntryLog = async (options: EntryLogOptions): Promise<EntryLog> => {
  const store = options.store ?? (await openLevelStore(options.dir));
  let watermark: WatermarkFile | null = null;
  try {
    watermark = await openWatermark(join(options.dir, 'ACKNOWLEDGED')).catch((cause) => {
      throw openFailed(options.dir, cause);
    });
    const tip = await verify(options, store, watermark.last);
    return createLog(options, store, watermark, tip);
  } catch (error) {
    await watermark?.close().catch(() => undefined);
    await store.close();
    throw error;
  }
};

const openLevelStore = async (dir: string): Promise<RecordStore> => {
  try {
    await mkdir(dir, { recursive: true });
  } catch (cause) {
    throw openFailed(dir, cause);
  }
  const level = new Level<Uint8Array, Uint8Array>(join(dir, 'entries'), { keyEncoding: 'view', valueEncoding: 'view' });
  try {
    await level.open();
  } catch (cause) {
    throw openFailed(dir, cause);
  }
  return {
    write: (records) =>
      level.batch(
        records.map(({ key, value }) => ({ type: 'put', key, value })),
        { sync: true },
      ),
    get: (key) => level.get(key),
    iterate: (from) => level.iterator({ gte: from }),
    close: () => level.close(),
  };
};

const openFailed = (dir: string, cause: unknown): LogError => {
  const reason = systemCode(cause);
  if (reason === 'LEVEL_LOCKED') {
    const message = `another process is using ${dir}; stop it, or give this node a data directory of its own`;
    return new LogError('LOG_LOCKED', message, { dir }, cause);
  }
  if (reason === 'LEVEL_CORRUPTION') {
    const message = `the files in ${dir} are damaged; restore the directory from a copy (it was left as it is)`;
    return new LogError('LOG_CORRUPT', message, { dir }, cause);
  }
  const message = `cannot open the log in ${dir} (${reason}); check that the directory is writable and the disk not full`;
  return new LogError('LOG_OPEN_FAILED', message, { dir, reason }, cause);
};

const corrupt = (index: number, what: string, cause?: unknown): LogError =>
  new LogError(
    'LOG_CORRUPT',
    `log entry ${index} ${what}; nothing was changed: restore the data directory from a copy`,
    { index, what },
    cause,
  );

const decodeStrictly = (index: number, bytes: Uint8Array): Entry => {
  try {
    return decodeEntry(bytes);
  } catch (cause) {
    throw corrupt(index, 'is not a canonical entry', cause);
  }
};

const timeAfter = (timeSec: number, entry: Entry): number => (entry.type === 'tick' ? entry.timeSec : timeSec);

const verify = async (options: EntryLogOptions, store: RecordStore, mark: Watermark | null): Promise<Tip> => {
  const tip: Tip = { length: 0, chainHash: options.domain, timeSec: 0 };
  checkMark(tip, mark);
  try {
    for await (const [key, value] of store.iterate(recordKey(0))) {
      const entry = verifyNext(options.hasher, tip, key, value);
      options.onEntry?.(entry, tip.length - 1);
      checkMark(tip, mark);
    }
  } catch (cause) {
    if (cause instanceof LogError) throw cause;
    throw corrupt(tip.length, `cannot be read (${systemCode(cause)})`, cause);
  }
  if (mark !== null && tip.length < mark.count) {
    throw new LogError(
      'LOG_TRUNCATED',
      `the log ends after ${tip.length} entries, but ${mark.count} were acknowledged; restore the data directory from a copy`,
      { length: tip.length, acknowledged: mark.count },
    );
  }
  return tip;
};

const verifyNext = (hasher: Hasher, tip: Tip, key: Uint8Array, value: Uint8Array): Entry => {
  const index = recordIndex(key);
  if (index !== tip.length) throw corrupt(tip.length, 'is missing');
  const stored = decodeRecord(index, value);
  const entry = decodeStrictly(index, stored.bytes);
  const timeSec = timeAfter(tip.timeSec, entry);
  const chainHash = hasher.poseidon([tip.chainHash, entryHash(stored.bytes)]);
  if (stored.chainHash !== chainHash) throw corrupt(index, 'does not follow from the one before (wrong chain hash)');
  if (stored.timeSec !== timeSec) throw corrupt(index, 'carries a wrong time');
  tip.length = index + 1;
  tip.chainHash = chainHash;
  tip.timeSec = timeSec;
  return entry;
};

const checkMark = (tip: Tip, mark: Watermark | null): void => {
  if (mark === null || mark.count !== tip.length || mark.chainHash === tip.chainHash) return;
  if (tip.length === 0) {
    throw new LogError('LOG_FOREIGN', 'this data directory belongs to another deployment; give the node an empty one');
  }
  throw corrupt(tip.length - 1, 'is not the one that was acknowledged');
};

const createLog = (options: EntryLogOptions, store: RecordStore, watermark: WatermarkFile, tip: Tip): EntryLog => {
  interface Waiting {
    readonly records: readonly LogRecord[];
    readonly resolve: (records: readonly LogRecord[]) => void;
    readonly reject: (error: LogError) => void;
  }
  // `tip` is what is durable, `next` what has been handed out: they differ while a sync is under way.
  const next: Tip = { ...tip };
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | null = null;
  let failure: LogError | null = null;
  let closed = false;

  const chain = (entry: Entry, bytes: Uint8Array): LogRecord => {
    const hash = entryHash(bytes);
    next.chainHash = options.hasher.poseidon([next.chainHash, hash]);
    next.timeSec = timeAfter(next.timeSec, entry);
    const index = next.length++;
    return { index, bytes, entryHash: hash, chainHash: next.chainHash, timeSec: next.timeSec };
  };

  // Sets `flushing` back itself: a `finally` would run a turn too late, after the next append has looked at it.
  const flush = async (): Promise<void> => {
    while (waiting.length > 0 && failure === null) {
      const group = waiting;
      waiting = [];
      const records = group.flatMap((each) => each.records);
      const last = records.at(-1);
      if (last === undefined) continue;
      try {
        await store.write(records.map((record) => ({ key: recordKey(record.index), value: encodeRecord(record) })));
        await watermark.write({ count: last.index + 1, chainHash: last.chainHash });
      } catch (cause) {
        failure = writeFailed(options.dir, cause);
        for (const each of [...group, ...waiting]) each.reject(failure);
        waiting = [];
        break;
      }
      tip.length = last.index + 1;
      tip.chainHash = last.chainHash;
      tip.timeSec = last.timeSec;
      for (const each of group) each.resolve(each.records);
    }
    flushing = null;
  };

  const append = async (entries: readonly Entry[]): Promise<readonly LogRecord[]> => {
    if (failure !== null) throw failure;
    if (closed) throw new LogError('LOG_CLOSED', 'the log is closed');
    if (entries.length === 0) return [];
    // All are encoded before the first is chained: an entry that cannot be encoded leaves the chain as it was.
    const encoded = entries.map((entry) => [entry, encodeEntry(entry)] as const);
    const records = encoded.map(([entry, bytes]) => chain(entry, bytes));
    return new Promise((resolve, reject) => {
      waiting.push({ records, resolve, reject });
      flushing ??= flush();
    });
  };

  const toRecord = (index: number, value: Uint8Array): LogRecord => {
    const stored = decodeRecord(index, value);
    return { index, entryHash: entryHash(stored.bytes), ...stored };
  };

  return {
    get length() {
      return tip.length;
    },
    get chainHash() {
      return tip.chainHash;
    },
    get timeSec() {
      return tip.timeSec;
    },
    get failure() {
      return failure;
    },
    append,
    get: async (index) => {
      if (!Number.isSafeInteger(index) || index < 0 || index >= tip.length) return null;
      const value = await store.get(recordKey(index)).catch((cause) => {
        throw readFailed(options.dir, cause);
      });
      if (value === undefined) throw corrupt(index, 'is missing');
      return toRecord(index, value);
    },
    async *read(from) {
      const end = tip.length;
      if (from >= end) return;
      let index = from;
      for await (const [key, value] of store.iterate(recordKey(from))) {
        if (recordIndex(key) !== index) throw corrupt(index, 'is missing');
        const record = toRecord(index, value);
        yield { record, entry: decodeStrictly(index, record.bytes) };
        index += 1;
        if (index === end) return;
      }
      throw corrupt(index, 'is missing');
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await flushing;
      await watermark.close().catch(() => undefined);
      await store.close();
    },
  };
};

const writeFailed = (dir: string, cause: unknown): LogError => {
  const reason = systemCode(cause);
  const message = `cannot write to the log in ${dir} (${reason}); the node accepts nothing more: free space or mend the disk, then restart it`;
  return new LogError('LOG_WRITE_FAILED', message, { dir, reason }, cause);
};

const readFailed = (dir: string, cause: unknown): LogError =>
  new LogError('LOG_READ_FAILED', `cannot read the log in ${dir} (${systemCode(cause)})`, { dir }, cause);
