import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BuildStep, openArtifactStore } from './artifactStore.ts';
import { hashInputs } from './contentHash.ts';

let root: string;
let runs: number;
let lines: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'straddle-artifacts-'));
  runs = 0;
  lines = [];
});
afterEach(() => rm(root, { recursive: true, force: true }));

const log = (line: string): void => {
  lines.push(line);
};

function stepWith(source: string, extra: Partial<BuildStep> = {}): BuildStep {
  const run = async (directory: string): Promise<void> => {
    runs += 1;
    await mkdir(join(directory, 'deep'));
    await writeFile(join(directory, 'deep/out.txt'), `made from ${source}`);
  };
  return { step: 'sample', inputs: { source }, expects: ['deep/out.txt'], run, ...extra };
}

describe('artifact store', () => {
  it('builds once and finds the result again, in this and in a fresh store', async () => {
    const store = openArtifactStore({ root, log });
    const first = await store.build(stepWith('a'));
    const second = await store.build(stepWith('a'));
    const third = await openArtifactStore({ root, log }).build(stepWith('a'));
    expect([first.cached, second.cached, third.cached]).toEqual([false, true, true]);
    expect(runs).toBe(1);
    expect(await readFile(third.path('deep/out.txt'), 'utf8')).toBe('made from a');
    expect(first.outputs).toEqual({
      'deep/out.txt': {
        bytes: 11,
        sha256: '8b8f6b2ede21b647da03ca19be0382ad9b73c71189bc8586bc70ae89a0f0df72',
      },
    });
  });

  it('builds again when an input changes', async () => {
    const store = openArtifactStore({ root, log });
    const a = await store.build(stepWith('a'));
    const b = await store.build(stepWith('b'));
    expect(runs).toBe(2);
    expect(a.key).not.toBe(b.key);
  });

  it.each([
    ['changed content', (path: string) => writeFile(path, 'made from b'), 'does not have the recorded SHA-256'],
    ['a truncated file', (path: string) => truncate(path, 3), 'has 3 bytes instead of 11'],
    ['a missing file', (path: string) => rm(path), 'is missing'],
    ['a torn manifest', (path: string) => truncate(join(path, '../../manifest.json'), 20), 'does not parse'],
    ['no manifest', (path: string) => rm(join(path, '../../manifest.json')), 'missing or unreadable'],
  ])('detects %s, says so and rebuilds', async (_name, damage, said) => {
    const store = openArtifactStore({ root, log });
    const built = await store.build(stepWith('a'));
    await damage(built.path('deep/out.txt'));
    const again = await store.build(stepWith('a'));
    expect(again.cached).toBe(false);
    expect(await readFile(again.path('deep/out.txt'), 'utf8')).toBe('made from a');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(said);
  });

  it('leaves nothing behind when a step fails, and passes the error through', async () => {
    const store = openArtifactStore({ root, log });
    const failure = new Error('compiler says no');
    const run = async (directory: string): Promise<void> => {
      await writeFile(join(directory, 'half'), 'x');
      throw failure;
    };
    await expect(store.build(stepWith('a', { run }))).rejects.toBe(failure);
    expect(await readdir(root)).toEqual([]);
  });

  it('refuses a step that did not write what it promised', async () => {
    const store = openArtifactStore({ root, log });
    await expect(store.build(stepWith('a', { expects: ['other.bin'] }))).rejects.toMatchObject({
      code: 'ARTIFACT_OUTPUT_MISSING',
      data: { output: 'other.bin' },
    });
    expect(await readdir(root)).toEqual([]);
  });

  it('runs a step once for two builders at the same time', async () => {
    const run = async (directory: string): Promise<void> => {
      runs += 1;
      await sleep(50);
      await writeFile(join(directory, 'out'), 'x');
    };
    const step = stepWith('a', { run, expects: ['out'] });
    const results = await Promise.all([1, 2, 3].map(() => openArtifactStore({ root, log }).build(step)));
    expect(runs).toBe(1);
    expect(results.filter((result) => result.cached)).toHaveLength(2);
    expect(lines.every((line) => line.includes('waiting for another process'))).toBe(true);
  });

  it('takes over the lock and clears the debris of a process that is gone', async () => {
    // No process has this id: the kernel's largest is 2^22.
    const gone = 2 ** 22 + 5;
    const store = openArtifactStore({ root, log });
    const built = await store.build(stepWith('a'));
    await rm(built.directory, { recursive: true });
    await writeFile(`${built.directory}.lock`, `${gone} abc\n`);
    await mkdir(join(root, `.building-${gone}-00`));
    await store.build(stepWith('a'));
    expect(runs).toBe(2);
    expect(existsSync(join(root, `.building-${gone}-00`))).toBe(false);
    expect(existsSync(`${built.directory}.lock`)).toBe(false);
  });

  it('says what to do when the directory cannot be written', async () => {
    const blocked = join(root, 'file');
    await writeFile(blocked, '');
    const error = await openArtifactStore({ root: join(blocked, 'cache') })
      .build(stepWith('a'))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ARTIFACT_NOT_WRITABLE' });
    expect(String(error)).toContain('STRADDLE_CACHE');
  });

  it('stops when its signal is aborted', async () => {
    const stop = new AbortController();
    const run = async (): Promise<void> => stop.abort();
    await expect(openArtifactStore({ root }).build(stepWith('a', { run, signal: stop.signal }))).rejects.toMatchObject({
      code: 'ARTIFACT_ABORTED',
    });
  });

  it('passes progress on and prunes what was not used', async () => {
    const seen: unknown[] = [];
    const store = openArtifactStore({ root, onProgress: (progress) => seen.push(progress) });
    const base = stepWith('a');
    const run: BuildStep['run'] = async (directory, onProgress) => {
      onProgress({ step: 'sample', fraction: 0.5 });
      await base.run(directory, onProgress);
    };
    await store.build({ ...base, run });
    expect(seen).toEqual([{ step: 'sample', fraction: 0.5 }]);
    expect(await store.prune(60_000)).toBe(0);
    expect(await store.prune(0)).toBe(1);
  });
});

describe('hash of inputs', () => {
  it('does not depend on the order of names, and keeps the parts apart', () => {
    expect(hashInputs({ a: '1', b: '2' })).toBe(hashInputs({ b: '2', a: '1' }));
    expect(hashInputs({ a: '1b', c: '' })).not.toBe(hashInputs({ a: '1', bc: '' }));
    expect(hashInputs({ ab: 'c' })).not.toBe(hashInputs({ a: 'bc' }));
  });
});
