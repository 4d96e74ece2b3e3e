import { type ConstraintSystem, sumAt } from './constraintSystem.ts';
import { DisjointSets } from './DisjointSets.ts';
import { power } from './lagrangeAtTau.ts';
import { SCALAR_FIELD } from './r1csHeader.ts';

/** The values of all wires at one point; undefined where none was found yet. */
type Values = (bigint | undefined)[];
/** Unknown wires with their coefficients, and at each point what the rest adds up to: the sum is 0. */
type Row = { readonly terms: Map<number, bigint>; readonly constants: readonly bigint[] };

export type Extension = {
  /** Wires that no equation determined, and that got random values. */
  readonly free: number;
  /** Wires found by elimination among several equations, not from one alone. */
  readonly eliminated: number;
};

const modulo = (value: bigint): bigint => {
  const rest = value % SCALAR_FIELD;
  return rest < 0n ? rest + SCALAR_FIELD : rest;
};

/**
 * Finds the values of the wires that a reduction eliminated, from the unreduced system's own linear constraints: given
 * random values of the others at several points. A constraint counts as linear if A or B has the same value at all points:
 * then it is a constant as a polynomial, but for a chance of about 2^-250.
 *
 * Wires are found one after the other where a constraint has one unknown; where none has, by elimination among those that
 * have several. What is then left undetermined is free: random values, too.
 */
class Extender {
  private eliminated = 0;
  private free = 0;
  /** Unknown terms of each sum. */
  private readonly unknowns: Int32Array;
  private readonly isLinear: Uint8Array;
  /** Places of each unknown wire: sums, from placeStart[wire] on. */
  private readonly placeStart: Uint32Array;
  private readonly places: Uint32Array;
  private readonly queue: number[] = [];
  private readonly inverses = new Map<bigint, bigint>();
  private readonly system: ConstraintSystem;
  private readonly points: readonly Values[];
  private readonly random: () => bigint;

  constructor(system: ConstraintSystem, points: readonly Values[], random: () => bigint) {
    this.system = system;
    this.points = points;
    this.random = random;
    const { constraints, sumStart, termWire, wires } = system;
    this.unknowns = new Int32Array(3 * constraints);
    this.isLinear = new Uint8Array(constraints);
    this.placeStart = new Uint32Array(wires + 1);
    const first = points[0] ?? [];
    let total = 0;
    for (let term = 0; term < termWire.length; term++) {
      const wire = termWire[term] ?? 0;
      if (first[wire] !== undefined) continue;
      this.placeStart[wire + 1] = (this.placeStart[wire + 1] ?? 0) + 1;
      total++;
    }
    for (let wire = 0; wire < wires; wire++) {
      this.placeStart[wire + 1] = (this.placeStart[wire + 1] ?? 0) + (this.placeStart[wire] ?? 0);
    }
    this.places = new Uint32Array(total);
    const next = this.placeStart.slice();
    for (let sum = 0; sum < 3 * constraints; sum++) {
      const end = sumStart[sum + 1] ?? 0;
      for (let term = sumStart[sum] ?? 0; term < end; term++) {
        const wire = termWire[term] ?? 0;
        if (first[wire] !== undefined) continue;
        const place = next[wire] ?? 0;
        this.places[place] = sum;
        next[wire] = place + 1;
        this.unknowns[sum] = (this.unknowns[sum] ?? 0) + 1;
      }
    }
  }

  run(): Extension {
    for (let constraint = 0; constraint < this.system.constraints; constraint++) this.consider(constraint);
    for (;;) {
      this.propagate();
      if (!this.eliminate(false) && !this.eliminate(true) && !this.chooseRest()) break;
    }
    return { free: this.free, eliminated: this.eliminated };
  }

  private unknownOf(constraint: number, side: number): number {
    return this.unknowns[3 * constraint + side] ?? 0;
  }

  /** Queues a constraint that may be linear with one unknown wire. */
  private consider(constraint: number): void {
    const [a, b, c] = [0, 1, 2].map((side) => this.unknownOf(constraint, side)) as [number, number, number];
    if (a + b + c === 0 || (a > 0 && b > 0)) return;
    if (this.isLinear[constraint] === 0) {
      const isConstant = [0, 1].some(
        (side) => this.unknownOf(constraint, side) === 0 && this.isConstant(3 * constraint + side),
      );
      if (!isConstant) return;
      this.isLinear[constraint] = 1;
    }
    // A wire may stand in B and in C.
    if (a + b + c <= 2) this.queue.push(constraint);
  }

  private isConstant(sum: number): boolean {
    const { sumStart } = this.system;
    if (sumStart[sum] === sumStart[sum + 1]) return true;
    const [first, ...others] = this.points.map((values) => modulo(sumAt(this.system, sum, values)));
    return others.every((value) => value === first);
  }

  /** The linear constraint over its unknown wires. */
  private rowOf(constraint: number): Row {
    const { coefficients, sumStart, termCoefficient, termWire } = this.system;
    const first = this.points[0] ?? [];
    const at = (side: number, values: Values): bigint => sumAt(this.system, 3 * constraint + side, values);
    const factorSide = this.unknownOf(constraint, 0) === 0 && this.isConstant(3 * constraint) ? 0 : 1;
    const factor = modulo(at(factorSide, first));
    const terms = new Map<number, bigint>();
    const addSum = (side: number, scale: bigint): void => {
      const sum = 3 * constraint + side;
      const end = sumStart[sum + 1] ?? 0;
      for (let term = sumStart[sum] ?? 0; term < end; term++) {
        const wire = termWire[term] ?? 0;
        if (first[wire] !== undefined) continue;
        const coefficient = coefficients[termCoefficient[term] ?? 0] ?? 0n;
        const total = modulo((terms.get(wire) ?? 0n) + scale * coefficient);
        if (total === 0n) terms.delete(wire);
        else terms.set(wire, total);
      }
    };
    if (factor !== 0n) addSum(1 - factorSide, factor);
    addSum(2, -1n);
    const constants = this.points.map((values) => modulo(factor * at(1 - factorSide, values) - at(2, values)));
    return { terms, constants };
  }

  private propagate(): void {
    for (let constraint = this.queue.pop(); constraint !== undefined; constraint = this.queue.pop()) {
      const { constants, terms } = this.rowOf(constraint);
      const [[wire, coefficient] = [0, 0n]] = terms;
      if (terms.size !== 1) continue;
      const scale = -this.inverse(coefficient);
      this.set(
        wire,
        constants.map((constant) => modulo(scale * constant)),
      );
    }
  }

  private inverse(value: bigint): bigint {
    if (value === 1n) return 1n;
    const known = this.inverses.get(value);
    if (known !== undefined) return known;
    const inverse = power(value, SCALAR_FIELD - 2n);
    this.inverses.set(value, inverse);
    return inverse;
  }

  private set(wire: number, values: readonly bigint[]): void {
    for (const [point, value] of values.entries()) (this.points[point] ?? [])[wire] = value;
    const end = this.placeStart[wire + 1] ?? 0;
    for (let place = this.placeStart[wire] ?? 0; place < end; place++) {
      const sum = this.places[place] ?? 0;
      this.unknowns[sum] = (this.unknowns[sum] ?? 0) - 1;
      this.consider(Math.floor(sum / 3));
    }
  }

  /**
   * Solves the linear constraints that have several unknowns, those that hang together at a time: of a large circuit's millions, a
   * thousand. With `choosing`, wires that they leave open get random values instead, so that the rest is determined the next time.
   */
  private eliminate(choosing: boolean): boolean {
    let found = false;
    for (const constraints of this.groups()) {
      const byPivot = this.pivotRows(constraints);
      if (choosing && this.choose(byPivot)) return true;
      if (!choosing && this.take(byPivot)) found = true;
    }
    return found;
  }

  /** The linear constraints with unknowns; those that share one, by way of others or not, are in one group. */
  private groups(): Iterable<readonly number[]> {
    const { constraints, sumStart, termWire, wires } = this.system;
    const first = this.points[0] ?? [];
    const sets = new DisjointSets(wires);
    const open: [constraint: number, wire: number][] = [];
    for (let constraint = 0; constraint < constraints; constraint++) {
      if (this.isLinear[constraint] === 0) continue;
      if (![0, 1, 2].some((side) => this.unknownOf(constraint, side) > 0)) continue;
      const terms = termWire.subarray(sumStart[3 * constraint], sumStart[3 * constraint + 3]);
      const unknown = terms.filter((wire) => first[wire] === undefined);
      for (const wire of unknown) sets.unite(unknown[0] ?? 0, wire);
      open.push([constraint, unknown[0] ?? 0]);
    }
    const groups = new Map<number, number[]>();
    for (const [constraint, wire] of open) {
      const name = sets.find(wire);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [constraint]);
      else group.push(constraint);
    }
    return groups.values();
  }

  /** Gauss and Jordan's elimination: rows by a wire that each has alone. */
  private pivotRows(constraints: readonly number[]): ReadonlyMap<number, Row> {
    const byPivot = new Map<number, Row>();
    /** Which rows name a wire, at least. */
    const users = new Map<number, Set<number>>();
    for (const constraint of constraints) {
      let row = this.rowOf(constraint);
      for (const wire of [...row.terms.keys()]) row = this.without(row, wire, byPivot.get(wire));
      const [[pivot, coefficient] = [-1, 0n]] = row.terms;
      if (pivot < 0) continue;
      row = scaled(row, this.inverse(coefficient));
      for (const user of users.get(pivot) ?? []) {
        const changed = this.without(byPivot.get(user) ?? row, pivot, row);
        byPivot.set(user, changed);
        for (const wire of row.terms.keys()) if (wire !== pivot) usersOf(users, wire).add(user);
      }
      byPivot.set(pivot, row);
      for (const wire of row.terms.keys()) if (wire !== pivot) usersOf(users, wire).add(pivot);
    }
    return byPivot;
  }

  private without(row: Row, wire: number, pivotRow: Row | undefined): Row {
    const factor = row.terms.get(wire);
    if (pivotRow === undefined || factor === undefined) return row;
    for (const [other, coefficient] of pivotRow.terms) {
      const total = modulo((row.terms.get(other) ?? 0n) - factor * coefficient);
      if (total === 0n) row.terms.delete(other);
      else row.terms.set(other, total);
    }
    const constants = row.constants.map((constant, point) =>
      modulo(constant - factor * (pivotRow.constants[point] ?? 0n)),
    );
    return { terms: row.terms, constants };
  }

  private take(byPivot: ReadonlyMap<number, Row>): boolean {
    let found = false;
    for (const [wire, { constants, terms }] of byPivot) {
      if (terms.size !== 1 || this.points[0]?.[wire] !== undefined) continue;
      this.set(
        wire,
        constants.map((constant) => modulo(-constant)),
      );
      this.eliminated++;
      found = true;
    }
    return found;
  }

  /** The open wires of one row at a time: what they determine may make other constraints linear. */
  private choose(byPivot: ReadonlyMap<number, Row>): boolean {
    for (const { terms } of byPivot.values()) {
      const open = [...terms.keys()].filter((wire) => !byPivot.has(wire));
      for (const wire of open) this.setRandom(wire);
      if (open.length > 0) return true;
    }
    return false;
  }

  /** Unknowns that stand in products alone: none of them makes a factor constant. */
  private chooseRest(): boolean {
    const before = this.free;
    for (let wire = 0; wire < this.system.wires; wire++) {
      if (this.points[0]?.[wire] === undefined) this.setRandom(wire);
    }
    return this.free > before;
  }

  private setRandom(wire: number): void {
    this.free++;
    this.set(
      wire,
      this.points.map(() => this.random()),
    );
  }
}

function usersOf(users: Map<number, Set<number>>, wire: number): Set<number> {
  const known = users.get(wire) ?? new Set<number>();
  users.set(wire, known);
  return known;
}

function scaled({ constants, terms }: Row, factor: bigint): Row {
  return {
    terms: new Map([...terms].map(([wire, coefficient]) => [wire, modulo(coefficient * factor)])),
    constants: constants.map((constant) => modulo(constant * factor)),
  };
}

/**
 * Fills in the undefined values, the same wires at each of the points (two at least), by the system's linear constraints.
 * Never fails: whether the values satisfy anything is for the caller to see.
 */
export function extendAssignment(system: ConstraintSystem, points: readonly Values[], random: () => bigint): Extension {
  return new Extender(system, points, random).run();
}
