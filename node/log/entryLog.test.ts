import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeEntry, entryHash } from '../core/codec/entry.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { createCircomHasher } from '../crypto/circomHasher.ts';
import { openEntryLog, type RecordStore } from './entryLog.ts';
import { encodeRecord, recordKey } from './logRecord.ts';

const DOMAIN = 77n;
let hasher: Hasher;
let dir: string;

const tick = (timeSec: number): Entry => ({ type: 'tick', timeSec });
const SEAL: Entry = { type: 'seal' };
const open = () => openEntryLog({ dir, hasher, domain: DOMAIN });

/** Writes entries and closes. */
const write = async (entries: readonly Entry[]): Promise<void> => {
  const log = await open();
  for (const entry of entries) await log.append([entry]);
  await log.close();
};

/** Opens Level behind the log's back. */
const tamper = async (change: (level: Level<Uint8Array, Uint8Array>) => Promise<void>): Promise<void> => {
  const level = new Level<Uint8Array, Uint8Array>(join(dir, 'entries'), { keyEncoding: 'view', valueEncoding: 'view' });
  await level.open();
  await change(level);
  await level.close();
};

const chainOf = (entries: readonly Entry[]): bigint =>
  entries.reduce((chain, entry) => hasher.poseidon([chain, entryHash(encodeEntry(entry))]), DOMAIN);

const writeAheadFile = async (): Promise<string> => {
  const names = (await readdir(join(dir, 'entries'))).filter((name) => /^\d+\.log$/.test(name)).sort();
  return join(dir, 'entries', names.at(-1) ?? '');
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
    const [first, second] = await Promise.all([log.append(entries.slice(0, 3)), log.append(entries.slice(3))]);
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
    await again.append([SEAL]);
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
    const opening = openEntryLog({ dir: join(dir, 'file'), hasher, domain: DOMAIN });
    await expect(opening).rejects.toMatchObject({
      code: 'LOG_OPEN_FAILED',
      message: expect.stringContaining('writable'),
    });
  });
});

describe('a damaged log is refused, and refused again', () => {
  const refused = async (code: string): Promise<void> => {
    await expect(open()).rejects.toMatchObject({ code });
    await expect(open()).rejects.toMatchObject({ code });
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
    await expect(open()).rejects.toMatchObject({ code: expect.stringMatching(/^LOG_(CORRUPT|TRUNCATED)$/) });
  });

  test('the data of another deployment', async () => {
    await write([tick(1)]);
    await expect(openEntryLog({ dir, hasher, domain: 78n })).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  });
});

test('a torn tail that was never acknowledged is dropped and the log goes on', async () => {
  await write([tick(1), SEAL]);
  const acknowledged = await readFile(join(dir, 'ACKNOWLEDGED'));
  await write([tick(2)]);
  const path = await writeAheadFile();
  await truncate(path, (await readFile(path)).length - 5);
  // As after a kill between the write and its acknowledgement.
  await writeFile(join(dir, 'ACKNOWLEDGED'), acknowledged);
  const log = await open();
  expect(log.length).toBe(2);
  await log.append([tick(4)]);
  await log.close();
  expect((await open().then(async (again) => [again.length, await again.close()]))[0]).toBe(3);
});

test('a torn watermark slot leaves the other one', async () => {
  await write([tick(1), SEAL]);
  const bytes = await readFile(join(dir, 'ACKNOWLEDGED'));
  const newer = (bytes.readBigUInt64BE(0) > bytes.readBigUInt64BE(128) ? 0 : 128) + 3;
  bytes[newer] = (bytes[newer] ?? 0) ^ 1;
  await writeFile(join(dir, 'ACKNOWLEDGED'), bytes);
  const log = await open();
  expect(log.length).toBe(2);
  await log.close();
});

test('a disk error rejects what was not written, and everything after it', async () => {
  let full = false;
  const written: Uint8Array[] = [];
  const store: RecordStore = {
    write: async (records) => {
      if (full) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      written.push(...records.map(({ value }) => value));
    },
    get: async () => undefined,
    iterate: async function* () {},
    close: async () => undefined,
  };
  const log = await openEntryLog({ dir, hasher, domain: DOMAIN, store });
  await log.append([tick(1)]);
  full = true;
  const refused = [log.append([SEAL]), log.append([SEAL])];
  for (const each of refused)
    await expect(each).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED', data: { reason: 'ENOSPC' } });
  full = false;
  await expect(log.append([SEAL])).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' });
  expect([log.length, written.length]).toEqual([1, 1]);
  await log.close();
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
    const seed = Date.now() % 100_000;
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
