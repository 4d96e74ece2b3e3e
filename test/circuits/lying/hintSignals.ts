import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Component } from './LyingProgram.ts';
import type { SignalNames } from './SignalNames.ts';

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const TEMPLATE = /\btemplate\s+(?:custom\s+)?(\w+)/g;
const HINT = /(\w+)\s*(?:\[[^\]]*\]\s*)*<--|-->\s*(\w+)/g;

/** `Template.signal` of every `<--` in the sources of a folder. */
const hintsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.circom'))
    .flatMap((name) => {
      const code = readFileSync(join(folder, name), 'utf8').replace(COMMENT, ' ');
      const templates = [...code.matchAll(TEMPLATE)];
      return [...code.matchAll(HINT)].map((hint) => {
        const within = templates.filter(({ index }) => index < hint.index).at(-1)?.[1] ?? '';
        return `${within}.${hint[1] ?? hint[2]}`;
      });
    });

/**
 * The signals that a prover may choose because `<--` assigns them, grouped by template and name. `components`: all of the
 * circuit's, each with its template.
 */
export const hintSignals = (
  circuits: string,
  components: readonly Component[],
  { names }: SignalNames,
): ReadonlyMap<string, readonly string[]> => {
  const circomlib = dirname(createRequire(import.meta.url).resolve('circomlib/package.json'));
  const hints = new Set([...hintsIn(circuits), ...hintsIn(join(circomlib, 'circuits'))]);
  const found = new Map<string, string[]>();
  const prefixes = new Map(components.map(({ template, path }) => [path, template]));
  for (const name of names) {
    const dot = name.lastIndexOf('.');
    const template = prefixes.get(name.slice(0, Math.max(0, dot)));
    const key = `${template}.${name.slice(dot + 1).replace(/\[.*$/, '')}`;
    if (template === undefined || !hints.has(key)) continue;
    const group = found.get(key);
    if (group === undefined) found.set(key, [name]);
    else group.push(name);
  }
  return found;
};
