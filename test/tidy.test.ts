/**
 * The habits of the house that no compiler and no linter holds, over the whole project. The rules are in test/tidy, each
 * tested on texts that break it; what they let be is in test/tidy/exceptions.ts.
 */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { REJECTIONS } from '../node/core/machine/rejections.ts';
import { isTestCode } from './tidy/arrows.ts';
import {
  declaredCodes,
  forgottenCodes,
  rejectionRows,
  unassertedCodes,
  unexplainedCodes,
  unraisedCodes,
} from './tidy/codes.ts';
import { coreFindings } from './tidy/coreRules.ts';
import { deadExports, deadFiles } from './tidy/deadExports.ts';
import {
  CORE_EXCEPTIONS,
  DEAD_EXPORTS,
  LONG_FUNCTIONS,
  UNASSERTED_CODES,
  UNEXPLAINED_CODES,
} from './tidy/exceptions.ts';
import { functionLengths } from './tidy/functionLengths.ts';
import { type Manifest, stringsOf, undeclaredPackages, unusedPackages } from './tidy/packages.ts';
import { openProgram } from './tidy/SourceProgram.ts';
import { overLimit, unexpected } from './tidy/unexpected.ts';

const LINES = 70;
const OTHER_SOURCES = '{prover,circuits,contracts}/**/*.{mjs,cjs,sol,circom,gyp,gypi,toml}';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest: Manifest = JSON.parse(read('package.json'));
const program = openProgram(root);
const codes = declaredCodes(program.files);

afterAll(() => program.close());

test('the whole project is read', () => {
  for (const folder of ['node/core', 'prover', 'circuits', 'contracts', 'test']) {
    expect(program.files.filter(({ path }) => path.startsWith(`${folder}/`)).length, folder).toBeGreaterThan(5);
  }
  expect(codes.length).toBeGreaterThan(200);
});

test('core has no clock, randomness, async, float, Buffer or surroundings', () => {
  const found = coreFindings(program, (path) => path.startsWith('node/core/') && !isTestCode(path));
  const told = found.map(({ rule, path, text }) => `${rule} ${path}: ${text}`);
  expect(unexpected(told, CORE_EXCEPTIONS)).toEqual([]);
});

test(`a function has at most ${LINES} lines`, () => {
  const lengths = functionLengths(program.files).map(({ name, lines }) => [name, lines] as const);
  expect(overLimit(lengths, LINES, LONG_FUNCTIONS)).toEqual([]);
});

test('what is exported is imported', () => {
  expect(unexpected(deadExports(program.files), DEAD_EXPORTS)).toEqual([]);
});

test('every file is imported, or started by a script, a person, or another file that names it', () => {
  const named = [...stringsOf(program.files), ...Object.values(manifest.scripts)];
  const isEntry = (path: string): boolean =>
    /(\.test\.ts|\.d\.ts|\/main\.ts)$/.test(path) || named.some((text) => text.includes(basename(path)));
  expect(deadFiles(program.files, isEntry)).toEqual([]);
});

test('every code that is declared can be raised', () => {
  const native = globSync('prover/native/src/**/*.{cc,h}', { cwd: root }).map(read);
  expect(unraisedCodes(program.files, codes, native)).toEqual([]);
});

test('every code that a failure can have is provoked by a test', () => {
  expect(unexpected(unassertedCodes(program.files, codes), UNASSERTED_CODES)).toEqual([]);
});

test('docs/FAILURES.md says of every code what to do', () => {
  const failures = read('docs/FAILURES.md');
  expect(unexpected(unexplainedCodes(failures, codes), UNEXPLAINED_CODES)).toEqual([]);
  expect(forgottenCodes(failures, program.files)).toEqual([]);
});

test('docs/FAILURES.md lists the rejections as the code has them', () => {
  const rows = read('docs/FAILURES.md').match(/^\| \d{3} \|.*$/gm);
  expect(rows).toEqual(rejectionRows(REJECTIONS));
});

test('package.json lists what is used, and nothing else', () => {
  const others = globSync(OTHER_SOURCES, {
    cwd: root,
    exclude: ['**/node_modules/**', '**/build/**', 'contracts/out/**'],
  });
  const commandsOf = (name: string): string[] => {
    const { bin = {} } = JSON.parse(read(`node_modules/${name}/package.json`));
    return typeof bin === 'string' ? [name] : Object.keys(bin);
  };
  const texts = others.map((path) => ({ path, text: read(path) }));
  expect(unusedPackages(manifest, program.files, texts, commandsOf)).toEqual([]);
  expect(undeclaredPackages(manifest, program.files)).toEqual([]);
});
