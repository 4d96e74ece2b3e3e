import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADDON_EXPORTS } from './addonExports.ts';
import { coreStatus, loadCore } from './core.ts';

const core = loadCore();

/** Sum of index % 3 over all index < steps. */
const sumOf = (steps: number): number => 3 * Math.floor(steps / 3) + (steps % 3 === 2 ? 1 : 0);

const startWorker = (data: Record<string, unknown>): Worker =>
  new Worker(new URL('./testdata/coreWorker.ts', import.meta.url), { workerData: data });

/** Runs a script that has `core` and `runJob` in a process of its own. */
function runScript(script: string, environment: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  const path = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
  const head = `import { loadCore, coreStatus } from ${path('core.ts')}; import { runJob } from ${path('runJob.ts')};`;
  const args = ['--input-type=module', '-e', `${head} const core = loadCore(); ${script}`];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...environment } });
}

describe.skipIf(core === undefined)('the native core', () => {
  it('says which one is in use', () => {
    expect(coreStatus()).toMatchObject({ path: expect.stringMatching(/^(compiled|prebuilt)$/) });
    expect(coreStatus()).toMatchObject({ implementation: core?.implementation });
    expect(core?.implementations).toContain(core?.implementation);
    expect(core?.implementations[0]).toBe('portable');
  });

  it('exports what its types say, and nothing else', () => {
    const found = Object.entries(core ?? {}).map(([name, value]) => [name, typeof value]);
    expect(Object.fromEntries(found)).toEqual(ADDON_EXPORTS);
  });

  it('takes the implementation that STRADDLE_NATIVE_ISA names', () => {
    for (const name of core?.implementations ?? []) {
      const { stdout } = runScript('console.log(core.implementation)', { STRADDLE_NATIVE_ISA: name });
      expect(stdout.trim()).toBe(name);
    }
  });

  it('works in several worker threads at once', async () => {
    const steps = [10, 1000, 100_001, 1_000_001];
    const workers = steps.map((count) => startWorker({ mode: 'sum', steps: count }));
    const answers = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
    expect(answers).toEqual(steps.map(sumOf));
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  it('ends a worker in the middle of its job, again and again', async () => {
    for (let round = 0; round < 8; round++) {
      const worker = startWorker({ mode: 'endless' });
      expect(await once(worker, 'message')).toEqual(['running']);
      expect(await worker.terminate()).toBe(1);
    }
  });

  it('ends a worker while its jobs end and begin', async () => {
    for (let round = 0; round < 20; round++) {
      const worker = startWorker({ mode: 'busy' });
      expect(await once(worker, 'message')).toEqual(['running']);
      expect(await worker.terminate()).toBe(1);
    }
  });

  it('ends a process in the middle of its jobs', () => {
    const jobs = 'for (let i = 0; i < 6; i++) core.selfTest(2 ** 40, 2).promise.catch(() => undefined);';
    const ends = ['process.exit(7)', 'setTimeout(() => process.exit(7), 20)', "setTimeout(() => { throw 'x' }, 20)"];
    expect(ends.map((end) => runScript(jobs + end).status)).toEqual([7, 7, 1]);
  });

  it('keeps no process alive that has no job, and each that has one', () => {
    expect(runScript('console.log(core.abi)')).toMatchObject({ status: 0, stdout: '1\n', stderr: '' });
    const job = 'core.selfTest(3_000_000, 1).promise.then(console.log)';
    expect(runScript(job)).toMatchObject({ status: 0, stdout: `${sumOf(3_000_000)}\n`, stderr: '' });
  });
});

describe('without a native core that works', () => {
  let root = '';
  const addonFolder = (): string => join(root, 'prover/native/build/Release');

  // core.ts finds the addon beside itself: a copy elsewhere finds what a test puts there.
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'straddle-core-'));
    mkdirSync(addonFolder(), { recursive: true });
    for (const name of ['core.ts', 'addonExports.ts']) {
      cpSync(join(import.meta.dirname, name), join(root, 'prover/native', name));
    }
    symlinkSync(join(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function loadCopy(environment: NodeJS.ProcessEnv = {}): { loaded: boolean; reason: string; stderr: string } {
    const script = `import { loadCore, coreStatus } from ${JSON.stringify(join(root, 'prover/native/core.ts'))};
      const loaded = [loadCore(), loadCore()].some((core) => core !== undefined);
      console.log(JSON.stringify({ loaded, reason: coreStatus().reason }));`;
    const env = { ...process.env, ...environment };
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env,
    });
    return { ...(JSON.parse(stdout) as { loaded: boolean; reason: string }), stderr };
  }
  const timesSaid = (stderr: string): number =>
    stderr.split('[STRADDLE_NATIVE_NONE] Warning: No native core').length - 1;

  it('says once that there is none', () => {
    const { loaded, reason, stderr } = loadCopy();
    expect({ loaded, reason }).toEqual({ loaded: false, reason: expect.stringContaining('none is built') });
    expect(timesSaid(stderr)).toBe(1);
  });

  it('refuses a file that is no library', () => {
    writeFileSync(join(addonFolder(), 'straddle_core.node'), 'torn');
    const { loaded, reason, stderr } = loadCopy();
    expect({ loaded, reason }).toEqual({ loaded: false, reason: expect.stringContaining('does not load') });
    expect(timesSaid(stderr)).toBe(1);
  });

  it('refuses an addon of other sources', () => {
    const require = createRequire(import.meta.url);
    const lookup = require('node-gyp-build') as { path(folder: string): string };
    const other = lookup.path(join(require.resolve('classic-level/package.json'), '..'));
    cpSync(other, join(addonFolder(), 'straddle_core.node'));
    const { loaded, reason } = loadCopy();
    expect({ loaded, reason }).toEqual({ loaded: false, reason: expect.stringContaining('of other sources') });
  });

  it('is silent where it is switched off', () => {
    const off = loadCopy({ STRADDLE_NATIVE: 'off' });
    expect(off).toEqual({ loaded: false, reason: 'switched off by STRADDLE_NATIVE=off', stderr: '' });
  });
});
