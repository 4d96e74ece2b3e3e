import type { Combination } from './ConstraintSystem.ts';
import type { FractionFact, Knowledge } from './Knowledge.ts';
import { type Fact, KNOWN } from './knownWires.ts';

/** A known boolean, and what is known in one of its two cases alone. */
export interface Gate {
  readonly wire: number;
  /** By wire: in which case. */
  readonly partly: ReadonlyMap<number, 0 | 1>;
}

interface Case {
  readonly possible: boolean;
  readonly facts: ReadonlyMap<number, Fact>;
  readonly fractions: ReadonlyMap<number, FractionFact>;
}

/** Known booleans (or 1 less one) that are a factor of a product with something unknown, of these constraints. */
export const gatesOf = (knowledge: Knowledge, constraints: Iterable<number>): number[] => {
  const gates = new Set<number>();
  for (const index of constraints) {
    const { a, b, c } = knowledge.system.at(index);
    if (a.size === 0) continue;
    if ([a, b, c].every((part) => knowledge.unknownIn(part).length === 0)) continue;
    for (const factor of [a, b]) {
      const gate = gateIn(knowledge, factor);
      if (gate !== 0) gates.add(gate);
    }
  }
  return [...gates];
};

const gateIn = (knowledge: Knowledge, factor: Combination): number => {
  const wires = [...factor.keys()].filter((wire) => wire !== 0);
  const [wire = 0] = wires;
  if (wires.length !== 1 || knowledge.level(wire) !== KNOWN || knowledge.mask(wire) !== 0) return 0;
  return knowledge.gadgets.limit.get(wire) === 1n ? wire : 0;
};

const explore = (knowledge: Knowledge, wire: number, value: bigint, depth: number): Case => {
  const mark = knowledge.mark;
  const before = new Set(knowledge.fractions.keys());
  knowledge.assuming = true;
  knowledge.giveValue(wire, value);
  knowledge.propagate();
  if (depth > 1 && !knowledge.contradiction) {
    const near = new Set(knowledge.changedSince(mark).flatMap((wire) => [...knowledge.system.constraintsOf(wire)]));
    for (const gate of gatesOf(knowledge, near)) splitOn(knowledge, gate, depth - 1);
    knowledge.assuming = true;
  }
  const possible = !knowledge.contradiction;
  const facts = new Map(knowledge.since(mark).map((known) => [known, knowledge.fact(known)]));
  const fractions = new Map([...knowledge.fractions].filter(([index]) => !before.has(index)));
  for (const index of fractions.keys()) knowledge.fractions.delete(index);
  knowledge.undo(mark);
  knowledge.assuming = false;
  return { possible, facts, fractions };
};

/**
 * What is known whichever of its two values a known boolean has is known. Both cases share the boolean, so in two witnesses that
 * agree on what was given it is the same case.
 */
export const splitOn = (knowledge: Knowledge, wire: number, depth: number): Gate => {
  const cases = [0n, 1n].map((value) => explore(knowledge, wire, value, depth));
  const possible = cases.filter((one) => one.possible);
  const [first, second = first] = possible;
  const partly = new Map<number, 0 | 1>();
  if (first === undefined || second === undefined) {
    knowledge.contradiction = true;
    return { wire, partly };
  }
  for (const [index, fraction] of first.fractions) {
    const other = second.fractions.get(index);
    if (other !== undefined) knowledge.fractions.set(index, fraction.sound ? other : fraction);
  }
  for (const [known, fact] of first.facts) {
    const other = second.facts.get(known);
    if (other === undefined) partly.set(known, 0);
    else {
      const unit = fact.unit === other.unit ? fact.unit : -1;
      const definers = [...new Set([...fact.definers, ...other.definers])];
      knowledge.give(known, fact.mask | other.mask, unit, definers);
    }
  }
  for (const known of second.facts.keys()) if (!first.facts.has(known)) partly.set(known, 1);
  knowledge.propagate();
  return { wire, partly };
};
