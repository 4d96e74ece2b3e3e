import { FIELD_PRIME, type Hasher } from '../../node/core/crypto/hasher.ts';
import type { CircuitFile } from './circuitFile.ts';
import { TranscriptError } from './TranscriptError.ts';

/** One call of circomlib's Poseidon in the circuit, its inside verified. */
export interface HashCall {
  readonly name: string;
  readonly inputs: readonly number[];
  readonly out: number;
}

export interface HashCalls {
  readonly calls: readonly HashCall[];
  /** By constraint: 1 if it is the inside of a call, which the call stands for. */
  readonly inside: Uint8Array;
}

interface Extent extends HashCall {
  /** The call's wires, `first` to before `end`: circom numbers a component and all below it in a row. */
  readonly first: number;
  readonly end: number;
}

const MARK = '.pEx.initialState';

/** Components that have circomlib's names of a Poseidon; whether they are one is seen afterwards. */
const findExtents = (names: readonly string[]): Extent[] => {
  const extents: Extent[] = [];
  for (let wire = 1; wire < names.length; wire++) {
    const name = names[wire] ?? '';
    if (!name.endsWith(MARK)) continue;
    const call = name.slice(0, -MARK.length);
    const below = `${call}.`;
    let first = wire;
    while ((names[first - 1] ?? '').startsWith(below)) first--;
    let end = wire;
    while ((names[end] ?? '').startsWith(below)) end++;
    const inputs: number[] = [];
    for (let i = first + 1; names[i] === `${call}.inputs[${inputs.length}]`; i++) inputs.push(i);
    if (names[first] !== `${call}.out` || inputs.length === 0) throw forged(call, 'its signals are not in order');
    extents.push({ name: call, inputs, out: first, first, end });
  }
  return extents;
};

const forged = (name: string, why: string): TranscriptError =>
  new TranscriptError('TRANSCRIPT_HASH_FORGED', `${name} is named as a Poseidon and is none: ${why}.`);

/** The constraints of each extent: those that name no wire outside it, and not inputs alone (a caller that gives a constant). */
const insides = (file: CircuitFile, extents: readonly Extent[]): { of: number[][]; inside: Uint8Array } => {
  const extentOf = new Int32Array(file.wires).fill(-1);
  for (const [i, { first, end }] of extents.entries()) extentOf.fill(i, first, end);
  const of = extents.map((): number[] => []);
  const inside = new Uint8Array(file.constraints);
  for (let c = 0; c < file.constraints; c++) {
    let [extent, isInner] = [-2, false];
    for (let t = file.starts[3 * c] ?? 0; t < (file.starts[3 * c + 3] ?? 0); t++) {
      const wire = file.wireOf[t] ?? 0;
      if (wire === 0) continue;
      const here = extentOf[wire] ?? -1;
      extent = extent === -2 || extent === here ? here : -1;
      isInner ||= !(extents[here]?.inputs.includes(wire) ?? false);
    }
    if (extent < 0 || !isInner) continue;
    of[extent]?.push(c);
    inside[c] = 1;
  }
  return { of, inside };
};

/** The constraints with wires counted from the component's first: equal for two equal components. */
const shapeOf = (file: CircuitFile, extent: Extent, constraints: readonly number[]): Uint32Array => {
  const shape: number[] = [extent.end - extent.first];
  for (const c of constraints) {
    for (let i = 3 * c; i < 3 * c + 3; i++) {
      const [from, to] = [file.starts[i] ?? 0, file.starts[i + 1] ?? 0];
      shape.push(to - from);
      // circom orders the terms of a combination by a hash table: compare them sorted.
      const terms: [number, number][] = [];
      for (let t = from; t < to; t++) {
        const wire = file.wireOf[t] ?? 0;
        terms.push([wire === 0 ? 0 : wire - extent.first + 1, file.coefficientOf[t] ?? 0]);
      }
      for (const term of terms.sort(([a], [b]) => a - b)) shape.push(...term);
    }
  }
  return Uint32Array.from(shape);
};

const equalShapes = (a: Uint32Array, b: Uint32Array): boolean =>
  a.length === b.length && Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

/** Solves the component's constraints from its inputs, one unknown at a time. @throws TranscriptError */
class Solver {
  readonly #file: CircuitFile;
  readonly #values = new Map<number, bigint>([[0, 1n]]);

  constructor(file: CircuitFile) {
    this.#file = file;
  }

  solve({ name, inputs, out }: HashCall, constraints: readonly number[], given: readonly bigint[]): bigint {
    for (const [i, wire] of inputs.entries()) this.#values.set(wire, given[i] ?? 0n);
    let rest = constraints;
    while (rest.length > 0) {
      const stuck = rest.filter((c) => !this.#step(name, c));
      if (stuck.length === rest.length) throw forged(name, 'its constraints do not compute from its inputs');
      rest = stuck;
    }
    return this.#values.get(out) ?? -1n;
  }

  /** Whether the constraint is done with. */
  #step(name: string, c: number): boolean {
    const [a, b, sum] = [this.#sum(3 * c), this.#sum(3 * c + 1), this.#sum(3 * c + 2)];
    if (a.unknown !== 0 || b.unknown !== 0 || sum.several) return false;
    const rest = modulo(a.value * b.value - sum.value);
    if (sum.unknown === 0) {
      if (rest !== 0n) throw forged(name, 'its constraints contradict each other');
      return true;
    }
    // Coefficients that define a signal are 1 or -1 in circomlib.
    const sign = sum.factor === 1n ? 1n : sum.factor === FIELD_PRIME - 1n ? -1n : 0n;
    if (sign === 0n) throw forged(name, 'a signal is not defined by itself');
    this.#values.set(sum.unknown, modulo(sign * rest));
    return true;
  }

  #sum(combination: number): { value: bigint; unknown: number; factor: bigint; several: boolean } {
    const { starts, wireOf, coefficientOf, coefficients } = this.#file;
    let [value, unknown, factor, several] = [0n, 0, 0n, false];
    for (let t = starts[combination] ?? 0; t < (starts[combination + 1] ?? 0); t++) {
      const wire = wireOf[t] ?? 0;
      const coefficient = coefficients[coefficientOf[t] ?? 0] ?? 0n;
      const known = this.#values.get(wire);
      if (known !== undefined) value += known * coefficient;
      else {
        several ||= unknown !== 0;
        unknown = wire;
        factor = coefficient;
      }
    }
    return { value: modulo(value), unknown, factor, several };
  }
}

const modulo = (value: bigint): bigint => ((value % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME;

/**
 * All Poseidon calls. Of each number of inputs the first is computed from its constraints at a fixed odd point and compared with
 * core's own hash; the others must be the same constraint by constraint. So a name alone makes no hash.
 * @throws TranscriptError TRANSCRIPT_HASH_FORGED
 */
export const findHashCalls = (file: CircuitFile, hasher: Hasher): HashCalls => {
  const extents = findExtents(file.names);
  const { of, inside } = insides(file, extents);
  const models = new Map<number, Uint32Array>();
  for (const [i, extent] of extents.entries()) {
    const constraints = of[i] ?? [];
    const shape = shapeOf(file, extent, constraints);
    const model = models.get(extent.inputs.length);
    if (model !== undefined) {
      if (!equalShapes(shape, model)) throw forged(extent.name, 'its constraints differ from those of its like');
      continue;
    }
    const point = extent.inputs.map((_, k) => modulo(7n ** BigInt(100 + 3 * k) * 0x1d872b4f19n + BigInt(k)));
    if (new Solver(file).solve(extent, constraints, point) !== hasher.poseidon(point))
      throw forged(extent.name, 'its output is not the hash of its inputs');
    models.set(extent.inputs.length, shape);
  }
  return { calls: extents, inside };
};
