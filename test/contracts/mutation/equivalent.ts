import type { Equivalent } from '../../mutation/Mutant.ts';

/** What no test can catch, with the reason. */
export const EQUIVALENT: readonly Equivalent[] = [];
