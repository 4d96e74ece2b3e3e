import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from './ArtifactError.ts';

const HEARTBEAT_MS = 5_000;
const SILENT_MS = 120_000;
const POLL_MS = 200;

/** Whether a process of this machine is still there. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

async function isHeld(path: string): Promise<boolean> {
  try {
    const pid = Number.parseInt(await readFile(path, 'utf8'), 10);
    const { mtimeMs } = await stat(path);
    const silentMs = Date.now() - mtimeMs;
    // A lock just created is still empty for an instant: its age then decides.
    if (silentMs > SILENT_MS) return false;
    return Number.isNaN(pid) ? silentMs < HEARTBEAT_MS : isProcessAlive(pid);
  } catch {
    return false;
  }
}

async function tryLock(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function breakLock(path: string): Promise<void> {
  // Renaming first: of two processes that find the lock dead only one gets to remove it.
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.dead`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}

/**
 * Holds a lock file while `run` is at work, so that two processes do not build one thing twice. Waits for a live
 * holder; takes over from one whose process is gone or that has been silent for two minutes. Publishing is safe by
 * rename alone, so in the worst race work is done twice and nothing is corrupted.
 *
 * @throws the signal's reason when it is aborted while waiting
 */
export async function withBuildLock<T>(
  path: string,
  options: { readonly signal?: AbortSignal | undefined; readonly onWait?: (() => void) | undefined },
  run: () => Promise<T>,
): Promise<T> {
  const owner = `${process.pid} ${randomBytes(8).toString('hex')}\n`;
  let waiting = false;
  while (!(await tryLock(path, owner))) {
    options.signal?.throwIfAborted();
    if (!(await isHeld(path))) {
      await breakLock(path);
      continue;
    }
    if (!waiting) options.onWait?.();
    waiting = true;
    await sleep(POLL_MS);
  }
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), HEARTBEAT_MS);
  try {
    return await run();
  } finally {
    clearInterval(heartbeat);
    const current = await readFile(path, 'utf8').catch(() => '');
    if (current === owner) await rm(path, { force: true });
  }
}
