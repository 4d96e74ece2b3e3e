/** The simulation finds bugs: each of these is put into the project's code while it is loaded, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PLANTS } from './plants.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SEEDS = 30;
const STEPS = 5_000;
const LONGEST_MS = 300_000;

it.each(PLANTS)('finds a node that $name', { timeout: LONGEST_MS }, ({ faults, found, name }) => {
  const args = ['--plant', name, '--faults', faults, '--seeds', String(SEEDS), '--steps', String(STEPS)];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: LONGEST_MS,
  });
  expect(stdout, stderr).toMatch(found);
  expect(status).toBe(1);
});
