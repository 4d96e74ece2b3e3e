import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Level } from 'level';
import { storageError } from './StorageError.ts';
import type { Change, Folder, PatchedFile, Storage, Table } from './storage.ts';

/** Tables in Level, files as files, below one directory. */
export const diskStorage = (dir: string): Storage => ({
  name: dir,
  openTable: (name) => openLevelTable(join(dir, name)),
  openFolder: (name) => openFolder(join(dir, name)),
  openFile: (name) => openFile(join(dir, name)),
});

/** Runs it; what it throws becomes a StorageError naming the place. */
const at = async <T>(where: string, run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (cause) {
    throw storageError(where, cause);
  }
};

const openLevelTable = (dir: string): Promise<Table> =>
  at(dir, async () => {
    await mkdir(dirname(dir), { recursive: true });
    const level = new Level<Uint8Array, Uint8Array>(dir, { keyEncoding: 'view', valueEncoding: 'view' });
    await level.open();
    return levelTable(dir, level);
  });

const toOperation = ({ key, value }: Change) =>
  value === null ? ({ type: 'del', key } as const) : ({ type: 'put', key, value } as const);

const levelTable = (dir: string, level: Level<Uint8Array, Uint8Array>): Table => ({
  write: (changes) => at(dir, () => level.batch(changes.map(toOperation), { sync: true })),
  get: (key) => at(dir, () => level.get(key)),
  async *iterate(from) {
    try {
      yield* level.iterator({ gte: from });
    } catch (cause) {
      throw storageError(dir, cause);
    }
  },
  lastKey: (before) => at(dir, async () => (await level.keys({ lt: before, reverse: true, limit: 1 }).all())[0]),
  close: () => at(dir, () => level.close()),
});

const syncDirectory = async (dir: string): Promise<void> => {
  const handle = await open(dir, 'r');
  await handle.sync().finally(() => handle.close());
};

const replaceDurably = async (dir: string, name: string, bytes: Uint8Array): Promise<void> => {
  const temporary = join(dir, `${name}.part`);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(dir, name));
  await syncDirectory(dir);
};

const openFolder = (dir: string): Promise<Folder> =>
  at(dir, async () => {
    await mkdir(dir, { recursive: true });
    return {
      names: () => at(dir, () => readdir(dir)),
      read: (name) => at(join(dir, name), () => readFile(join(dir, name))),
      replace: (name, bytes) => at(join(dir, name), () => replaceDurably(dir, name, bytes)),
      remove: (name) => at(join(dir, name), () => rm(join(dir, name), { force: true })),
    };
  });

const openOrCreate = async (path: string) => {
  await mkdir(dirname(path), { recursive: true });
  try {
    return await open(path, 'r+');
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
    return await open(path, 'wx+');
  }
};

const openFile = (path: string): Promise<PatchedFile> =>
  at(path, async () => {
    const file = await openOrCreate(path);
    return {
      read: () =>
        at(path, async () => {
          const { size } = await file.stat();
          const bytes = new Uint8Array(size);
          await file.read(bytes, 0, size, 0);
          return bytes;
        }),
      writeAt: (position, bytes) =>
        at(path, async () => {
          await file.write(bytes, 0, bytes.length, position);
        }),
      sync: () => at(path, () => file.datasync()),
      close: () => at(path, () => file.close()),
    };
  });
