import { createHash } from 'node:crypto';
import { chmod, mkdtemp, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { recordedHash } from './recordedHash.ts';

const SIZE = 1024 * 1024;
const OTHER = 'f'.repeat(64);
let directory: string;
/** A file whose last change lies more than two seconds back. */
let settled: string;

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const recordsOf = (name: string): string => join(directory, name);

/** Puts a hash into the file's record that its content does not have: whoever returns it has not read the content. */
async function forge(records: string, changes: object = {}): Promise<void> {
  const [name = ''] = await readdir(records);
  const record = JSON.parse(await readFile(join(records, name), 'utf8'));
  await writeFile(join(records, name), JSON.stringify({ ...record, sha256: OTHER, ...changes }));
}

async function flipByte(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at);
  await file.close();
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-recorded-'));
  settled = join(directory, 'settled');
  await writeFile(settled, Buffer.alloc(SIZE, 7));
  await sleep(2100);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(directory, { recursive: true, force: true }));

it('hashes a file once, and after that trusts its record', async () => {
  const records = recordsOf('once');
  expect(await recordedHash(settled, records)).toBe(hashOf(Buffer.alloc(SIZE, 7)));
  await forge(records);
  expect(await recordedHash(settled, records)).toBe(OTHER);
  expect(((await stat(records)).mode & 0o77).toString(8)).toBe('0');
});

it.each([
  ['is older than a week', { hashedAtMs: Date.now() - 7 * 86_400_000 - 1 }],
  ['comes from the future', { hashedAtMs: Date.now() + 3_600_000 }],
  ['is of another inode', { ino: '1' }],
  ['is of another time', { ctimeNs: '1' }],
  ['does not parse', { sha256: 'x' }],
])('hashes again where the record %s', async (name, changes) => {
  const records = recordsOf(name.replaceAll(' ', '-'));
  await recordedHash(settled, records);
  await forge(records, changes);
  expect(await recordedHash(settled, records)).toBe(hashOf(Buffer.alloc(SIZE, 7)));
});

it('hashes again when told to', async () => {
  const records = recordsOf('always');
  await recordedHash(settled, records);
  await forge(records);
  vi.stubEnv('STRADDLE_VERIFY', 'always');
  expect(await recordedHash(settled, records)).toBe(hashOf(Buffer.alloc(SIZE, 7)));
});

it('keeps no record of a file that has just changed, nor of a small one', async () => {
  const [fresh, small, records] = [join(directory, 'fresh'), join(directory, 'small'), recordsOf('none')];
  await writeFile(fresh, Buffer.alloc(SIZE, 1));
  await writeFile(small, 'a');
  expect(await recordedHash(fresh, records)).toBe(hashOf(Buffer.alloc(SIZE, 1)));
  expect(await recordedHash(small, records)).toBe(hashOf(Buffer.from('a')));
  expect(await readdir(records).catch(() => [])).toEqual([]);
});

it('works where no record can be kept', async () => {
  await writeFile(join(directory, 'occupied'), '');
  expect(await recordedHash(settled, join(directory, 'occupied/records'))).toBe(hashOf(Buffer.alloc(SIZE, 7)));
});

it('notices a flipped bit although size and modification time are as they were', async () => {
  const records = recordsOf('flipped');
  await recordedHash(settled, records);
  await forge(records);
  const { atime, mtime } = await stat(settled);
  await flipByte(settled, 1000);
  await utimes(settled, atime, mtime);
  const changed = Buffer.alloc(SIZE, 7);
  changed[1000] = 6;
  expect(await recordedHash(settled, records)).toBe(hashOf(changed));
});

it('a file that is moved or made readable for others is hashed again at most, never mistaken', async () => {
  const records = recordsOf('moved');
  const expected = await recordedHash(settled, records);
  await rename(settled, `${settled}-moved`);
  await chmod(`${settled}-moved`, 0o600);
  expect(await recordedHash(`${settled}-moved`, records)).toBe(expected);
});
