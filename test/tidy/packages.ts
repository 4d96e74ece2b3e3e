import { isNoSubstitutionTemplateLiteral, isStringLiteral } from 'typescript/unstable/ast';
import { isTestCode } from './arrows.ts';
import { packageOf } from './checkArrows.ts';
import { moduleLinks } from './moduleLinks.ts';
import { nodesUnder, type ProgramFile } from './SourceProgram.ts';

export interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What uses packages and is not TypeScript: its text without comments. */
export interface OtherSource {
  readonly path: string;
  readonly text: string;
}

/** Of languages whose comments are `//`, `/*` or `#`. A `//` behind a colon is part of an address. */
export const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:"'\\])\/\/.*$|(^|\s)#.*$/gm, '$1');

/** Every literal text of the program, without those in comments. */
export const stringsOf = (files: readonly ProgramFile[]): string[] => {
  const strings: string[] = [];
  for (const { tree } of files) {
    for (const node of nodesUnder(tree)) {
      if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) strings.push(node.text);
    }
  }
  return strings;
};

const namesPackage = (text: string, name: string): boolean =>
  text.split(/[^\w@./-]+/).some((word) => word === name || word.startsWith(`${name}/`));

/** A command: a string of its own, the end of a path, or the first word of a script. */
const runs = (text: string, command: string): boolean =>
  text === command || text.endsWith(`/.bin/${command}`) || text.split(' ')[0] === command;

/**
 * Packages that nothing uses: neither imported, nor named in a string or another source, nor run by one of the names
 * that `commandsOf` gives (the `bin` of its own manifest). `@types/x` is used if `x` is, or is Node.
 */
export const unusedPackages = (
  manifest: Manifest,
  files: readonly ProgramFile[],
  others: readonly OtherSource[],
  commandsOf: (name: string) => readonly string[],
): string[] => {
  const names = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
  const imported = new Set(moduleLinks(files).map(({ to }) => packageOf(to)));
  const strings = stringsOf(files);
  const scripts = Object.values(manifest.scripts);
  const used = (name: string): boolean => {
    if (name.startsWith('@types/')) return names.includes(name.slice(7));
    if (imported.has(name) || strings.some((text) => namesPackage(text, name))) return true;
    if (others.some(({ text }) => namesPackage(withoutComments(text), name))) return true;
    return commandsOf(name).some((command) => [...strings, ...scripts].some((text) => runs(text, command)));
  };
  return names.filter((name) => !used(name));
};

/** Imports of packages that package.json lacks; production code must not live on what only developers install. */
export const undeclaredPackages = (manifest: Manifest, files: readonly ProgramFile[]): string[] => {
  const problems = new Set<string>();
  for (const { from, to } of moduleLinks(files)) {
    const name = packageOf(to);
    if (name === 'node:' || /^(node|prover|circuits|contracts|test)\//.test(to)) continue;
    if (name in manifest.dependencies || (isTestCode(from) && name in manifest.devDependencies)) continue;
    problems.add(`${from} imports ${name}`);
  }
  return [...problems];
};
