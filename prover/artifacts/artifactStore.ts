import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ArtifactError, asArtifactError } from './ArtifactError.ts';
import { isProcessAlive, withBuildLock } from './buildLock.ts';
import { hashInputs } from './contentHash.ts';
import { findDamage, type Manifest, readManifest, writeManifest } from './manifest.ts';
import { RECORDS_FOLDER } from './recordedHash.ts';

/** How far a long step has come. `fraction` runs from 0 to 1 and is left out where it cannot be known. */
export type BuildProgress = { readonly step: string; readonly fraction?: number };
export type ProgressListener = (progress: BuildProgress) => void;

/** Raised whenever a build's rules change in a way that its inputs do not show: every key then changes. */
const STORE_FORMAT = '1';
const PROJECT_ROOT = resolve(import.meta.dirname, '../..');

export type ArtifactStoreOptions = {
  /** Directory of the cache; default: STRADDLE_CACHE, else `.straddle/artifacts` in the project. */
  readonly root?: string;
  readonly log?: (line: string) => void;
  readonly onProgress?: ProgressListener;
};

/** One thing to build. */
export type BuildStep = {
  /** Short name for log, progress and directory: letters, digits, dots, dashes. */
  readonly step: string;
  /** Everything that decides the outputs: versions, options, hashes of sources. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Files that `run` must leave behind, at least. */
  readonly expects: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Writes the outputs below `directory`, an empty directory of its own. */
  readonly run: (directory: string, onProgress: ProgressListener) => Promise<void>;
};

/** A finished, verified build. */
export type Artifact = {
  readonly key: string;
  readonly directory: string;
  readonly outputs: Manifest['outputs'];
  /** True if it was in the cache. */
  readonly cached: boolean;
  /** Absolute path of one output; ARTIFACT_OUTPUT_MISSING if there is no such. */
  readonly path: (name: string) => string;
};

export type ArtifactStore = {
  readonly root: string;
  readonly build: (step: BuildStep) => Promise<Artifact>;
  /** Removes artifacts not used for `unusedMs`; returns how many. */
  readonly prune: (unusedMs: number) => Promise<number>;
};

function artifactOf(directory: string, manifest: Manifest, cached: boolean): Artifact {
  const path = (name: string): string => {
    if (manifest.outputs[name] !== undefined) return join(directory, name);
    const message = `The artifact ${manifest.step} has no output ${name}. Delete ${directory} and start again.`;
    throw new ArtifactError('ARTIFACT_OUTPUT_MISSING', message, { directory, output: name });
  };
  return { key: manifest.key, directory, outputs: manifest.outputs, cached, path };
}

/** The directory that the cache uses when no other is given. */
export function defaultCacheRoot(): string {
  return resolve(process.env.STRADDLE_CACHE || join(PROJECT_ROOT, '.straddle/artifacts'));
}

/**
 * A content-addressed cache of build outputs. A step is keyed by the hash of all its inputs, written to a directory
 * of its own and published by one rename. Every use verifies sizes and hashes (of large files that nobody touched
 * since by record, recordedHash.ts); what does not match is rebuilt.
 *
 * @throws ArtifactError (by `build`) if the disk is full or not writable
 */
export function openArtifactStore(options: ArtifactStoreOptions = {}): ArtifactStore {
  const root = resolve(options.root ?? defaultCacheRoot());
  const log = options.log ?? (() => undefined);
  const onProgress = options.onProgress ?? (() => undefined);

  async function load(directory: string, key: string): Promise<Artifact | { readonly damage: string } | 'absent'> {
    const manifest = await readManifest(directory);
    if (manifest === 'absent') return manifest;
    if ('broken' in manifest) return { damage: manifest.broken };
    if (manifest.key !== key) return { damage: 'its manifest belongs to another build' };
    const damage = await findDamage(directory, manifest, join(root, RECORDS_FOLDER));
    if (damage !== undefined) return { damage };
    await utimes(directory, new Date(), new Date()).catch(() => undefined);
    return artifactOf(directory, manifest, true);
  }

  async function make(step: BuildStep, key: string, directory: string): Promise<Artifact> {
    const work = join(root, `.building-${process.pid}-${randomBytes(6).toString('hex')}`);
    await mkdir(work);
    try {
      await step.run(work, onProgress);
      step.signal?.throwIfAborted();
      const manifest = await writeManifest(work, { step: step.step, key, inputs: step.inputs });
      requireOutputs(step, manifest);
      await publish(work, directory);
      return artifactOf(directory, manifest, false);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  async function build(step: BuildStep): Promise<Artifact> {
    const key = hashInputs({ ...step.inputs, 'store format': STORE_FORMAT, step: step.step });
    const directory = join(root, `${step.step}-${key.slice(0, 32)}`);
    try {
      await mkdir(root, { recursive: true });
      const ready = await load(directory, key);
      if (isArtifact(ready)) return ready;
      const onWait = () => log(`artifact ${step.step}: waiting for another process that is building it`);
      return await withBuildLock(`${directory}.lock`, { signal: step.signal, onWait }, async () => {
        await removeAbandoned(root);
        // Whoever held the lock before may have built it.
        const found = await load(directory, key);
        if (isArtifact(found)) return found;
        if (found !== 'absent')
          log(`artifact ${step.step}: cached copy is damaged (${found.damage}); building it again`);
        return make(step, key, directory);
      });
    } catch (error) {
      if (step.signal?.aborted === true) {
        throw new ArtifactError('ARTIFACT_ABORTED', `Building ${step.step} was stopped.`, { step: step.step }, error);
      }
      throw asArtifactError(error, root);
    }
  }

  return { root, build, prune: (unusedMs) => prune(root, unusedMs) };
}

function isArtifact(found: Artifact | { readonly damage: string } | 'absent'): found is Artifact {
  return found !== 'absent' && 'key' in found;
}

function requireOutputs(step: BuildStep, manifest: Manifest): void {
  for (const name of step.expects) {
    if (manifest.outputs[name] !== undefined) continue;
    const message = `The build step ${step.step} ended without writing ${name}.`;
    throw new ArtifactError('ARTIFACT_OUTPUT_MISSING', message, { step: step.step, output: name });
  }
}

async function publish(work: string, directory: string): Promise<void> {
  try {
    await rename(work, directory);
  } catch {
    // The name is taken, by a copy that arrived meanwhile or by debris: the fresh build replaces it.
    await rm(directory, { recursive: true, force: true });
    await rename(work, directory);
  }
}

async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = /^\.building-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isProcessAlive(Number(pid))) continue;
    await rm(join(root, name), { recursive: true, force: true });
  }
}

async function prune(root: string, unusedMs: number): Promise<number> {
  let removed = 0;
  // Records of files that are gone go with the rest; each costs one hashing.
  await rm(join(root, RECORDS_FOLDER), { recursive: true, force: true });
  for (const entry of await readdir(root, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = join(root, entry.name);
    // Whole milliseconds on both sides: a file of this very one is not from the future.
    if (Date.now() - Math.floor((await stat(path)).mtimeMs) < unusedMs) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}
