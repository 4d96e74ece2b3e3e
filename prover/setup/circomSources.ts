import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { hashBytes } from '../artifacts/contentHash.ts';
import { SetupError } from './SetupError.ts';

/** A circuit's main component: a file, or source text whose includes are looked up in the include directories. */
export type CircuitSource = { readonly path: string } | { readonly text: string };

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const INCLUDE = /\binclude\s+"([^"]+)"/g;

async function readSource(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** Names in the include statements of a circom source, comments left out. */
export function includesOf(source: string): string[] {
  return [...source.replace(COMMENT, ' ').matchAll(INCLUDE)].map((match) => match[1] ?? '');
}

/** Looks an include up as circom does: beside the including file first, then in each include directory. */
async function locate(name: string, from: string | undefined, directories: readonly string[]): Promise<string> {
  const places = [...(from === undefined ? [] : [dirname(from)]), ...directories].map((place) => resolve(place, name));
  for (const place of places) if ((await readSource(place)) !== undefined) return place;
  const message = `${from ?? 'The circuit'} includes "${name}", which is at none of: ${places.join(', ')}.`;
  throw new SetupError('SETUP_SOURCE_MISSING', `${message} Fix the include, or run npm install.`, { include: name });
}

/**
 * Follows a circuit's includes and hashes every file reached. Two checkouts of the same sources get the same
 * answer: files are named by their hashes, not by where they lie.
 *
 * @returns one hash over the main source and all sources reached, in the order in which they are first included
 * @throws SetupError SETUP_SOURCE_MISSING
 */
export async function hashCircuitSources(main: CircuitSource, includeDirs: readonly string[]): Promise<string> {
  const seen = new Set<string>();
  const hashes: string[] = [];

  async function visit(text: string, path: string | undefined): Promise<void> {
    hashes.push(hashBytes(text));
    for (const name of includesOf(text)) {
      const found = await locate(name, path, includeDirs);
      hashes.push(hashBytes(name));
      if (seen.has(found)) continue;
      seen.add(found);
      await visit((await readSource(found)) ?? '', found);
    }
  }

  if ('text' in main) {
    await visit(main.text, undefined);
  } else {
    const path = resolve(main.path);
    const text = await readSource(path);
    if (text === undefined) {
      throw new SetupError('SETUP_SOURCE_MISSING', `There is no circuit at ${path}.`, { path });
    }
    seen.add(path);
    await visit(text, path);
  }
  return hashBytes(hashes.join('\n'));
}

/** Where `include "circomlib/circuits/..."` and `include "poseidon.circom"` are found. */
export function circomlibDirs(nodeModules: string): readonly string[] {
  return [nodeModules, join(nodeModules, 'circomlib/circuits')];
}
