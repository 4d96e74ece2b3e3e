import { isTestCode, type Row } from './arrows.ts';
import type { ModuleLink } from './moduleLinks.ts';

/** A test or fixture belongs where the file belongs that it stands beside. */
const lies = (path: string, under: string): boolean =>
  path.replace(/\.(test|fixture)\.ts$/, '.ts') === under || path.startsWith(`${under}/`);

/** The narrowest that holds it. */
const rowOf = (rows: readonly Row[], path: string): Row | undefined =>
  rows.filter(({ of }) => lies(path, of)).sort((a, b) => b.of.length - a.of.length)[0];

const isOurs = (path: string): boolean => /^(node|prover|circuits|contracts|test)\//.test(path);

/** `@scope/name/deep/file.js` is of `@scope/name`; of Node's own there is one for all. */
export const packageOf = (specifier: string): string => {
  if (specifier.startsWith('node:')) return 'node:';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
};

interface Judged {
  readonly problem: string | null;
  /** What of its row the link needed. */
  readonly used: string | null;
}

const FINE: Judged = { problem: null, used: null };

/** As a target these stand for all below them; any other folder does not give away what has a row of its own. */
const WHOLE_PARTS: ReadonlySet<string> = new Set(['node/core', 'node', 'prover', 'circuits', 'contracts']);

const judge = (rows: readonly Row[], { from, to }: ModuleLink): Judged => {
  const row = rowOf(rows, from);
  if (row === undefined) return { problem: `${from} has no row in test/tidy/arrows.ts`, used: null };
  const testing = isTestCode(from);
  const refused = { problem: `${from} -> ${to}`, used: null };
  if (!isOurs(to)) {
    const name = packageOf(to);
    if (testing) return FINE;
    return row.packages?.includes(name) ? { problem: null, used: `${row.of} -> ${name}` } : refused;
  }
  if (!testing && isTestCode(to)) return refused;
  const target = rowOf(rows, to);
  if (target === row) return FINE;
  const allowed = [...row.imports, ...(testing ? (row.inTests ?? []) : [])];
  const used = allowed
    .filter((name) => lies(to, name) && (name === target?.of || target?.of === 'test' || WHOLE_PARTS.has(name)))
    .sort((a, b) => b.length - a.length)[0];
  return used === undefined ? refused : { problem: null, used: `${row.of} -> ${used}` };
};

const backwardsProblems = (rows: readonly Row[]): string[] => {
  const problems: string[] = [];
  rows.forEach((row, at) => {
    const place = (name: string): number => rows.findIndex(({ of }) => of === name);
    for (const name of row.imports) {
      if (place(name) > at) problems.push(`${row.of} -> ${name} points backwards: rows name rows above them`);
    }
  });
  return problems;
};

/** Imports that the table does not allow, arrows that point down its order, and arrows that no file draws. */
export const arrowProblems = (rows: readonly Row[], links: readonly ModuleLink[]): string[] => {
  const problems = backwardsProblems(rows);
  const drawn = new Set<string>();
  for (const link of links) {
    const { problem, used } = judge(rows, link);
    if (problem !== null) problems.push(problem);
    if (used !== null) drawn.add(used);
  }
  for (const { of, imports, inTests = [], packages = [] } of rows) {
    for (const name of [...imports, ...inTests, ...packages]) {
      if (!drawn.has(`${of} -> ${name}`)) problems.push(`nothing draws ${of} -> ${name}: remove it from the table`);
    }
  }
  return [...new Set(problems)].sort();
};
