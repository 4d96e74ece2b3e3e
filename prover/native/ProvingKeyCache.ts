import { stat } from 'node:fs/promises';
import type { NativeCore } from './core.ts';
import type { Implementation } from './coreAddon.ts';
import type { LoadedProvingKey, ProvingKeyHandle } from './groth16Addon.ts';
import { NativeError } from './NativeError.ts';
import { runJob } from './runJob.ts';

/** A key in memory is its mapped file, of which the system keeps what fits, and some kilobytes of tables. */
const MOST_KEYS = 8;

type Entry = { readonly identity: string; readonly loading: Promise<LoadedProvingKey> };

async function identityOf(path: string): Promise<string> {
  try {
    const { dev, ino, mtimeNs, size } = await stat(path, { bigint: true });
    return [dev, ino, mtimeNs, size].join();
  } catch (cause) {
    const message = `Cannot open the proving key ${path}. Make it first, or check the path and its permissions.`;
    throw new NativeError('KEY_FILE_MISSING', message, cause);
  }
}

/** Proving keys that were loaded and checked, by path, until the file there is another one. */
export class ProvingKeyCache {
  private readonly core: NativeCore;
  private readonly options: { checkPoints: boolean; threads: number; implementation: Implementation | '' };
  /** The one used last is last. */
  private readonly entries = new Map<string, Entry>();
  private readonly stop = new AbortController();

  constructor(
    core: NativeCore,
    options: { checkPoints: boolean; threads: number; implementation: Implementation | '' },
  ) {
    this.core = core;
    this.options = options;
  }

  /**
   * The key of this file, loaded if need be; those who ask meanwhile wait for the same.
   *
   * @throws NativeError KEY_FILE_MISSING, KEY_FILE_DAMAGED, KEY_FILE_WRONG_CIRCUIT; PROVER_ABORTED after clear()
   */
  async get(path: string): Promise<ProvingKeyHandle> {
    const identity = await identityOf(path);
    let entry = this.entries.get(path);
    if (entry?.identity === identity) this.entries.delete(path);
    else {
      this.drop(path);
      entry = { identity, loading: this.load(path) };
      const { loading } = entry;
      // A key that cannot be loaded is tried again the next time.
      loading.catch(() => this.entries.get(path)?.loading === loading && this.entries.delete(path));
    }
    this.entries.set(path, entry);
    for (const oldest of this.entries.keys()) if (this.entries.size > MOST_KEYS) this.drop(oldest);
    return (await entry.loading).handle;
  }

  private load(path: string): Promise<LoadedProvingKey> {
    const { checkPoints, implementation, threads } = this.options;
    return runJob(() => this.core.loadProvingKey(path, checkPoints, threads, implementation), {
      signal: this.stop.signal,
    });
  }

  private drop(path: string): void {
    const entry = this.entries.get(path);
    this.entries.delete(path);
    // Left to the garbage collector: a proof that is about to begin may hold the handle.
    entry?.loading.catch(() => undefined);
  }

  /** Ends loading, unloads everything. The cache cannot be used afterwards. */
  async clear(): Promise<void> {
    this.stop.abort();
    const entries = [...this.entries.values()];
    this.entries.clear();
    for (const result of await Promise.allSettled(entries.map(({ loading }) => loading))) {
      if (result.status === 'fulfilled') this.core.unloadProvingKey(result.value.handle);
    }
  }
}
