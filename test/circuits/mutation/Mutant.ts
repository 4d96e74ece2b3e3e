/** What was changed in a circuit's source. */
export const OPERATORS = [
  'equality dropped',
  'constraint dropped',
  'range widened',
  'range narrowed',
  'range dropped',
  'factor dropped',
  'sign changed',
  'input left out',
  'constant changed',
  'bound moved',
  'operand exchanged',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** One change of one source. */
export interface Mutant {
  readonly operator: Operator;
  /** Below circuits/. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly template: string;
  /** The changed line before and after, trimmed. */
  readonly before: string;
  readonly after: string;
  /** The whole file, changed. */
  readonly source: string;
}

/** The same for a mutant of the same source, whatever the line: how the list of equivalent ones names them. */
export const keyOf = ({ operator, file, template, before, after }: Omit<Mutant, 'source' | 'line'>): string =>
  [operator, file, template, before, after].join(' | ');
