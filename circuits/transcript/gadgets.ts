import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import {
  type Combination,
  type Constraint,
  type ConstraintSystem,
  inverse,
  modulo,
  NOTHING,
  scaledDifference,
  signed,
  singleWire,
} from './ConstraintSystem.ts';

/** What constraints without a challenge say of single wires, found by their form alone. */
export interface Gadgets {
  /** Largest value of wires that are small numbers, not negative: 1 for booleans. */
  readonly limit: Map<number, bigint>;
  /** Of wires tested for 0: the booleans that say so, and which value they have if it is 0. */
  readonly zeroTests: Map<number, { readonly out: number; readonly ifZero: 0n | 1n }[]>;
  /** Of a wire that is a sum of bits: the linear constraint that says so. */
  readonly sumOfBits: Map<number, number>;
}

/** The wire of a constraint that names one wire alone and holds for 0 and 1 alone, or 0. */
const booleanOf = ({ a, b, c }: Constraint): number => {
  const wires = new Set([...a.keys(), ...b.keys(), ...c.keys()]);
  wires.delete(0);
  const [wire = 0] = wires;
  if (wires.size !== 1) return 0;
  const at = (combination: Combination, value: bigint): bigint =>
    (combination.get(0) ?? 0n) + value * (combination.get(wire) ?? 0n);
  const holds = (value: bigint): boolean => modulo(at(a, value) * at(b, value) - at(c, value)) === 0n;
  return a.has(wire) && b.has(wire) && holds(0n) && holds(1n) ? wire : 0;
};

/** `out` is 1 - k: then it is a boolean with it. */
const complementOf = (c: Combination): readonly [number, number] | undefined => {
  if (c.size !== 3 || !c.has(0)) return undefined;
  const [[x, cx] = [0, 0n], [y, cy] = [0, 0n]] = [...c].filter(([wire]) => wire !== 0);
  return cx === cy && modulo(cx + (c.get(0) ?? 0n)) === 0n ? [x, y] : undefined;
};

/**
 * IsZero: in * inv = 1 - out and in * out = 0. For in = 0 the first says out = 1, else the second says out = 0.
 */
const findZeroTests = (system: ConstraintSystem, gadgets: Gadgets): void => {
  for (const { a, b, c } of system.constraints) {
    if (c.size !== 0) continue;
    for (const [input, out] of [
      [singleWire(a), singleWire(b)],
      [singleWire(b), singleWire(a)],
    ] as const) {
      if (input === 0 || out === 0 || input === out) continue;
      const proven = [...system.constraintsOf(out)].some((index) => saysOneIfZero(system.at(index), input, out));
      if (!proven) continue;
      gadgets.limit.set(out, 1n);
      addZeroTest(gadgets, input, out, 1n);
    }
  }
};

const addZeroTest = ({ zeroTests }: Gadgets, input: number, out: number, ifZero: 0n | 1n): void => {
  const tests = zeroTests.get(input) ?? [];
  if (!tests.some((test) => test.out === out)) zeroTests.set(input, [...tests, { out, ifZero }]);
};

/** The wire u of a combination k (1 - u), or 0. */
const complementIn = (combination: Combination): number => {
  const [wire = 0] = [...combination.keys()].filter((one) => one !== 0);
  const [unit, factor] = [combination.get(0) ?? 0n, combination.get(wire) ?? 0n];
  return combination.size === 2 && wire !== 0 && modulo(unit + factor) === 0n ? wire : 0;
};

/**
 * u is boolean, (1 - u) * in = 0 and (in * anything) * inv = u: for in = 0 the last says u = 0, else the other says u = 1.
 */
const findNonZeroTests = (system: ConstraintSystem, gadgets: Gadgets): void => {
  for (const { a, b, c } of system.constraints) {
    if (c.size !== 0) continue;
    for (const [input, out] of [
      [singleWire(a), complementIn(b)],
      [singleWire(b), complementIn(a)],
    ] as const) {
      if (input === 0 || out === 0 || input === out || gadgets.limit.get(out) !== 1n) continue;
      const proven = [...system.constraintsOf(out)].some((index) => {
        const test = system.at(index);
        if (singleWire(test.c) !== out) return false;
        return [singleWire(test.a), singleWire(test.b)].some((wire) => wire !== 0 && vanishesWith(system, wire, input));
      });
      if (proven) addZeroTest(gadgets, input, out, 0n);
    }
  }
};

/** Whether the wire is `input` or a product with it. */
const vanishesWith = (system: ConstraintSystem, wire: number, input: number): boolean =>
  wire === input ||
  [...system.constraintsOf(wire)].some((index) => {
    const { a, b, c } = system.at(index);
    return singleWire(c) === wire && (singleWire(a) === input || singleWire(b) === input);
  });

/** Whether input = 0 makes the constraint say out = 1. */
const saysOneIfZero = ({ a, b, c }: Constraint, input: number, out: number): boolean =>
  (singleWire(a) === input || singleWire(b) === input) &&
  c.size === 2 &&
  c.has(0) &&
  c.has(out) &&
  modulo((c.get(0) ?? 0n) + (c.get(out) ?? 0n)) === 0n;

/** Linear constraints with one wire that is not a boolean, the others' coefficients making it a sum that is not negative. */
const findSumsOfBits = (system: ConstraintSystem, gadgets: Gadgets): void => {
  const found: [number, number, bigint][] = [];
  for (const [index, { a, c }] of system.constraints.entries()) {
    if (a.size !== 0 || c.size < 3) continue;
    const rest = [...c.keys()].filter((wire) => wire !== 0 && gadgets.limit.get(wire) !== 1n);
    const [wire = 0] = rest;
    const factor = c.get(wire);
    if (rest.length !== 1 || factor === undefined || (factor !== 1n && factor !== FIELD_PRIME - 1n)) continue;
    let most = 0n;
    for (const [bit, coefficient] of c) {
      if (bit === wire) continue;
      // Brought to the other side, in units of the wire.
      const weight = signed(modulo(factor === 1n ? -coefficient : coefficient));
      most = weight < 0n || most < 0n ? -1n : most + weight;
    }
    if (most >= 0n && most < FIELD_PRIME) found.push([wire, index, most]);
  }
  for (const [wire, index, most] of found) {
    gadgets.sumOfBits.set(wire, index);
    const before = gadgets.limit.get(wire);
    if (before === undefined || most < before) gadgets.limit.set(wire, most);
  }
};

interface Total {
  readonly terms: Combination;
  readonly limit: bigint;
}

/** Sums of small numbers that are themselves a small number: a part of the sum is no larger than the whole. */
const findTotals = (system: ConstraintSystem, gadgets: Gadgets): Map<number, Total> => {
  const totals = new Map<number, Total>();
  for (const wire of gadgets.sumOfBits.keys()) {
    const limit = gadgets.limit.get(wire) ?? 0n;
    for (const index of system.constraintsOf(wire)) {
      const { a, c } = system.at(index);
      if (a.size !== 0 || c.size < 3 || index === gadgets.sumOfBits.get(wire)) continue;
      const factor = c.get(wire) ?? 0n;
      const terms = [...c].filter(([other]) => other !== wire);
      if (!terms.every(([other, k]) => gadgets.limit.has(other) && modulo(k + factor) === 0n)) continue;
      const most = terms.reduce((sum, [other]) => sum + (gadgets.limit.get(other) ?? 0n), 0n);
      if (most >= FIELD_PRIME) continue;
      const total = { terms: c, limit };
      for (const [other] of terms) totals.set(other, total);
    }
  }
  return totals;
};

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : 1);

/** The largest value of a combination of small numbers with coefficients that are not negative, or undefined. */
const limitOf = (b: Combination, gadgets: Gadgets, totals: Map<number, Total>): bigint | undefined => {
  const parts = new Map<Total, bigint>();
  let most = b.get(0) ?? 0n;
  for (const [wire, coefficient] of b) {
    if (wire === 0) continue;
    const limit = gadgets.limit.get(wire);
    if (limit === undefined || coefficient > FIELD_PRIME / 2n) return undefined;
    const total = coefficient === 1n ? totals.get(wire) : undefined;
    if (total?.terms.has(wire)) parts.set(total, (parts.get(total) ?? 0n) + limit);
    else most += coefficient * limit;
  }
  for (const [{ limit }, naive] of parts) most += [naive, limit].sort(ascending)[0] ?? 0n;
  return most < FIELD_PRIME ? most : undefined;
};

/** A boolean times a small number is one: as positions after the batch are. */
const findGatedNumbers = (system: ConstraintSystem, gadgets: Gadgets): void => {
  const totals = findTotals(system, gadgets);
  for (const { a, b, c } of system.constraints) {
    const out = singleWire(c);
    if (out === 0 || gadgets.limit.has(out)) continue;
    for (const [gate, number] of [
      [a, b],
      [b, a],
    ] as const) {
      const wire = singleWire(gate);
      if (wire === 0 || gadgets.limit.get(wire) !== 1n) continue;
      const scale = (gate.get(wire) ?? 0n) * inverse(c.get(out) ?? 0n);
      const limit = limitOf(scaledDifference(scale, number, NOTHING), gadgets, totals);
      if (limit !== undefined) gadgets.limit.set(out, limit);
    }
  }
};

export const findGadgets = (system: ConstraintSystem): Gadgets => {
  const gadgets: Gadgets = { limit: new Map(), zeroTests: new Map(), sumOfBits: new Map() };
  for (const constraint of system.constraints) {
    const wire = booleanOf(constraint);
    if (wire !== 0) gadgets.limit.set(wire, 1n);
  }
  findZeroTests(system, gadgets);
  for (let before = -1; before !== gadgets.limit.size; ) {
    before = gadgets.limit.size;
    for (const { a, c } of system.constraints) {
      const pair = a.size === 0 ? complementOf(c) : undefined;
      if (pair === undefined) continue;
      const [x, y] = pair;
      if (gadgets.limit.get(x) === 1n) gadgets.limit.set(y, 1n);
      else if (gadgets.limit.get(y) === 1n) gadgets.limit.set(x, 1n);
    }
  }
  findNonZeroTests(system, gadgets);
  findSumsOfBits(system, gadgets);
  findGatedNumbers(system, gadgets);
  return gadgets;
};
