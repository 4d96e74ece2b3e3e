import { mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DevnetError } from './DevnetError.ts';

export interface DataDirectory {
  readonly path: string;
  readonly isKept: boolean;
  /** Removes a temporary directory; keeps one that was asked for. */
  readonly release: () => Promise<void>;
}

/** A devnet of an hour writes far less; the proving keys in the cache are 200 MB. */
const LEAST_FREE_BYTES = 1n << 29n;

/** @throws DevnetError DEVNET_DATA_DIR if it cannot be written, is in use, or the disk is full */
export async function openDataDirectory(wanted: string | null): Promise<DataDirectory> {
  try {
    const path = wanted === null ? await mkdtemp(join(tmpdir(), 'straddle-devnet-')) : resolve(wanted);
    await mkdir(join(path, 'logs'), { recursive: true });
    await requireEmpty(path);
    await requireSpace(path);
    const release = async () => {
      if (wanted === null) await rm(path, { recursive: true, force: true });
    };
    return { path, isKept: wanted !== null, release };
  } catch (cause) {
    if (cause instanceof DevnetError) throw cause;
    const message = `Cannot make the data directory ${wanted ?? tmpdir()}: ${(cause as Error).message}. Give a writable one with --data-dir.`;
    throw new DevnetError('DEVNET_DATA_DIR', message, {}, cause);
  }
}

/** The local L1 lives in memory, so what an earlier devnet left has no chain to belong to. */
async function requireEmpty(path: string): Promise<void> {
  const others = (await readdir(path)).filter((name) => name !== 'logs');
  if (others.length === 0) return;
  const message = `${path} is not empty (${others.slice(0, 3).join(', ')}). A devnet starts from nothing: give an empty --data-dir.`;
  throw new DevnetError('DEVNET_DATA_DIR', message, { path });
}

async function requireSpace(path: string): Promise<void> {
  const { bavail, bsize } = await statfs(path, { bigint: true });
  if (bavail * bsize >= LEAST_FREE_BYTES) return;
  const message = `Only ${(bavail * bsize) >> 20n} MB are free at ${path}; ${LEAST_FREE_BYTES >> 20n} MB are needed. Free space or give another --data-dir.`;
  throw new DevnetError('DEVNET_DATA_DIR', message, { path });
}
