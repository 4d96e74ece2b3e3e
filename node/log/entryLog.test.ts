import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM_CLOCK } from '../clock.ts';
import { encoded, encodeEntry, entryHash } from '../core/codec/entry.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import { buildHeadTree } from '../core/heads/headTree.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { createCircomHasher } from '../crypto/circomHasher.ts';
import { diskStorage } from '../storage/diskStorage.ts';
import { storageError } from '../storage/StorageError.ts';
import type { Storage } from '../storage/storage.ts';
import { type EntryLog, openEntryLog } from './entryLog.ts';
import { encodeHeadRow, headKey } from './headRow.ts';
import { encodeRecord, type LogRecord, recordKey } from './logRecord.ts';

const DOMAIN = 77n;
let hasher: Hasher;
let dir: string;

const tick = (timeSec: number): Entry => ({ type: 'tick', timeSec });
const SEAL: Entry = { type: 'seal' };

/** The records of one group. */
const append = async (log: EntryLog, entries: readonly Entry[]): Promise<readonly LogRecord[]> =>
  (await log.append(entries.map(encoded)))?.records ?? [];
const options = (domain = DOMAIN) => ({ storage: diskStorage(dir), clock: SYSTEM_CLOCK, hasher, domain });
const open = () => openEntryLog(options());

/** Opens and reads all of it, as a node without a snapshot does. */
const openAndRead = async (): Promise<EntryLog> => {
  const log = await open();
  try {
    for await (const _ of log.read(0));
  } catch (error) {
    await log.close();
    throw error;
  }
  return log;
};

/** Writes entries and closes. */
const write = async (entries: readonly Entry[]): Promise<void> => {
  const log = await open();
  for (const entry of entries) await append(log, [entry]);
  await log.close();
};

/** Opens Level behind the log's back. */
const tamper = async (change: (level: Level<Uint8Array, Uint8Array>) => Promise<void>): Promise<void> => {
  const level = new Level<Uint8Array, Uint8Array>(join(dir, 'log', 'entries'), {
    keyEncoding: 'view',
    valueEncoding: 'view',
  });
  await level.open();
  await change(level);
  await level.close();
};

const chainOf = (entries: readonly Entry[]): bigint =>
  entries.reduce((chain, entry) => hasher.poseidon([chain, entryHash(encodeEntry(entry))]), DOMAIN);

const writeAheadFile = async (): Promise<string> => {
  const names = (await readdir(join(dir, 'log', 'entries'))).filter((name) => /^\d+\.log$/.test(name)).sort();
  return join(dir, 'log', 'entries', names.at(-1) ?? '');
};

beforeAll(async () => {
  hasher = await createCircomHasher();
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-log-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('a healthy log', () => {
  test('chains from the domain, groups appends, and reads back what was written', async () => {
    const entries = [tick(5), SEAL, tick(9), SEAL];
    const log = await open();
    expect([log.length, log.chainHash, log.timeSec]).toEqual([0, DOMAIN, 0]);
    const first = await append(log, entries.slice(0, 3));
    const second = await append(log, entries.slice(3));
    expect(first.map(({ index, timeSec }) => [index, timeSec])).toEqual([
      [0, 5],
      [1, 5],
      [2, 9],
    ]);
    expect(second[0]?.chainHash).toBe(chainOf(entries));
    await log.close();

    const again = await open();
    expect([again.length, again.chainHash, again.timeSec]).toEqual([4, chainOf(entries), 9]);
    const read: Entry[] = [];
    for await (const { entry } of again.read(1)) read.push(entry);
    expect(read).toEqual(entries.slice(1));
    expect(await again.get(2)).toMatchObject({ index: 2, timeSec: 9, chainHash: chainOf(entries.slice(0, 3)) });
    expect(await again.get(4)).toBeNull();
    await append(again, [SEAL]);
    expect(again.chainHash).toBe(chainOf([...entries, SEAL]));
    await again.close();
  });

  test('a second process is refused', async () => {
    const log = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'LOG_LOCKED',
      message: expect.stringContaining('another process'),
    });
    await log.close();
  });

  test('a folder that is a file is named', async () => {
    await writeFile(join(dir, 'file'), '');
    const opening = openEntryLog({ ...options(), storage: diskStorage(join(dir, 'file')) });
    await expect(opening).rejects.toMatchObject({
      code: 'LOG_OPEN_FAILED',
      message: expect.stringContaining('writable'),
    });
  });
});

describe('a damaged log is refused, and refused again', () => {
  const refused = async (code: string): Promise<void> => {
    await expect(openAndRead()).rejects.toMatchObject({ code });
    await expect(openAndRead()).rejects.toMatchObject({ code });
  };

  test('flipped byte in an entry', async () => {
    await write([tick(1), SEAL, tick(2)]);
    await tamper(async (level) => {
      const value = Uint8Array.from((await level.get(recordKey(1))) ?? []);
      value[value.length - 1] = (value.at(-1) ?? 0) ^ 1;
      await level.put(recordKey(1), value);
    });
    await refused('LOG_CORRUPT');
  });

  test('another well-formed entry in its place, its own chain hash right', async () => {
    await write([tick(1), SEAL]);
    await tamper(async (level) => {
      const bytes = encodeEntry(tick(3));
      const chainHash = hasher.poseidon([chainOf([tick(1)]), entryHash(bytes)]);
      const record = { index: 1, bytes, entryHash: entryHash(bytes), chainHash, timeSec: 3 };
      await level.put(recordKey(1), encodeRecord(record));
    });
    await refused('LOG_CORRUPT');
  });

  test('wrong time beside a right entry', async () => {
    await write([tick(1), SEAL]);
    await tamper(async (level) => {
      const bytes = encodeEntry(tick(1));
      const record = { index: 0, bytes, entryHash: 0n, chainHash: chainOf([tick(1)]), timeSec: 2 };
      await level.put(recordKey(0), encodeRecord(record));
    });
    await refused('LOG_CORRUPT');
  });

  test('missing entry', async () => {
    await write([tick(1), SEAL, tick(2)]);
    await tamper((level) => level.del(recordKey(1)));
    await refused('LOG_CORRUPT');
  });

  test('missing last entries', async () => {
    await write([tick(1), SEAL, tick(2)]);
    await tamper((level) => level.del(recordKey(2)));
    await refused('LOG_TRUNCATED');
  });

  test('a write-ahead file cut inside what was acknowledged', async () => {
    await write([tick(1), SEAL, tick(2)]);
    const path = await writeAheadFile();
    await truncate(path, (await readFile(path)).length - 5);
    await refused('LOG_TRUNCATED');
  });

  test('a flipped byte in the middle of the write-ahead file', async () => {
    await write(Array.from({ length: 50 }, (_, at) => tick(at + 1)));
    const path = await writeAheadFile();
    const bytes = await readFile(path);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 0x10;
    await writeFile(path, bytes);
    await expect(openAndRead()).rejects.toMatchObject({ code: expect.stringMatching(/^LOG_(CORRUPT|TRUNCATED)$/) });
  });

  test('the data of another deployment', async () => {
    await write([tick(1)]);
    await expect(openEntryLog(options(78n))).rejects.toMatchObject({ code: 'LOG_FOREIGN' });
  });
});

test('a log that is closed takes nothing, and says so', async () => {
  const log = await open();
  await log.close();
  await expect(append(log, [SEAL])).rejects.toThrow(expect.objectContaining({ code: 'LOG_CLOSED' }));
});

test('a torn tail that was never acknowledged is dropped and the log goes on', async () => {
  await write([tick(1), SEAL]);
  const acknowledged = await readFile(join(dir, 'log', 'ACKNOWLEDGED'));
  await write([tick(2)]);
  const path = await writeAheadFile();
  await truncate(path, (await readFile(path)).length - 5);
  // As after a kill between the write and its acknowledgement.
  await writeFile(join(dir, 'log', 'ACKNOWLEDGED'), acknowledged);
  const log = await open();
  expect(log.length).toBe(2);
  await append(log, [tick(4)]);
  await log.close();
  expect((await open().then(async (again) => [again.length, await again.close()]))[0]).toBe(3);
});

test('a torn watermark slot leaves the other one', async () => {
  await write([tick(1), SEAL]);
  const bytes = await readFile(join(dir, 'log', 'ACKNOWLEDGED'));
  const newer = (bytes.readBigUInt64BE(0) > bytes.readBigUInt64BE(128) ? 0 : 128) + 3;
  bytes[newer] = (bytes[newer] ?? 0) ^ 1;
  await writeFile(join(dir, 'log', 'ACKNOWLEDGED'), bytes);
  const log = await open();
  expect(log.length).toBe(2);
  await log.close();
});

test('one append at a time: the sequencer is who groups', async () => {
  const log = await open();
  const first = append(log, [tick(1)]);
  await expect(append(log, [SEAL])).rejects.toThrow('two appends');
  await first;
  expect([(await append(log, [SEAL]))[0]?.index, log.length]).toEqual([1, 2]);
  await log.close();
});

test('nothing to append is no group', async () => {
  const log = await open();
  expect(await log.append([])).toBeNull();
  await append(log, [tick(1)]);
  expect([log.length, log.chainHash]).toEqual([1, chainOf([tick(1)])]);
  await log.close();
});

describe('heads', () => {
  const SIGNATURE = new Uint8Array(65).fill(9);
  const placesOf = async (log: EntryLog) =>
    Promise.all(
      [0, 1, 2, 3, 4].map(async (index) => {
        const row = await log.headRow(index);
        return row === null ? null : [row.first, row.last, row.timeSec, row.signature === null ? 'unsigned' : 'signed'];
      }),
    );

  test('a group is what was appended together, also after a restart', async () => {
    const log = await open();
    const first = await log.append([tick(1), SEAL, tick(2)].map(encoded));
    expect(first?.head).toMatchObject({ epoch: 0, first: 0, last: 2, timeSec: 2, chainHash: log.chainHash });
    expect(first?.head.root).toEqual(buildHeadTree(first?.records ?? []).root);
    const second = await log.append([encoded(SEAL)]);
    expect(second?.head).toMatchObject({ first: 3, last: 3, timeSec: 2 });
    const places = await placesOf(log);
    expect(places).toEqual([...Array(3).fill([0, 2, 2, 'unsigned']), [3, 3, 2, 'unsigned'], null]);
    await log.close();
    const again = await open();
    expect(await placesOf(again)).toEqual(places);
    await again.close();
  });

  test('a signature is kept with the next write, or at the end', async () => {
    const log = await open();
    const first = await log.append([tick(1), SEAL].map(encoded));
    if (first === null) throw new Error('nothing appended');
    log.keepSignature(first.head, SIGNATURE);
    expect((await log.headRow(0))?.signature).toEqual(SIGNATURE);
    const second = await log.append([SEAL].map(encoded));
    if (second === null) throw new Error('nothing appended');
    log.keepSignature(second.head, SIGNATURE);
    await log.close();
    const again = await open();
    expect(await placesOf(again)).toEqual([[0, 1, 1, 'signed'], [0, 1, 1, 'signed'], [2, 2, 1, 'signed'], null, null]);
    expect((await again.headRow(2))?.signature).toEqual(SIGNATURE);
    await again.close();
  });

  test.each<[string, (level: Level<Uint8Array, Uint8Array>) => Promise<void>]>([
    ['missing', (level) => level.del(headKey(1))],
    ['of a wrong length', (level) => level.put(headKey(1), new Uint8Array(21))],
    ['that begins after its end', (level) => level.put(headKey(1), new Uint8Array(20).fill(1))],
    [
      'that ends behind the log',
      async (level) => {
        await level.put(headKey(2), (await level.get(headKey(1))) ?? new Uint8Array());
        await level.del(headKey(1));
      },
    ],
  ])('a last head %s: the log is refused', async (_what, change) => {
    const log = await open();
    await append(log, [tick(1), SEAL]);
    await log.close();
    await tamper(change);
    await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  });
});

test('a disk error rejects what was not written, and everything after it', async () => {
  const disk = diskStorage(dir);
  let full = false;
  const storage: Storage = {
    ...disk,
    openTable: async (name) => {
      const table = await disk.openTable(name);
      return {
        ...table,
        write: async (changes) => {
          if (full) throw storageError(name, Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
          await table.write(changes);
        },
      };
    },
  };
  const log = await openEntryLog({ ...options(), storage });
  await append(log, [tick(1)]);
  full = true;
  const failed = { code: 'LOG_WRITE_FAILED', data: { reason: 'ENOSPC' } };
  await expect(append(log, [SEAL])).rejects.toMatchObject(failed);
  full = false;
  await expect(append(log, [SEAL])).rejects.toMatchObject(failed);
  expect([log.length, log.failure?.code]).toEqual([1, 'LOG_WRITE_FAILED']);
  await log.close();
  const again = await openAndRead();
  expect(again.length).toBe(1);
  await again.close();
});

test('a disk that does not give back what it holds is named, with its own code', async () => {
  await write([tick(1), SEAL]);
  const disk = diskStorage(dir);
  let isBroken = false;
  const refuse = (name: string): never => {
    throw storageError(name, Object.assign(new Error('input/output error'), { code: 'EIO' }));
  };
  const storage: Storage = {
    ...disk,
    openTable: async (name) => {
      const table = await disk.openTable(name);
      return {
        ...table,
        get: async (key) => (isBroken ? refuse(name) : table.get(key)),
        lastKey: async (below) => (isBroken ? refuse(name) : table.lastKey(below)),
        iterate: (from) => (isBroken ? refuse(name) : table.iterate(from)),
      };
    },
  };
  const log = await openEntryLog({ ...options(), storage });
  const failed = { code: 'LOG_READ_FAILED', data: { reason: 'EIO' } };
  isBroken = true;
  await expect(log.get(1)).rejects.toMatchObject(failed);
  await expect(log.headRow(1)).rejects.toMatchObject(failed);
  await expect(log.read(0).next()).rejects.toMatchObject(failed);
  isBroken = false;
  expect(await log.get(1)).toMatchObject({ index: 1 });
  await log.close();
  isBroken = true;
  await expect(openEntryLog({ ...options(), storage })).rejects.toMatchObject(failed);
});

describe('a process of its own', () => {
  const FIXTURE = join(import.meta.dirname, 'appendForEver.fixture.ts');

  /** Runs the fixture and returns what it acknowledged last: `index chainHash`. */
  const run = async (prefix: string, until: (lines: readonly string[]) => boolean): Promise<string[]> => {
    const child = spawn('/bin/sh', ['-c', `${prefix} exec "$0" "$@"`, process.execPath, FIXTURE, dir, String(DOMAIN)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = once(child, 'close');
    let text = '';
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (child.exitCode === null && !child.killed && until(text.split('\n'))) child.kill('SIGKILL');
    }
    await gone;
    // What follows the last newline was cut off by the kill.
    return text.split('\n').slice(0, -1);
  };

  const expectKept = async (lines: readonly string[]): Promise<void> => {
    const [index, chainHash] = (lines.at(-1) ?? '').split(' ');
    const log = await open();
    expect(log.length).toBeGreaterThan(Number(index));
    expect((await log.get(Number(index)))?.chainHash).toBe(BigInt(chainHash ?? 0));
    await log.close();
  };

  test('killed with -9 in the middle of appending: nothing acknowledged is lost', async () => {
    const seed = Number(process.env.SEED ?? 1);
    console.log(`seed ${seed}`);
    for (const round of [0, 1, 2]) {
      const stopAt = 20 + ((seed * (round + 7)) % 180);
      await expectKept(await run('', (lines) => lines.length > stopAt));
    }
  });

  test('a disk that is full (a file may not grow): a clear error, nothing acknowledged is lost', async () => {
    const lines = await run('ulimit -f 64;', () => false);
    const last = lines.at(-1) ?? '';
    expect(last).toMatch(/^failed LOG_WRITE_FAILED cannot write to the log .*free space/);
    await expectKept(lines.slice(0, -1));
  });
});

describe('epochs', () => {
  const GENESIS: Entry = {
    type: 'genesis',
    genesis: {
      protocolVersion: 2,
      chainId: 1n,
      exchange: 2n,
      deployment: 'some',
      deploymentHash: 3n,
      makerFeePpm: 0,
      takerFeePpm: 0,
      reportMaxAgeSec: 60,
    },
  };
  const epoch = (number: number): Entry => ({ type: 'epoch', epoch: number, nodeKey: 7n });

  test('a head is of the epoch that its entries stand in, also after a restart', async () => {
    const log = await open();
    const heads: (number | undefined)[] = [];
    const put = async (to: EntryLog, entries: readonly Entry[]) =>
      heads.push((await to.append(entries.map(encoded)))?.head.epoch);
    await put(log, [GENESIS]);
    await put(log, [epoch(1), tick(1)]);
    await put(log, [SEAL]);
    await log.close();
    const again = await open();
    await put(again, [SEAL]);
    await put(again, [epoch(2)]);
    await put(again, [SEAL]);
    expect(heads).toEqual([0, 1, 1, 1, 2, 2]);
    expect((await again.headRow(3))?.epoch).toBe(1);
    expect((await again.headRow(5))?.epoch).toBe(2);
    await again.close();
  });

  test.each<[string, readonly Entry[]]>([
    ['an epoch behind another entry', [SEAL, epoch(1)]],
    ['an epoch out of order', [epoch(2)]],
    ['a genesis with company', [GENESIS, SEAL]],
    ['a genesis behind another entry', [SEAL, GENESIS]],
  ])('no group has %s', async (_what, entries) => {
    const log = await open();
    await expect(log.append(entries.map(encoded))).rejects.toThrow('assertion');
    expect(log.length).toBe(0);
    await log.close();
  });

  test('a second genesis is no entry of a log', async () => {
    const log = await open();
    await append(log, [GENESIS]);
    await expect(append(log, [GENESIS])).rejects.toThrow('assertion');
    await log.close();
  });

  test('a log whose genesis does not stand alone under its head is damaged', async () => {
    await write([GENESIS, SEAL]);
    await tamper(async (level) => {
      await level.del(headKey(0));
      const row = { epoch: 0, first: 0, last: 1, timeSec: 0, signature: null };
      await level.put(headKey(1), encodeHeadRow(row));
    });
    await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT', data: { index: 0 } });
  });
});
