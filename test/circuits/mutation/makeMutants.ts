import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mutantsOf, type Site, sitesOf } from '../../mutation/sites.ts';
import type { Mutant, Operator } from './Mutant.ts';

type CircuitSite = Site<Operator>;

/** Statements up to their semicolon. Those with a constraint, or a variable that goes into one. */
const STATEMENT = /[^;{}]+;/g;
const IS_ARITHMETIC = /<==|===|<--|\+=|\bvar\b[^;]*=|\b\w+ = /;
const FACTORS =
  'live|exists|authorised|enabled|liquidated|bound|liquidation|isForced|fresh|useInitial|weightBefore|weightAfter|wBefore|wAfter|shaved';

/** Inside brackets of an index, where a change makes no other statement but a wrong address. */
const isInIndex = (code: string, at: number): boolean => {
  let depth = 0;
  for (let i = at - 1; i >= 0 && code[i] !== ';' && code[i] !== '{'; i--) {
    if (code[i] === ']') depth--;
    if (code[i] === '[') depth++;
    if (depth > 0) return true;
  }
  return false;
};

const inStatements = function* (
  code: string,
  operator: Operator,
  pattern: RegExp,
  change: (match: RegExpExecArray) => string | undefined,
): Generator<CircuitSite> {
  for (const statement of code.matchAll(STATEMENT)) {
    if (!IS_ARITHMETIC.test(statement[0]) || /\bfor\s*\(|\bcomponent\b|\binclude\b|\bpragma\b/.test(statement[0]))
      continue;
    const right = statement[0].search(/<==|===|<--|\+=|[^=<>!]=[^=]/);
    for (const site of sitesOf(statement[0], operator, pattern, change)) {
      const at = statement.index + site.at;
      // `===` has two sides that count, an assignment one.
      if (site.at < right && !statement[0].includes('===')) continue;
      if (!isInIndex(code, at)) yield { ...site, at };
    }
  }
};

const allSites = function* (code: string): Generator<CircuitSite> {
  yield* sitesOf(code, 'equality dropped', /[^;{}\n]*===[^;]*;/g, (match) => match[0].replace(/[^\n]/g, ' '));
  yield* sitesOf(code, 'constraint dropped', /<==/g, () => '<--');
  yield* sitesOf(code, 'range widened', /Num2Bits\((\d+)\)/g, ([, width]) => `Num2Bits(${Number(width) + 1})`);
  yield* sitesOf(code, 'range narrowed', /Num2Bits\((\d+)\)/g, ([, width]) => `Num2Bits(${Number(width) - 1})`);
  yield* sitesOf(code, 'range dropped', /Num2Bits\(\d+\)/g, () => 'Num2Bits(254)');
  yield* inStatements(code, 'factor dropped', new RegExp(`\\b(${FACTORS}|used\\[i\\]) \\* `, 'g'), () => '');
  yield* inStatements(code, 'factor dropped', /\(1 - [\w.[\]]+\) \* /g, () => '');
  yield* inStatements(
    code,
    'factor dropped',
    new RegExp(` \\* (${FACTORS}|\\(1 - [\\w.[\\]]+\\))(?![\\w.[(])`, 'g'),
    () => '',
  );
  yield* inStatements(code, 'sign changed', / ([+-]) /g, ([, sign]) => (sign === '+' ? ' - ' : ' + '));
  yield* sitesOf(
    code,
    'input left out',
    /(\b(?:\w+\.)?(?:in|inputs)\[[^=;]*\]) <== [^;]+;/g,
    ([whole, target]) => `${target} <== 0;${whole.replace(/[^\n]/g, '')}`,
  );
  yield* inStatements(code, 'constant changed', /1 << (\d+)/g, ([, by]) => `1 << ${Number(by) + 1}`);
  yield* inStatements(code, 'constant changed', /\b([2-9]) \*/g, ([, by]) => `${Math.floor(Number(by) / 2)} *`);
  yield* inStatements(code, 'constant changed', /\b(\d{4,})\b/g, ([, value]) => `${BigInt(value ?? 0) + 1n}`);
  yield* sitesOf(
    code,
    'constant changed',
    /return (1 << )?(\d+);/g,
    ([, shift, value]) => `return ${shift ?? ''}${BigInt(value ?? 0) + 1n};`,
  );
  yield* inStatements(code, 'bound moved', / - 1(?=[;)])/g, () => '');
  yield* inStatements(code, 'bound moved', /\((1) - /g, () => '(2 - ');
  yield* sitesOf(code, 'bound moved', /if \((\w+) > 0/g, ([, name]) => `if (${name} > 1`);
  yield* sitesOf(
    code,
    'operand exchanged',
    /<== (\w+)\[([^;\]]+)\]\[(\d)\];/g,
    ([, name, row, column]) => `<== ${name}[${row}][${(Number(column) + 1) % 2}];`,
  );
  yield* inStatements(
    code,
    'operand exchanged',
    /\b(cash|key[XY]|owner|intents|lots|instrument|negative|values|short|w)Before\b/g,
    ([, name]) => (name === 'w' ? 'wAfter' : `${name}`),
  );
  yield* inStatements(code, 'operand exchanged', /\broot(Before|After)\b/g, ([, side]) =>
    side === 'Before' ? 'rootAfter' : 'rootBefore',
  );
};

/** The template or function that a place lies in. */
const templateAt = (code: string, at: number): string => {
  const names = [...code.slice(0, at).matchAll(/\b(?:template|function)\s+(\w+)/g)];
  return names.at(-1)?.[1] ?? '';
};

/** All mutants of all sources below the folder, in a fixed order. */
export const makeMutants = async (circuits: string): Promise<Mutant[]> => {
  const names = (await readdir(circuits, { recursive: true })).filter((name) => name.endsWith('.circom')).sort();
  const sources = await Promise.all(names.map((name) => readFile(join(circuits, name), 'utf8')));
  return names.flatMap((name, i) => mutantsOf(name, sources[i] ?? '', allSites, templateAt));
};
