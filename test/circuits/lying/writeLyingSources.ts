import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const CIRCUITS = resolve(import.meta.dirname, '../../../circuits');
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
/** A statement with `===`: from the end of the statement or block before it up to its semicolon. */
const EQUALITY = /(^|[;{}])([^;{}]*?)===[^;]*;/g;

/** A circom source with every constraint taken out: `a === b` goes, `a <== b` only assigns. */
const withoutConstraints = (source: string): string => {
  let text = source.replace(COMMENT, ' ').replaceAll('<==', '<--').replaceAll('==>', '-->');
  // Neighbouring statements share a semicolon, so one pass may miss every second one.
  while (EQUALITY.test(text)) text = text.replace(EQUALITY, '$1');
  return text;
};

const transformFolder = async (from: string, to: string): Promise<void> => {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.isDirectory()) await transformFolder(join(from, entry.name), join(to, entry.name));
    else if (entry.name.endsWith('.circom'))
      await writeFile(join(to, entry.name), withoutConstraints(await readFile(join(from, entry.name), 'utf8')));
    else await cp(join(from, entry.name), join(to, entry.name));
  }
};

/** Writes the circuits and circomlib without their constraints below `directory`, an include path of the lying build. */
export const writeLyingSources = async (directory: string): Promise<void> => {
  const circomlib = dirname(createRequire(import.meta.url).resolve('circomlib/package.json'));
  await transformFolder(CIRCUITS, directory);
  await transformFolder(join(circomlib, 'circuits'), join(directory, 'circomlib/circuits'));
};
