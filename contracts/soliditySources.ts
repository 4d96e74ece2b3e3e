import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { ContractError } from './ContractError.ts';

/** Sources by the name under which they import one another, with their content. */
export type SoliditySources = Readonly<Record<string, string>>;

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const IMPORT = /\bimport\s+(?:[^"';]*?\bfrom\s+)?["']([^"']+)["']/g;

/** Paths in a source's import statements, comments left out. */
export function importsOf(source: string): string[] {
  return [...source.replace(COMMENT, ' ').matchAll(IMPORT)].map((match) => match[1] ?? '');
}

async function ownSources(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sol'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/**
 * Reads every .sol below `<root>/<folder>` and whatever they import: relative paths beside the importing file,
 * `@scope/...` from `nodeModules`.
 *
 * @throws ContractError CONTRACT_SOURCE_MISSING
 */
export async function readSoliditySources(root: string, folder: string, nodeModules: string): Promise<SoliditySources> {
  const sources: Record<string, string> = {};
  const waiting = (await ownSources(root, folder)).map((name) => ({ name, from: folder }));
  if (waiting.length === 0) {
    const message = `There are no .sol files below ${join(root, folder)}. Check the checkout.`;
    throw new ContractError('CONTRACT_SOURCE_MISSING', message, { folder });
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, from } = next;
    if (sources[name] !== undefined) continue;
    const place = name.startsWith('@') ? join(nodeModules, name) : join(root, name);
    const content = await readFile(place, 'utf8').catch((cause: unknown) => {
      const message = `${from} imports ${name}, which is not at ${place}. Fix the import, or run npm install.`;
      throw new ContractError('CONTRACT_SOURCE_MISSING', message, { name, from }, cause);
    });
    sources[name] = content;
    for (const path of importsOf(content)) {
      waiting.push({ name: path.startsWith('.') ? posix.join(dirname(name), path) : path, from: name });
    }
  }
  return Object.fromEntries(Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1)));
}
