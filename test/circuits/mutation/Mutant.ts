import type { Mutant as AnyMutant } from '../../mutation/Mutant.ts';

/** What was changed in a circuit's source. */
const OPERATORS = [
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

export type Mutant = AnyMutant<Operator>;
