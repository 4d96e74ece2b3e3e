import { type Mutant, OPERATORS, type Operator } from './Mutant.ts';

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
 * About `count` of the mutants: one of each template at least, and of each operator its share, the templates in turn.
 * The same for the same seed.
 */
export const pickMutants = (mutants: readonly Mutant[], count: number, seed: number): Mutant[] => {
  const random = randomOf(seed);
  const mixed = shuffled(mutants, random);
  const picked = new Set<Mutant>();
  for (const operator of OPERATORS) {
    const byTemplate = new Map<string, Mutant[]>();
    for (const mutant of mixed.filter((one) => one.operator === operator)) {
      byTemplate.set(mutant.template, [...(byTemplate.get(mutant.template) ?? []), mutant]);
    }
    let wanted = Math.round((count * SHARES[operator]) / 100);
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
