/** Every rule on texts that break it, and on texts that only look as if: comments, strings, names of the same letters. */
import { afterEach, expect, test } from 'vitest';
import type { Row } from './arrows.ts';
import { arrowProblems } from './checkArrows.ts';
import {
  declaredCodes,
  forgottenCodes,
  rejectionRows,
  unassertedCodes,
  unexplainedCodes,
  unraisedCodes,
} from './codes.ts';
import { coreFindings } from './coreRules.ts';
import { deadExports, deadFiles } from './deadExports.ts';
import { fileCycles } from './fileCycles.ts';
import { functionLengths } from './functionLengths.ts';
import { importsColumnProblems } from './importsColumn.ts';
import { moduleLinks } from './moduleLinks.ts';
import { type Manifest, undeclaredPackages, unusedPackages, withoutComments } from './packages.ts';
import { programOf, type SourceProgram } from './SourceProgram.ts';
import { overLimit, unexpected } from './unexpected.ts';

const opened: SourceProgram[] = [];
afterEach(() => {
  for (const program of opened.splice(0)) program.close();
});

const programWith = (texts: Readonly<Record<string, string>>): SourceProgram => {
  const program = programOf(texts);
  opened.push(program);
  return program;
};

/** One program for all texts: opening one takes longer than reading it. */
const findingsOf = (texts: readonly string[]): string[][] => {
  const named = texts.map((text, i) => [`core${i}.ts`, text] as const);
  const found = coreFindings(programWith(Object.fromEntries(named)), () => true);
  return named.map(([name]) => found.filter(({ path }) => path === name).map(({ rule, text }) => `${rule}: ${text}`));
};

const BROKEN: Readonly<Record<string, string>> = {
  'export const now = () => Date.now();': 'clock: Date',
  'setTimeout(() => undefined, 1);': 'clock: setTimeout',
  'export const dice = () => Math.random();': 'randomness: random',
  'export const later = async () => 1;': 'async: async',
  'export type Later = Promise<number>;': 'async: Promise',
  'export const half = 0.5;': 'float: 0.5',
  'export const small = 1e-3;': 'float: 1e-3',
  'export const root = (x: number) => Math.sqrt(x);': 'float: Math.sqrt',
  'export const ratio = (a: number, b: number) => a / b;': 'float: a / b',
  'export const halve = (a: number) => { a /= 2; return a; };': 'float: a /= 2',
  'export const wrong = (a: number) => Math.max((a + 1) / 2);': 'float: (a + 1) / 2',
  'export const sums = new Float64Array(3);': 'float: Float64Array',
  "export const bytes = (Buffer as any).from('00');": 'buffer: Buffer',
  'export const home = (process as any).env.HOME;': 'surroundings: process',
};

test('core: what it must not have is found', () => {
  expect(findingsOf(Object.keys(BROKEN))).toEqual(Object.values(BROKEN).map((finding) => [finding]));
});

test('core: comments, strings, exact quotients and whole numbers are fine', () => {
  const fine = [
    '/** Date.now(), 0.5, Buffer */ export const x = 1; // await Math.random()',
    "export const x = 'Buffer'; export const y = `async 0.5`;",
    'export const pattern = /Date|0.5/;',
    'export const ratio = (a: bigint, b: bigint) => a / b;',
    'export const ratio = (a: number, b: number) => Math.floor((a + 1) / b);',
    'export const billion = 1e9; export const hex = 0xff; export const big = 10n;',
  ];
  expect(findingsOf(fine)).toEqual(fine.map(() => []));
});

const lengthsIn = (text: string): Record<string, number> =>
  Object.fromEntries(functionLengths(programWith({ 'a.ts': text }).files).map(({ name, lines }) => [name, lines]));

test('functions are measured from their first token to their last', () => {
  const text = `
/** A comment of
 * two lines. */
export function declared() {
  return 1;
}
export const arrow = () =>
  2;
export class Thing {
  constructor() {
    // one
    // two
  }
  method() {}
}
const table = { held: () => 3 };
`;
  expect(lengthsIn(text)).toEqual({
    'a.ts#declared': 3,
    'a.ts#arrow': 2,
    'a.ts#Thing.constructor': 4,
    'a.ts#method': 1,
    'a.ts#held': 1,
  });
});

test('a test is a function, a group of tests is none', () => {
  const text =
    "declare const describe: any, test: any;\ndescribe('group', () => {\n  test('one', () => {\n  });\n});\n";
  expect(lengthsIn(text)).toEqual({ 'a.ts#one': 2 });
});

test('an export that nobody imports is dead, a type of a living one is not', () => {
  const program = programWith({
    'a.ts': `
export interface Options { readonly deep: Deep }
export type Deep = 1;
export type Unused = 2;
export const living = (options: Options) => options;
export const dead = 1;
export const commented = 2;
export class Again {}
`,
    'b.ts':
      "import { living } from './a.ts'; // import { commented } from './a.ts'\nexport { Again } from './a.ts';\nliving({ deep: 1 });",
    'c.ts': 'export const whole = 1; export const more = 2;',
    'd.ts': "import * as c from './c.ts'; import { Again } from './b.ts'; console.log(c, Again);",
  });
  expect(deadExports(program.files)).toEqual(['a.ts#Unused', 'a.ts#dead', 'a.ts#commented']);
  expect(deadFiles(program.files, (path) => path === 'd.ts')).toEqual([]);
  expect(deadFiles(program.files, () => false)).toEqual(['d.ts']);
});

const withCodes = {
  'error.ts': `
export type ThingErrorCode =
  /** comment: 'COMMENTED' */
  | 'THING_BROKEN'
  | 'THING_LOST';
export const REJECTIONS = { TOO_LATE: [401, 'x'] } as const satisfies Record<string, readonly [number, string]>;
export class Other { readonly code = 'OTHER_CODE'; }
export const raise = (bad: boolean) => ({ code: bad ? 'RAISED_BAD' : 'RAISED_GOOD' });
`,
  'error.test.ts': "// THING_LOST\nexport const told = ['THING_BROKEN', /TOO_LATE/, `OTHER_CODE`];",
};

test('codes are found where they are declared, and looked for in tests and documents', () => {
  const { files } = programWith(withCodes);
  const codes = declaredCodes(files);
  const all = ['OTHER_CODE', 'RAISED_BAD', 'RAISED_GOOD', 'THING_BROKEN', 'THING_LOST', 'TOO_LATE'];
  expect(codes.map(({ code }) => code)).toEqual(all);
  expect(unraisedCodes(files, codes, ['// THING_LOST'])).toEqual(['THING_BROKEN']);
  expect(unassertedCodes(files, codes)).toEqual(['RAISED_BAD', 'RAISED_GOOD', 'THING_LOST']);
  expect(unexplainedCodes('| `THING_LOST`, `THING_BROKEN_MORE` | RAISED_BAD |', codes)).toEqual([
    'OTHER_CODE',
    'RAISED_GOOD',
    'THING_BROKEN',
    'TOO_LATE',
  ]);
});

test('a document names no code that is gone, and lists rejections by number', () => {
  const { files } = programWith(withCodes);
  expect(forgottenCodes('`TOO_LATE`, `THING_GONE`, `STRADDLE_CACHE`, THING_SPELLED', files)).toEqual(['THING_GONE']);
  expect(rejectionRows({ LATER: [402, 'b.'], FIRST: [401, 'a.'] })).toEqual([
    '| 401 | `FIRST` | a. |',
    '| 402 | `LATER` | b. |',
  ]);
});

const rows: readonly Row[] = [
  { of: 'node/core', imports: [] },
  { of: 'node/low', imports: ['node/core'], packages: ['node:'] },
  { of: 'node/high', imports: ['node/low'], inTests: ['node/core'] },
  { of: 'test', imports: ['node'] },
];
const linked = {
  'node/core/a.ts': 'export type A = 1;',
  'node/low/b.ts': "import type { A } from '../core/a.ts';\nimport { join } from 'node:path';\nexport type B = A;",
  'node/high/c.ts': "import type { B } from '../low/b.ts';\nexport type C = B;",
  'node/high/c.test.ts': "import type { A } from '../core/a.ts';\nexport type D = A;",
  'test/e.ts': "import type { C } from '../node/high/c.ts';\nexport type E = C;",
};
const problemsOf = (texts: Readonly<Record<string, string>>, table = rows): string[] =>
  arrowProblems(table, moduleLinks(programWith(texts).files));

test('imports that the table allows are fine', () => {
  expect(problemsOf(linked)).toEqual([]);
});

test.each([
  [
    'backwards',
    { 'node/core/x.ts': "import type { B } from '../low/b.ts'; export type X = B;" },
    'node/core/x.ts -> node/low/b.ts',
  ],
  [
    'past the table',
    { 'node/high/x.ts': "import type { A } from '../core/a.ts'; export type X = A;" },
    'node/high/x.ts -> node/core/a.ts',
  ],
  [
    'of a test',
    { 'node/low/x.ts': "import type { D } from '../high/c.test.ts'; export type X = D;" },
    'node/low/x.ts -> node/high/c.test.ts',
  ],
  [
    'of test',
    { 'node/high/x.ts': "import type { E } from '../../test/e.ts'; export type X = E;" },
    'node/high/x.ts -> test/e.ts',
  ],
  [
    'of a package',
    { 'node/core/x.ts': "import { join } from 'node:path'; export const x = join;" },
    'node/core/x.ts -> node:path',
  ],
  [
    'by import()',
    { 'node/core/x.ts': "export const x = () => import('../low/b.ts');" },
    'node/core/x.ts -> node/low/b.ts',
  ],
  ['as a type', { 'node/core/x.ts': "export type X = import('../low/b.ts').B;" }, 'node/core/x.ts -> node/low/b.ts'],
  ['by export from', { 'node/core/x.ts': "export { type B } from '../low/b.ts';" }, 'node/core/x.ts -> node/low/b.ts'],
  [
    'of a folder without a row',
    { 'node/new/x.ts': "import type { A } from '../core/a.ts'; export type X = A;" },
    'node/new/x.ts has no row in test/tidy/arrows.ts',
  ],
])('an import %s is found', (_, wrong, problem) => {
  expect(problemsOf({ ...linked, ...(wrong as Record<string, string>) })).toEqual([problem]);
});

test('an arrow that nothing draws, or that points down, has to go', () => {
  const idle = rows.map((row) => (row.of === 'node/low' ? { ...row, packages: ['node:', 'zod'] } : row));
  expect(problemsOf(linked, idle)).toEqual(['nothing draws node/low -> zod: remove it from the table']);
  const turned = [...rows.slice(1), ...rows.slice(0, 1)];
  expect(problemsOf(linked, turned)).toEqual(['node/low -> node/core points backwards: rows name rows above them']);
});

test('files that import each other are found, over types and over others; tests may', () => {
  const { files } = programWith({
    'node/core/a.ts': "import type { B } from './b.ts'; export type A = B | 1;",
    'node/core/b.ts': "import type { C } from './c.ts'; export type B = C;",
    'node/core/c.ts': "import { type A } from './a.ts'; import type { D } from '../low/d.ts'; export type C = A | D;",
    'node/core/a.test.ts': "import type { E } from './e.fixture.ts'; export type T = E;",
    'node/core/e.fixture.ts': "import type { T } from './a.test.ts'; export type E = T;",
    'node/low/d.ts': "import type { C } from '../core/c.ts'; export type D = C;",
  });
  expect(fileCycles(moduleLinks(files))).toEqual([
    'node/core/a.ts -> node/core/b.ts -> node/core/c.ts -> node/core/a.ts',
    'node/core/c.ts -> node/low/d.ts -> node/core/c.ts',
  ]);
});

test('the column of imports is held against the table', () => {
  const document =
    '| `other` | table |\n\n| folder | what | imports |\n|---|---|---|\n| `node/core` | rules | nothing |\n| `node/low` | low | `node/low` |\n| `gone` | x | nothing |\n';
  expect(importsColumnProblems(document, rows.slice(0, 3))).toEqual([
    'the row of node/low must end in | `node/core` |',
    'there is no row | `node/high` | … | `node/low` |',
    'gone has no row in test/tidy/arrows.ts',
  ]);
});

const manifest: Manifest = {
  scripts: { lint: 'linter check .' },
  dependencies: { used: '1', '@scope/deep': '1', unused: '1', named: '1', mentioned: '1', '@types/used': '1' },
  devDependencies: { 'the-linter': '1', 'dev-only': '1', '@types/gone': '1' },
};

test('packages that nothing uses, and those that are used without being listed', () => {
  const { files } = programWith({
    'node/a.ts': "import 'used'; import '@scope/deep/file.js'; import 'lacking'; import 'dev-only'; // import 'unused'",
    'node/a.test.ts': "import 'dev-only';",
  });
  const others = [{ path: 'a.circom', text: 'include "named/file.circom"; // "unused"\n/* mentioned */' }];
  const commandsOf = (name: string) => (name === 'the-linter' ? ['linter'] : []);
  expect(unusedPackages(manifest, files, others, commandsOf)).toEqual(['unused', 'mentioned', '@types/gone']);
  expect(undeclaredPackages(manifest, files)).toEqual(['node/a.ts imports lacking', 'node/a.ts imports dev-only']);
});

test('comments of other languages are left out', () => {
  expect(withoutComments('a // b\nc # d\n/* e\nf */g "http://h"').split(/\s+/)).toEqual(['a', 'c', 'g', '"http://h"']);
});

test('an exception that is no longer needed is a problem', () => {
  expect(unexpected(['a', 'b'], { b: 'why', c: 'why' })).toEqual([
    'a',
    'no longer needed in test/tidy/exceptions.ts: c',
  ]);
});

test('a measure over its limit may go down, and is then listed lower', () => {
  const measured = [
    ['new', 80],
    ['grown', 90],
    ['shrunk', 75],
    ['cut', 60],
    ['same', 71],
  ] as const;
  expect(overLimit(measured, 70, { grown: 85, shrunk: 80, cut: 72, same: 71 })).toEqual([
    'new',
    'no longer needed in test/tidy/exceptions.ts: cut',
    'grown has grown from 85 to 90',
    'shrunk is down to 75: list it so in test/tidy/exceptions.ts',
  ]);
});
