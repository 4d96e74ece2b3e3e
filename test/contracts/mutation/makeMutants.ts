import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mutantsOf, type Site, sitesOf } from '../../mutation/sites.ts';
import type { ContractMutant, ContractOperator } from './ContractMutant.ts';

type ContractSite = Site<ContractOperator>;

const blank = ([text]: RegExpExecArray): string => text.replace(/[^\n]/g, ' ');
const COMPARISONS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
};
const ARITHMETIC: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '/' };
const INSTRUCTIONS: Readonly<Record<string, string>> = {
  and: 'or',
  or: 'and',
  lt: 'gt',
  gt: 'lt',
  eq: 'lt',
  add: 'sub',
  sub: 'add',
  shl: 'shr',
  shr: 'shl',
};

const closing = (code: string, open: number): number => {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if (code[i] === '(') depth++;
    if (code[i] === ')' && --depth === 0) return i;
  }
  return code.length;
};

/** `if (c)` becomes `if (!(c))`. */
const negations = function* (code: string): Generator<ContractSite> {
  for (const match of code.matchAll(/\bif \(/g)) {
    const open = match.index + match[0].length - 1;
    const condition = code.slice(open, closing(code, open) + 1);
    yield { operator: 'condition negated', at: open, length: condition.length, with: `(!${condition})` };
  }
};

const checks = function* (code: string): Generator<ContractSite> {
  yield* sitesOf(
    code,
    'check removed',
    /(?:\belse )?\bif \([^;{}]*?\)\s*(?:revert [^;]+;|\{\s*revert [^;]+;\s*\})/g,
    blank,
  );
  yield* sitesOf(code, 'check removed', /^ +(?:\w+\.)?_?require\w*\([^;{}]*\);/gm, blank);
  yield* negations(code);
  yield* sitesOf(code, 'comparison changed', / (<=?|>=?|==|!=) /g, ([, sign = '']) => ` ${COMPARISONS[sign]} `);
  yield* sitesOf(code, 'connective changed', /&&|\|\|/g, ([sign]) => (sign === '&&' ? '||' : '&&'));
  yield* sitesOf(
    code,
    'modifier dropped',
    /(?<!modifier )\b(?:nonReentrant|whenNotFrozen|whenNotPaused|onlyGovernance|onlySequencer|delayed|onlyRole\(\w+\))(?=[\s{])/g,
    blank,
  );
};

const values = function* (code: string): Generator<ContractSite> {
  yield* sitesOf(code, 'arithmetic changed', / ([-+*/%]) /g, ([, sign = '']) => ` ${ARITHMETIC[sign]} `);
  yield* sitesOf(code, 'arithmetic changed', / ([-+])= /g, ([, sign]) => (sign === '+' ? ' -= ' : ' += '));
  yield* sitesOf(code, 'constant moved', /(?<![\w.[])\d+(?=[\s;),])/g, ([value]) => `${BigInt(value) + 1n}`);
  yield* sitesOf(
    code,
    'operands swapped',
    /([\w.]+) ([-/<>]) ([\w.]+)(?![\w.([])/g,
    ([, a, sign, b]) => `${b} ${sign} ${a}`,
  );
  yield* sitesOf(code, 'shift or mask changed', / (>>|<<) /g, ([, sign]) => (sign === '>>' ? ' << ' : ' >> '));
  yield* sitesOf(code, 'shift or mask changed', /\buint(\d+)\((?=[^)]*>>)/g, ([, bits]) => `uint${Number(bits) - 8}(`);
  yield* sitesOf(code, 'shift or mask changed', / & /g, () => ' | ');
};

const statements = function* (code: string): Generator<ContractSite> {
  yield* sitesOf(code, 'assignment dropped', /^ +[\w.]+(?:\[[^;={}]*\])?(?:\.\w+)* [-+|]?= [^;{}]+;/gm, blank);
  yield* sitesOf(code, 'assignment dropped', /^ +(?!let\b)\w+ := .+$/gm, blank);
  yield* sitesOf(code, 'call dropped', /^ +(?!_?require|\w+\.require)[\w.]+\([^;{}]*\);/gm, blank);
  yield* sitesOf(code, 'emit dropped', /\bemit [^;]+;/g, blank);
  yield* sitesOf(code, 'assembly changed', /^ +(?:mstore|mcopy|calldatacopy|codecopy)\(.*\)$/gm, blank);
  yield* sitesOf(
    code,
    'assembly changed',
    /\b(and|or|lt|gt|eq|add|sub|shl|shr)\(/g,
    ([, name = '']) => `${INSTRUCTIONS[name]}(`,
  );
};

const allSites = function* (code: string): Generator<ContractSite> {
  yield* checks(code);
  yield* values(code);
  yield* statements(code);
};

/** The function, or what else has a body, that a place lies in. */
const functionAt = (code: string, at: number): string => {
  const names = [
    ...code
      .slice(0, at)
      .matchAll(/^(?: {4})?(?:abstract )?(?:(?:contract|library|function|modifier) (\w+)|(constructor|fallback)\()/gm),
  ];
  const last = names.at(-1);
  return last?.[1] ?? last?.[2] ?? '';
};

/** All mutants of all contracts below the folder, in a fixed order; interfaces and devnet's token have none. */
export const makeMutants = async (folder: string): Promise<ContractMutant[]> => {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => name.endsWith('.sol') && !/^(?:interfaces|devnet|generated)\//.test(name))
    .sort();
  const sources = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return names.flatMap((name, i) => mutantsOf(name, sources[i] ?? '', allSites, functionAt));
};
