import type { Mutant } from './Mutant.ts';

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** Comments as blanks, so that places stay what they are. */
const masked = (source: string): string => source.replace(COMMENT, (comment) => comment.replace(/[^\n]/g, ' '));

/** Texts that are part of a template's statements, each with its place. */
export interface Site<Operator extends string> {
  readonly operator: Operator;
  readonly at: number;
  readonly length: number;
  readonly with: string;
}

export const sitesOf = function* <Operator extends string>(
  code: string,
  operator: Operator,
  pattern: RegExp,
  change: (match: RegExpExecArray) => string | undefined,
): Generator<Site<Operator>> {
  for (const match of code.matchAll(pattern)) {
    const text = change(match);
    if (text !== undefined) yield { operator, at: match.index, length: match[0].length, with: text };
  }
};

const lineAt = (source: string, at: number): number => source.slice(0, at).split('\n').length;

/** One mutant a site; what lies in no template, by `templateAt`, has none. */
export const mutantsOf = <Operator extends string>(
  file: string,
  source: string,
  sites: (code: string) => Iterable<Site<Operator>>,
  templateAt: (code: string, at: number) => string,
): Mutant<Operator>[] => {
  const code = masked(source);
  const mutants: Mutant<Operator>[] = [];
  for (const { operator, at, length, with: text } of sites(code)) {
    const template = templateAt(code, at);
    const changed = code.slice(0, at) + text + code.slice(at + length);
    const first = at + (code.slice(at, at + length).match(/^\s*/)?.[0].length ?? 0);
    const line = lineAt(code, first);
    const [before = '', after = ''] = [code, changed].map((one) => (one.split('\n')[line - 1] ?? '').trim());
    if (template !== '' && code !== changed)
      mutants.push({ operator, file, line, template, before, after, source: changed });
  }
  return mutants;
};
