import { pickMutants as pick } from '../../mutation/pickMutants.ts';
import type { Mutant, Operator } from './Mutant.ts';

/** How many of a hundred are of each kind; what weakens a check silently comes first. */
const SHARES: Readonly<Record<Operator, number>> = {
  'equality dropped': 22,
  'range widened': 14,
  'range dropped': 12,
  'factor dropped': 14,
  'constraint dropped': 8,
  'sign changed': 8,
  'constant changed': 6,
  'bound moved': 6,
  'input left out': 4,
  'operand exchanged': 3,
  'range narrowed': 3,
};

export const pickMutants = (mutants: readonly Mutant[], count: number, seed: number): Mutant[] =>
  pick(mutants, SHARES, count, seed);
