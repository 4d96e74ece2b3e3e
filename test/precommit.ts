/**
 * `npm run precommit`: what can be said of a change in seconds. Type check, lint, and the tests that read the sources
 * (tidy, imports), all at once; prints what failed, whole, and exits 1.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Command } from 'commander';

new Command('npm run precommit').description('Type check, lint, and the tests that read the sources.').parse();

const root = join(import.meta.dirname, '..');
const binary = (name: string): string => join(root, 'node_modules', '.bin', name);
const vitest = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', 'test/tidy.test.ts', 'test/imports.test.ts'];

const CHECKS: readonly (readonly [title: string, command: string, args: readonly string[]])[] = [
  ['type check', binary('tsc'), ['--noEmit']],
  ['lint', binary('biome'), ['check', '.']],
  ['tidy and imports', process.execPath, vitest],
];

const startedMs = performance.now();
const seconds = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;

const passes = ([title, command, args]: (typeof CHECKS)[number]): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(command, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      console.log(`${title}: ${error === null ? 'ok' : 'FAILED'} (${seconds()})`);
      if (error !== null) console.log(stdout + stderr);
      resolve(error === null);
    });
  });

const passed = await Promise.all(CHECKS.map(passes));
process.exitCode = passed.every(Boolean) ? 0 : 1;
