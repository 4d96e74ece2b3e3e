import type { Mutant } from '../../mutation/Mutant.ts';

/** What is changed in the contracts' sources, and how many of a hundred are of each kind: lost checks come first. */
export const SHARES = {
  'check removed': 20,
  'condition negated': 6,
  'comparison changed': 14,
  'connective changed': 6,
  'modifier dropped': 8,
  'arithmetic changed': 8,
  'constant moved': 8,
  'operands swapped': 3,
  'assignment dropped': 9,
  'call dropped': 6,
  'emit dropped': 4,
  'shift or mask changed': 4,
  'assembly changed': 4,
} as const;
export type ContractOperator = keyof typeof SHARES;
export type ContractMutant = Mutant<ContractOperator>;
