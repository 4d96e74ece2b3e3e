/** The whole table of allowed arrows is in test/tidy/arrows.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ARROWS } from './tidy/arrows.ts';
import { arrowProblems } from './tidy/checkArrows.ts';
import { fileCycles } from './tidy/fileCycles.ts';
import { importsColumnProblems } from './tidy/importsColumn.ts';
import { moduleLinks } from './tidy/moduleLinks.ts';
import { openProgram } from './tidy/SourceProgram.ts';

const root = join(import.meta.dirname, '..');
const program = openProgram(root);

afterAll(() => program.close());

test('the imports of the whole project are read', () => {
  expect(moduleLinks(program.files).length).toBeGreaterThan(1000);
});

test('no import is drawn that the table lacks, and no arrow of the table is idle', () => {
  expect(arrowProblems(ARROWS, moduleLinks(program.files))).toEqual([]);
});

test('no file imports itself over others, for a type either', () => {
  expect(fileCycles(moduleLinks(program.files))).toEqual([]);
});

test('docs/ARCHITECTURE.md shows the table', () => {
  const document = readFileSync(join(root, 'docs', 'ARCHITECTURE.md'), 'utf8');
  expect(importsColumnProblems(document, ARROWS)).toEqual([]);
});
