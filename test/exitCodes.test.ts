/** The table of exit codes in docs/FAILURES.md, as far as a process can be brought to them without a machine's work. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const document = readFileSync(join(root, 'docs', 'FAILURES.md'), 'utf8');
const table = document.slice(document.indexOf('## Exit codes'));

/** What the table says of a process at an exit code; empty: it does not end so. */
function said(process: string, code: number): string {
  const row = table.split('\n').find((line) => line.startsWith(`| \`${process}\``));
  return row?.split('|')[code + 2]?.trim() ?? '';
}

const exitCodeOf = (args: readonly string[]): Promise<unknown> =>
  new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, timeout: 120_000 }, (error) => resolve(error?.code ?? 0));
  });

const NOWHERE = '/nowhere/at/all';

test.each([
  ['npm start', 'node/main.ts --goals nonsense', 1],
  ['npm start', 'node/main.ts --nonsense', 1],
  ['node/app/main.ts', 'node/app/main.ts', 2],
  ['node/app/main.ts', 'node/app/main.ts --nonsense', 2],
  ['node/app/main.ts', `node/app/main.ts --config ${NOWHERE}`, 2],
  ['node/app/main.ts', `node/app/main.ts check-log --config ${NOWHERE}`, 2],
  ['node/oracle/main.ts', 'node/oracle/main.ts', 1],
  ['node/oracle/main.ts', `node/oracle/main.ts ${NOWHERE}`, 1],
  ['prover/main.ts', 'prover/main.ts', 1],
  ['prover/main.ts', `prover/main.ts --node-url http://127.0.0.1:1 --artifacts ${NOWHERE}`, 1],
  ['node/watcher/main.ts', 'node/watcher/main.ts', 1],
  ['node/watcher/main.ts', `node/watcher/main.ts --rpc ftp://l1 --exchange 0x${'e0'.repeat(20)}`, 1],
  ['prover/setup/main.ts', 'prover/setup/main.ts nonsense', 1],
  ['prover/prove/main.ts', 'prover/prove/main.ts status', 0],
  ['prover/prove/main.ts', 'prover/prove/main.ts verify', 2],
  ['prover/prove/main.ts', `prover/prove/main.ts verify ${NOWHERE} ${NOWHERE} ${NOWHERE}`, 2],
  ['circuits/checkTranscript.ts', 'circuits/checkTranscript.ts --nonsense', 2],
  ['circuits/checkTranscript.ts', 'circuits/checkTranscript.ts --shape nonsense', 2],
])('%s: "%s" ends with %d, and the table says what that means', async (process, command, code) => {
  expect(await exitCodeOf(command.split(' '))).toBe(code);
  expect(said(process, code)).not.toBe('');
});

test('each row is of a process that is run here', () => {
  const rows = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  expect(rows.length).toBeGreaterThan(7);
  expect(rows.filter((name) => name !== 'npm start' && !readFileSync(join(root, name ?? ''), 'utf8'))).toEqual([]);
});
