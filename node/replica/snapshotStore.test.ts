import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskStorage } from '../storage/diskStorage.ts';
import { openSnapshotStore, type Snapshot } from './snapshotStore.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-snapshots-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const REPORT = {
  type: 'report',
  timeSec: 5,
  inputs: Uint8Array.of(1, 2),
  spots: [7n],
  signatures: [new Uint8Array(65).fill(1)],
} as const;

const snapshot = (entries: number): Snapshot => ({
  entries,
  chainHash: 10n ** 70n + BigInt(entries),
  timeSec: 77 * entries,
  known: { listed: [3, 9], reportInForce: entries === 4 ? null : REPORT },
  batches: entries >> 1,
  machine: Uint8Array.of(10, 1, 2, entries),
  ledger: Uint8Array.of(3, 10),
});

const loadAll = async () => {
  const store = await openSnapshotStore(diskStorage(dir));
  const damaged: string[] = [];
  const loaded: Snapshot[] = [];
  for await (const each of store.load((_file, reason) => damaged.push(reason))) loaded.push(each);
  return { loaded, damaged };
};

test('keeps the newest two, newest first', async () => {
  const store = await openSnapshotStore(diskStorage(dir));
  for (const entries of [4, 9, 20]) await store.save(snapshot(entries));
  expect(await loadAll()).toEqual({ loaded: [snapshot(20), snapshot(9)], damaged: [] });
});

test('a damaged one is told and skipped, whatever byte of it changed', async () => {
  const store = await openSnapshotStore(diskStorage(dir));
  for (const entries of [4, 9]) await store.save(snapshot(entries));
  const path = join(dir, 'snapshots', (await readdir(join(dir, 'snapshots'))).sort().at(-1) ?? '');
  const bytes = await readFile(path);
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 4;
    await writeFile(path, changed);
    expect(await loadAll()).toEqual({ loaded: [snapshot(4)], damaged: ['its hash is wrong'] });
  }
  await writeFile(path, '');
  expect((await loadAll()).loaded).toEqual([snapshot(4)]);
});
