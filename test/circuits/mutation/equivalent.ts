import type { Mutant } from './Mutant.ts';

/** A mutant that no test can catch, with the reason. */
export interface Equivalent {
  readonly template: string;
  /** The line before and after. */
  readonly before: string;
  readonly after: string;
  readonly because: string;
}

export const EQUIVALENT: readonly Equivalent[] = [];

export const equivalenceOf = (mutant: Mutant): Equivalent | undefined =>
  EQUIVALENT.find(
    ({ template, before, after }) => template === mutant.template && before === mutant.before && after === mutant.after,
  );
