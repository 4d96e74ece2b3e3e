import { countConstraints } from '../../circuits/constraints.ts';
import type { Figure } from './figure.ts';

/** Constraints per row kind and of the development shape, each beside the design's budget. */
export const benchConstraints = async (): Promise<Figure[]> => {
  const counts = await countConstraints();
  return counts.map(({ part, constraints, budget }) => ({
    name: `constraints: ${part}`,
    value: constraints,
    unit: 'constraints',
    goal: `at most ${budget.toLocaleString('en-US')}`,
    better: 'lower',
  }));
};
