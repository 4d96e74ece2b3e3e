import { countConstraints } from '../../circuits/constraints.ts';

/** Constraints per row kind and of the development shape, each beside the design's budget. */
export const benchConstraints = async () => {
  const counts = await countConstraints();
  return counts.map(({ part, constraints, budget }) => ({
    name: `constraints: ${part}`,
    value: constraints,
    unit: 'constraints',
    goal: budget,
    better: 'lower' as const,
  }));
};
