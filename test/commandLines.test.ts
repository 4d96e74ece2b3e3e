/** `--help` of every command line: found by what package.json and the folders have, so that a new one is not forgotten. */
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

const mains = globSync('{node,prover,test,circuits,contracts}/**/main.ts', { cwd: root }).filter((file) =>
  /process\.argv|\.parse\(|\.parseAsync\(|parseOptions\(/.test(readFileSync(join(root, file), 'utf8')),
);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const ofScripts = Object.values(scripts).flatMap(
  (script) => /^node (\S+\.ts)((?: \S+)*)$/.exec(script)?.slice(1, 3).join('') ?? [],
);

const commands = [...new Set([...mains, ...ofScripts, 'node/app/main.ts check-log'])].sort();

test('command lines are found', () => {
  expect(commands).toEqual(
    expect.arrayContaining(['node/main.ts', 'node/app/main.ts', 'node/watcher/main.ts', 'test/run.ts']),
  );
});

test.each(commands)('%s --help says how it is used and ends with 0', async (command) => {
  const { stdout } = await run(process.execPath, [...command.split(' '), '--help'], { cwd: root, timeout: 120_000 });
  expect(stdout).toMatch(/^Usage: /m);
});
