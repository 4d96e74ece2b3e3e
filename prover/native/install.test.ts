import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coreStatus, loadCore } from './core.ts';

/** Everything that the install script reads, in a folder of its own: the real build is left alone. */
let root = '';
const native = (...names: string[]): string => join(root, 'prover/native', ...names);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'straddle-install-'));
  const parts = ['binding.gyp', 'buildAddon.mjs', 'install.mjs', 'listSources.mjs', 'headers', 'src'];
  for (const name of parts) cpSync(join(import.meta.dirname, name), native(name), { recursive: true });
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** `PATH` has nothing in it: no python, no make, no compiler. */
function install(environment: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  const env = { ...environment, PATH: native('nothing') };
  return spawnSync(process.execPath, [native('install.mjs')], { encoding: 'utf8', env });
}

function hashHere(): string {
  const script = `import(${JSON.stringify(native('buildAddon.mjs'))}).then((m) => console.log(m.sourceHash()))`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: {} }).stdout.trim();
}

describe('npm install on a machine without a compiler', () => {
  it('says why there is no native core, and succeeds', () => {
    const { status, stdout, stderr } = install();
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('straddle: no native core: Python 3 was not found.');
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });

  it('says nothing where the core is switched off', () => {
    expect(install({ STRADDLE_NATIVE: 'off' })).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('does not take a compiled addon of other sources for a new one', () => {
    mkdirSync(native('build/Release'), { recursive: true });
    writeFileSync(native('build/Release/straddle_core.node'), 'old');
    writeFileSync(native('build/source.sha256'), 'of other sources');
    expect(install().stderr).toContain('no native core');
    expect(existsSync(native('build/Release/straddle_core.node'))).toBe(false);
  });

  it('is silent where the compiled addon is up to date', () => {
    mkdirSync(native('build/Release'), { recursive: true });
    writeFileSync(native('build/Release/straddle_core.node'), 'compiled');
    writeFileSync(native('build/source.sha256'), hashHere());
    expect(install()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    rmSync(native('build'), { recursive: true });
  });

  it('has another hash after each change of a source', () => {
    const before = hashHere();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    writeFileSync(native('src/parallel/another.h'), '// one more\n');
    const after = hashHere();
    rmSync(native('src/parallel/another.h'));
    expect(after).not.toBe(before);
    expect(hashHere()).toBe(before);
  });

  describe('with a prebuilt addon', () => {
    const folder = (): string => native('prebuilds', `${process.platform}-${process.arch}`);
    const place = (hash: string): void => {
      const status = coreStatus();
      mkdirSync(folder(), { recursive: true });
      if (status.path === 'none') writeFileSync(join(folder(), 'straddle_core.node'), '');
      else cpSync(status.file, join(folder(), 'straddle_core.node'));
      writeFileSync(join(folder(), 'source.sha256'), hash);
    };

    it.skipIf(loadCore() === undefined)('takes it silently if it is of these sources', () => {
      place(hashHere());
      expect(install()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    });

    it('leaves it if it is of other sources', () => {
      place('of other sources');
      expect(install().stderr).toContain('no native core');
    });

    it('leaves it if it does not load', () => {
      place(hashHere());
      writeFileSync(join(folder(), 'straddle_core.node'), 'torn');
      expect(install().stderr).toContain('no native core');
    });
  });
});
