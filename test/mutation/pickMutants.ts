import type { Mutant } from './Mutant.ts';

/** mulberry32: small, and the same on every machine. */
const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const shuffled = <T>(items: readonly T[], random: () => number): T[] => {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
  }
  return mixed;
};

/**
 * About `count` of the mutants: one of each template at least, and of each operator its share of a hundred, the templates in
 * turn. The same for the same seed.
 */
export const pickMutants = <Operator extends string>(
  mutants: readonly Mutant<Operator>[],
  shares: Readonly<Record<Operator, number>>,
  count: number,
  seed: number,
): Mutant<Operator>[] => {
  const random = randomOf(seed);
  const mixed = shuffled(mutants, random);
  const picked = new Set<Mutant<Operator>>();
  for (const [operator, share] of Object.entries<number>(shares)) {
    const byTemplate = new Map<string, Mutant<Operator>[]>();
    for (const mutant of mixed.filter((one) => one.operator === operator)) {
      byTemplate.set(mutant.template, [...(byTemplate.get(mutant.template) ?? []), mutant]);
    }
    let wanted = Math.round((count * share) / 100);
    while (wanted > 0 && [...byTemplate.values()].some((rest) => rest.length > 0)) {
      for (const rest of byTemplate.values()) {
        const next = wanted > 0 ? rest.pop() : undefined;
        if (next === undefined) continue;
        picked.add(next);
        wanted--;
      }
    }
  }
  const seen = new Set([...picked].map(({ template }) => template));
  for (const mutant of mixed) {
    if (seen.has(mutant.template)) continue;
    seen.add(mutant.template);
    picked.add(mutant);
  }
  return [...picked];
};
