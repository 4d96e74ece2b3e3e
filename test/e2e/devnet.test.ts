import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'node', 'main.ts');

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-e2e-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs `npm start -- ...args` to its end. */
function devnet(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        output += text;
      });
    }
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** Processes whose command line names the directory: what a devnet with this data directory started. */
function leftOver(path: string): readonly string[] {
  const { stdout }: SpawnSyncReturns<string> = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(path));
}

describe('npm start -- --once', () => {
  it('trades, proves, settles on L1, pays a withdrawal, and is found right by a second watcher', {
    timeout: 25 * 60_000,
  }, async () => {
    const data = join(directory, 'once');
    const { code, output } = await devnet('--once', '--goals', 'trades,multiLeg,withdrawal', '--data-dir', data);
    expect(code, output).toBe(0);
    expect(output).toContain('Final on L1 and checked:');
    expect(output).toMatch(/state root, rebuilt from L1 alone and the contract's own: \d+/);
    expect(leftOver(data)).toEqual([]);
    const watched = await readFile(join(data, 'logs', 'second-watcher.log'), 'utf8');
    expect(watched).not.toContain('"alarm"');
    expect(watched).toMatch(/^\{"event":"start".*"expectedKeys":\[".+"\],"warning":null\}/);
    expect((await readdir(join(data, 'logs'))).sort()).toEqual([
      'anvil.log',
      'oracle-0.log',
      'oracle-1.log',
      'oracle-2.log',
      'prover.log',
      'second-watcher.log',
      'sequencer.log',
      'watcher.log',
    ]);
  });
});

describe('npm start with bad input', { timeout: 5 * 60_000 }, () => {
  it('says that the price file is missing, before anything is built', async () => {
    const { code, output } = await devnet('--prices', join(directory, 'none.csv'));
    expect(code).toBe(1);
    expect(output).toContain('PRICES_FILE_MISSING: Cannot read the price file');
  });

  it('names the line of the price file that is wrong', async () => {
    const path = join(directory, 'wrong.csv');
    await writeFile(path, 'time,price\n1,3000\n2,three\n');
    const { code, output } = await devnet('--prices', path);
    expect(code).toBe(1);
    expect(output).toContain('is wrong in line 3: the price "three"');
  });

  it('refuses a data directory that is in use', async () => {
    const path = await mkdtemp(join(directory, 'used-'));
    await writeFile(join(path, 'sequencer.json'), '{}');
    const { code, output } = await devnet('--data-dir', path);
    expect(code).toBe(1);
    expect(output).toContain('DEVNET_DATA_DIR');
    expect(output).toContain('give an empty --data-dir');
  });

  it.each([
    ['--port', '65536'],
    ['--seed', '-1'],
    ['--goals', 'riches'],
    ['--preset', 'huge'],
    ['--rich', 'quick'],
  ])('refuses %s %s', async (...args) => {
    const { code, output } = await devnet(...args);
    expect(code).toBe(1);
    expect(output).toContain('error:');
  });

  it('says which port is busy, and leaves nothing running', { timeout: 25 * 60_000 }, async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const data = join(directory, 'busy');
    const { code, output } = await devnet('--port', String(port), '--data-dir', data);
    server.close();
    expect(code, output).toBe(1);
    expect(output).toContain(String(port));
    expect(output).toContain('DEVNET_CHILD_DIED');
    expect(leftOver(data)).toEqual([]);
  });
});
