import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diskStorage } from './diskStorage.ts';
import { storageError } from './StorageError.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-storage-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const key = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const VALUE = key(9);

describe('a table', () => {
  const rowsFrom = async (from: Uint8Array): Promise<number[][]> => {
    const table = await diskStorage(dir).openTable('t');
    const rows: number[][] = [];
    for await (const [at] of table.iterate(from)) rows.push([...at]);
    await table.close();
    return rows;
  };

  test('orders keys as unsigned bytes, is told of the last below a key, and keeps what was written', async () => {
    const table = await diskStorage(dir).openTable('t');
    await table.write([key(200), key(1), key(1, 0), key(127)].map((at) => ({ key: at, value: VALUE })));
    await table.write([
      { key: key(127), value: null },
      { key: key(5), value: VALUE },
    ]);
    expect([...((await table.get(key(5))) ?? [])]).toEqual([9]);
    expect(await table.get(key(127))).toBeUndefined();
    expect([...((await table.lastKey(key(200))) ?? [])]).toEqual([5]);
    expect(await table.lastKey(key(1))).toBeUndefined();
    await table.close();
    expect(await rowsFrom(key())).toEqual([[1], [1, 0], [5], [200]]);
    expect(await rowsFrom(key(1, 0))).toEqual([[1, 0], [5], [200]]);
  });

  test('has one holder', async () => {
    const table = await diskStorage(dir).openTable('t');
    await expect(diskStorage(dir).openTable('t')).rejects.toMatchObject({
      code: 'STORAGE_LOCKED',
      data: { where: join(dir, 't') },
    });
    await table.close();
  });

  test('with files that are none of its own is refused and left alone', async () => {
    const table = await diskStorage(dir).openTable('t');
    await table.write([{ key: key(1), value: VALUE }]);
    await table.close();
    const manifest = (await readdir(join(dir, 't'))).find((name) => name.startsWith('MANIFEST')) ?? '';
    await writeFile(join(dir, 't', manifest), 'this is no manifest');
    await expect(diskStorage(dir).openTable('t')).rejects.toMatchObject({ code: 'STORAGE_DAMAGED' });
    expect(String(await readFile(join(dir, 't', manifest)))).toBe('this is no manifest');
  });

  test('cannot be where a file is', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(diskStorage(join(dir, 'file')).openTable('t')).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      data: { reason: 'EEXIST' },
    });
  });
});

test('a folder has whole files, and no other one when a write of the same name was cut short', async () => {
  const folder = await diskStorage(dir).openFolder('f');
  await folder.replace('a', key(1, 2));
  await folder.replace('a', key(3));
  // As a crash leaves it between writing and renaming.
  await writeFile(join(dir, 'f', 'a.part'), 'half');
  expect([...(await folder.read('a'))]).toEqual([3]);
  await folder.replace('a', key(4));
  expect(await folder.names()).toEqual(['a']);
  await folder.remove('a');
  await folder.remove('a');
  await expect(folder.read('a')).rejects.toMatchObject({ code: 'STORAGE_FAILED', data: { reason: 'ENOENT' } });
});

test('a file is written in place and read whole', async () => {
  const file = await diskStorage(dir).openFile('p');
  expect([...(await file.read())]).toEqual([]);
  await file.writeAt(2, key(7));
  await file.writeAt(0, key(5));
  await file.sync();
  await file.close();
  const again = await diskStorage(dir).openFile('p');
  expect([...(await again.read())]).toEqual([5, 0, 7]);
  await again.close();
});

test("the system's code is found wherever in the causes it sits, and an error is wrapped once", () => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  const outer = Object.assign(new Error('open failed', { cause: full }), { code: 'LEVEL_DATABASE_NOT_OPEN' });
  const error = storageError('there', outer);
  expect(error).toMatchObject({ code: 'STORAGE_FAILED', data: { where: 'there', reason: 'ENOSPC' } });
  expect(storageError('elsewhere', error)).toBe(error);
  expect(storageError('there', 'a word').data.reason).toBe('UNKNOWN');
});
