/**
 * `npm test`: type check, lint, the TypeScript suites (vitest) and the Solidity suites (forge), one after the other
 * because the machine this aims at has two cores. Ends with one line that counts them all; exits 1 if any failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

const root = join(import.meta.dirname, '..');
const binary = (name: string): string => join(root, 'node_modules', '.bin', name);

const run = (command: string, args: readonly string[], stdio: 'inherit' | 'pipe' = 'inherit') =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', stdio, 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28 });

const check = (title: string, command: string, args: readonly string[]): Tally => {
  console.log(`\n== ${title}`);
  const ok = run(command, args).status === 0;
  console.log(ok ? `${title}: ok` : `${title}: FAILED`);
  return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
};

const vitest = (title: string, filters: readonly string[]): Tally => {
  console.log(`\n== ${title}`);
  const dir = mkdtempSync(join(tmpdir(), 'straddle-test-'));
  const report = join(dir, 'vitest.json');
  try {
    const entry = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { status } = run(process.execPath, [entry, 'run', ...reporters, ...filters]);
    const result: unknown = JSON.parse(readFileSync(report, 'utf8'));
    const { numPassedTests, numFailedTests, numFailedTestSuites } = result as Record<string, number>;
    const failed = (numFailedTests ?? 0) || (status === 0 ? 0 : Math.max(1, numFailedTestSuites ?? 0));
    return { passed: numPassedTests ?? 0, failed };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

interface ForgeSuite {
  readonly test_results: Readonly<Record<string, { readonly status: string; readonly reason: string | null }>>;
}

const forge = (): Tally => {
  console.log('\n== Solidity suites');
  const { stdout, status } = run(process.execPath, [join(root, 'contracts', 'forge.ts'), 'test', '--json'], 'pipe');
  let suites: Record<string, ForgeSuite>;
  try {
    suites = JSON.parse(stdout);
  } catch {
    console.log(`forge did not report (exit ${status}):\n${stdout}`);
    return { passed: 0, failed: 1 };
  }
  let passed = 0;
  let failed = 0;
  for (const [suite, { test_results }] of Object.entries(suites)) {
    for (const [name, { status: outcome, reason }] of Object.entries(test_results)) {
      if (outcome === 'Success') passed += 1;
      else {
        failed += 1;
        console.log(`FAILED ${suite} ${name}: ${reason ?? outcome}`);
      }
    }
  }
  if (status !== 0 && failed === 0) failed = 1;
  console.log(`${passed} Solidity tests passed, ${failed} did not`);
  return { passed, failed };
};

const GAS_SNAPSHOT = join(root, 'contracts', 'snapshots', 'submit.json');

/** forge rewrites the gas snapshot as it tests: a change of gas is a change that somebody must look at and commit. */
const forgeWithSnapshot = (): Tally => {
  const before = readFileSync(GAS_SNAPSHOT, 'utf8');
  const { passed, failed } = forge();
  if (readFileSync(GAS_SNAPSHOT, 'utf8') === before) return { passed: passed + 1, failed };
  console.log(`FAILED gas snapshot: gas has changed, see git diff ${GAS_SNAPSHOT}; commit it if it is meant`);
  return { passed, failed: failed + 1 };
};

const filters = process.argv.slice(2);
if (filters.some((argument) => argument === '--help' || argument === '-h')) {
  console.log(
    'Usage: npm test [-- path...]\n\nAll checks and suites; with paths, the TypeScript suites whose path contains one.',
  );
  process.exit();
}
const tallies =
  filters.length > 0
    ? [vitest('TypeScript suites', filters)]
    : [
        check('type check', binary('tsc'), ['--noEmit']),
        check('lint', binary('biome'), ['check', '.']),
        vitest('TypeScript suites', ['--exclude', 'test/e2e/**']),
        forgeWithSnapshot(),
        // Real processes with a prover among them want both cores for themselves.
        vitest('end to end', ['test/e2e', '--no-file-parallelism']),
      ];
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
