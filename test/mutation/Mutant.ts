/** One change of one source. */
export interface Mutant<Operator extends string = string> {
  readonly operator: Operator;
  /** Below the folder of the sources. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** What the change lies in: a circuit's template, a contract's function. */
  readonly template: string;
  /** The changed line before and after, trimmed. */
  readonly before: string;
  readonly after: string;
  /** The whole file, changed. */
  readonly source: string;
}

/** A mutant that no test can catch, with the reason. */
export interface Equivalent {
  readonly template: string;
  /** The line before and after. */
  readonly before: string;
  readonly after: string;
  readonly because: string;
}
