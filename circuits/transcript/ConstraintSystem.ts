import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { DisjointSets } from '../../prover/setup/DisjointSets.ts';
import type { CircuitFile } from './circuitFile.ts';
import type { HashCall, HashCalls } from './hashCalls.ts';

/** Terms of a linear combination by wire; wire 0 holds the constant. */
export type Combination = ReadonlyMap<number, bigint>;

export interface Constraint {
  readonly a: Combination;
  readonly b: Combination;
  readonly c: Combination;
}

export const modulo = (value: bigint): bigint => ((value % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME;

/** `modulo` into (-p/2, p/2): coefficients of circuits are small in size. */
export const signed = (value: bigint): bigint => (value > FIELD_PRIME / 2n ? value - FIELD_PRIME : value);

/** The inverse of a number that is not 0 mod p. */
export const inverse = (value: bigint): bigint => {
  let [r0, r1, t0, t1] = [FIELD_PRIME, modulo(value), 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return modulo(t0);
};

const isConstant = (combination: Combination): boolean =>
  combination.size === 0 || (combination.size === 1 && combination.has(0));

/** The wire of a combination that has one wire and no constant, or 0. */
export const singleWire = (combination: Combination): number => {
  if (combination.size !== 1) return 0;
  const [wire] = combination.keys();
  return wire ?? 0;
};

/**
 * A circuit without the insides of its hash calls, signals that are equal made one wire (the outermost signal's), every linear
 * constraint as 0 = C.
 */
export class ConstraintSystem {
  readonly wires: number;
  readonly publicSignals: number;
  readonly inputs: number;
  readonly names: readonly string[];
  readonly constraints: readonly Constraint[];
  readonly calls: readonly HashCall[];
  /** Constraints that name a wire. */
  readonly #starts: Uint32Array;
  readonly #occurrences: Uint32Array;
  readonly #wireOf: ReadonlyMap<string, number>;

  constructor(file: CircuitFile, hashes: HashCalls) {
    this.wires = file.wires;
    this.publicSignals = file.publicSignals;
    this.inputs = file.inputs;
    this.names = file.names;
    const find = mergeEqualWires(file, hashes.inside);
    this.#wireOf = new Map(file.names.map((name, wire) => [name, find(wire)]));
    this.calls = hashes.calls.map(({ name, inputs, out }) => ({ name, inputs: inputs.map(find), out: find(out) }));
    const constraints: Constraint[] = [];
    for (let c = 0; c < file.constraints; c++) {
      if (hashes.inside[c] === 1) continue;
      const read = normalise(readConstraint(file, c, find));
      if (read !== undefined) constraints.push(read);
    }
    this.constraints = constraints;
    [this.#starts, this.#occurrences] = indexByWire(file.wires, constraints);
  }

  /** Constraints that name the wire, by their index. */
  constraintsOf(wire: number): Uint32Array {
    return this.#occurrences.subarray(this.#starts[wire] ?? 0, this.#starts[wire + 1] ?? 0);
  }

  wireNamed(name: string): number | undefined {
    return this.#wireOf.get(name);
  }

  /** Names (of all signals, also of those that share a wire) and their wires. */
  signals(): Iterable<[string, number]> {
    return this.#wireOf;
  }

  at(index: number): Constraint {
    const constraint = this.constraints[index];
    if (constraint === undefined) throw new RangeError(`no constraint ${index}`);
    return constraint;
  }

  name(wire: number): string {
    return this.names[wire] ?? `wire ${wire}`;
  }
}

export const NOTHING: Combination = new Map();

const add = (into: Map<number, bigint>, wire: number, coefficient: bigint): void => {
  const sum = modulo((into.get(wire) ?? 0n) + coefficient);
  if (sum === 0n) into.delete(wire);
  else into.set(wire, sum);
};

const readCombination = (file: CircuitFile, index: number, find: (wire: number) => number): Combination => {
  const [from, to] = [file.starts[index] ?? 0, file.starts[index + 1] ?? 0];
  if (from === to) return NOTHING;
  const terms = new Map<number, bigint>();
  for (let t = from; t < to; t++)
    add(terms, find(file.wireOf[t] ?? 0), file.coefficients[file.coefficientOf[t] ?? 0] ?? 0n);
  return terms;
};

const readConstraint = (file: CircuitFile, c: number, find: (wire: number) => number): Constraint => ({
  a: readCombination(file, 3 * c, find),
  b: readCombination(file, 3 * c + 1, find),
  c: readCombination(file, 3 * c + 2, find),
});

/** `factor * of - less`. */
export const scaledDifference = (factor: bigint, of: Combination, less: Combination): Combination => {
  const terms = new Map<number, bigint>();
  if (factor !== 0n) for (const [wire, coefficient] of of) add(terms, wire, factor * coefficient);
  for (const [wire, coefficient] of less) add(terms, wire, -coefficient);
  return terms;
};

/** Undefined if it says nothing. */
const normalise = ({ a, b, c }: Constraint): Constraint | undefined => {
  if (!isConstant(a) && !isConstant(b)) return { a, b, c };
  const factor = isConstant(a) ? a.get(0) : b.get(0);
  const linear = factor === undefined ? c : scaledDifference(factor, isConstant(a) ? b : a, c);
  return linear.size === 0 ? undefined : { a: NOTHING, b: NOTHING, c: linear };
};

const mergeEqualWires = (file: CircuitFile, inside: Uint8Array): ((wire: number) => number) => {
  // Called by their lowest number, which is the outer component's.
  const sets = new DisjointSets(file.wires);
  const { starts, wireOf, coefficientOf, coefficients } = file;
  for (let c = 0; c < file.constraints; c++) {
    const [a, b, from, to] = [starts[3 * c], starts[3 * c + 1], starts[3 * c + 2] ?? 0, starts[3 * c + 3] ?? 0];
    if (inside[c] === 1 || to - from !== 2 || (a !== b && b !== from)) continue;
    const [first, second] = [wireOf[from] ?? 0, wireOf[from + 1] ?? 0];
    const sum = (coefficients[coefficientOf[from] ?? 0] ?? 0n) + (coefficients[coefficientOf[from + 1] ?? 0] ?? 0n);
    if (sum !== FIELD_PRIME || first === 0 || second === 0) continue;
    sets.unite(first, second);
  }
  return (wire) => sets.find(wire);
};

const indexByWire = (wires: number, constraints: readonly Constraint[]): [Uint32Array, Uint32Array] => {
  const wiresOf = ({ a, b, c }: Constraint): Set<number> => new Set([...a.keys(), ...b.keys(), ...c.keys()]);
  const starts = new Uint32Array(wires + 2);
  for (const constraint of constraints)
    for (const wire of wiresOf(constraint)) starts[wire + 2] = (starts[wire + 2] ?? 0) + 1;
  for (let wire = 0; wire < wires; wire++) starts[wire + 2] = (starts[wire + 2] ?? 0) + (starts[wire + 1] ?? 0);
  const occurrences = new Uint32Array(starts[wires + 1] ?? 0);
  for (const [index, constraint] of constraints.entries())
    for (const wire of wiresOf(constraint)) {
      const at = starts[wire + 1] ?? 0;
      occurrences[at] = index;
      starts[wire + 1] = at + 1;
    }
  return [starts, occurrences];
};
