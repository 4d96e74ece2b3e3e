import {
  type Combination,
  type ConstraintSystem,
  inverse,
  modulo,
  scaledDifference,
  singleWire,
} from './ConstraintSystem.ts';
import { decodeDigits, digitsOf, isInfeasible } from './digits.ts';
import type { Gadgets } from './gadgets.ts';
import type { HashCall } from './hashCalls.ts';
import {
  CONSTANT,
  type Fact,
  FREE,
  KNOWN,
  type KnownWires,
  LATER,
  MOST_TERMS,
  MOST_USES,
  QUOTIENT,
  UNKNOWN,
} from './knownWires.ts';

interface Change {
  readonly wire: number;
  readonly before: Fact;
}

export interface FractionFact {
  readonly constraint: number;
  readonly sound: boolean;
  readonly challenge: number;
  readonly num: Combination;
  readonly den: Combination;
}

const NOTHING: Fact = { level: UNKNOWN, value: undefined, mask: 0, unit: -1, definers: [] };

/** What of a circuit follows from what is given, with a trail to take assumptions back. Rules: see README.md. */
export class Knowledge implements KnownWires {
  readonly system: ConstraintSystem;
  readonly gadgets: Gadgets;
  readonly fractions = new Map<number, FractionFact>();
  /** Set if assumptions contradict each other. */
  contradiction = false;
  /** Follows numbers through sums as well: what assumptions are made for. */
  assuming = false;
  /** Looks for linear constraints that small numbers cannot meet: only where a contradiction is hoped for. */
  refuting = false;
  /** Which stage each challenge belongs to. */
  stageOf: readonly number[] = [];
  /** Calls whose outputs are challenges: nothing is known through them. */
  readonly barred = new Set<HashCall>();
  /** Constraints that compare sums: they define nothing. */
  readonly sums = new Set<number>();
  readonly #level: Uint8Array;
  readonly #mask: Uint16Array;
  readonly #facts = new Map<number, Fact>();
  readonly #callsByOut = new Map<number, HashCall[]>();
  readonly #callsByInput = new Map<number, HashCall[]>();
  readonly #trail: Change[] = [];
  readonly #queue: number[] = [];
  readonly #queued: Uint8Array;
  readonly #wide: number[] = [];
  readonly #wideQueued: Uint8Array;

  constructor(system: ConstraintSystem, gadgets: Gadgets) {
    this.system = system;
    this.gadgets = gadgets;
    this.#level = new Uint8Array(system.wires);
    this.#mask = new Uint16Array(system.wires);
    this.#queued = new Uint8Array(system.constraints.length);
    this.#wideQueued = new Uint8Array(system.constraints.length);
    for (const call of system.calls) {
      push(this.#callsByOut, call.out, call);
      for (const input of new Set(call.inputs)) push(this.#callsByInput, input, call);
    }
    this.#set(0, { level: CONSTANT, value: 1n, mask: 0, unit: -1, definers: [] });
    for (let index = 0; index < system.constraints.length; index++) this.#enqueue(index);
  }

  level(wire: number): number {
    return this.#level[wire] ?? UNKNOWN;
  }

  mask(wire: number): number {
    return this.#mask[wire] ?? 0;
  }

  fact(wire: number): Fact {
    return this.#facts.get(wire) ?? NOTHING;
  }

  value(wire: number): bigint {
    return this.#facts.get(wire)?.value ?? 0n;
  }

  isConstant(wire: number): boolean {
    return this.#level[wire] === CONSTANT;
  }

  isCallOutput(wire: number): boolean {
    return this.#callsByOut.has(wire);
  }

  /** Where the trail stands: what `since` and `undo` take. */
  get mark(): number {
    return this.#trail.length;
  }

  /** Wires that became known after the mark. */
  since(mark: number): number[] {
    const wires = new Set<number>();
    for (const { wire, before } of this.#trail.slice(mark)) if (before.level === UNKNOWN) wires.add(wire);
    return [...wires];
  }

  /** Wires of which anything became known after the mark. */
  changedSince(mark: number): number[] {
    return [...new Set(this.#trail.slice(mark).map(({ wire }) => wire))];
  }

  undo(mark: number): void {
    while (this.#trail.length > mark) {
      const change = this.#trail.pop();
      if (change === undefined) break;
      const { wire, before } = change;
      if (before === NOTHING) this.#facts.delete(wire);
      else this.#facts.set(wire, before);
      this.#level[wire] = before.level;
      this.#mask[wire] = before.mask;
    }
    this.contradiction = false;
    for (const index of this.#queue.splice(0)) this.#queued[index] = 0;
    for (const index of this.#wide.splice(0)) this.#wideQueued[index] = 0;
  }

  /** Takes it that the wire is known. */
  give(wire: number, mask = 0, unit = -1, definers: readonly number[] = []): void {
    if (this.level(wire) === UNKNOWN) this.#set(wire, { level: KNOWN, value: undefined, mask, unit, definers });
  }

  /** Takes it that the wire is this number. */
  giveValue(wire: number, value: bigint, definers: readonly number[] = []): void {
    if (this.level(wire) === CONSTANT) this.contradiction ||= this.value(wire) !== value;
    else this.#set(wire, { level: CONSTANT, value, mask: 0, unit: -1, definers });
  }

  /** Applies all rules until nothing follows any more, or a contradiction. */
  propagate(): void {
    while (!this.contradiction) {
      const index = this.#queue.pop();
      if (index !== undefined) {
        this.#queued[index] = 0;
        this.#apply(index);
        continue;
      }
      const sum = this.#wide.pop();
      if (sum === undefined) return;
      this.#wideQueued[sum] = 0;
      this.#applyDigits(sum);
    }
  }

  /**
   * The constraint as a linear one, 0 = the answer, if what is constant makes it one; factors that are 0 take what they
   * multiply away.
   */
  linear(index: number): Combination | undefined {
    const { a, b, c } = this.system.at(index);
    if (a.size === 0) return c;
    const [left, right] = [this.#constantOf(a), this.#constantOf(b)];
    if (left !== undefined) return scaledDifference(left, b, c);
    return right === undefined ? undefined : scaledDifference(right, a, c);
  }

  unknownIn(combination: Combination): number[] {
    const found: number[] = [];
    for (const wire of combination.keys()) if (this.#level[wire] === UNKNOWN) found.push(wire);
    return found;
  }

  maskOf(...combinations: readonly Combination[]): number {
    let mask = 0;
    for (const combination of combinations) for (const wire of combination.keys()) mask |= this.#mask[wire] ?? 0;
    return mask;
  }

  /** The challenge that the combination is linear in with a constant coefficient, the rest being free of it; else -1. */
  unitOf(combination: Combination): number {
    for (const wire of combination.keys()) {
      const unit = this.fact(wire).unit;
      if (unit < 0) continue;
      const rest = [...combination.keys()].filter((other) => other !== wire);
      if (rest.every((other) => (this.mask(other) & (1 << unit)) === 0)) return unit;
    }
    return -1;
  }

  #constantOf(combination: Combination): bigint | undefined {
    let sum = 0n;
    for (const [wire, coefficient] of combination) {
      if (this.#level[wire] !== CONSTANT) return undefined;
      sum += coefficient * this.value(wire);
    }
    return modulo(sum);
  }

  #set(wire: number, fact: Fact): void {
    this.#trail.push({ wire, before: this.fact(wire) });
    this.#facts.set(wire, fact);
    this.#level[wire] = fact.level;
    this.#mask[wire] = fact.mask;
    for (const index of wire === 0 ? [] : this.system.constraintsOf(wire)) {
      this.#enqueue(index);
      // A sum that this one expands may have become readable.
      const { a, c } = this.system.at(index);
      if (a.size !== 0 || (c.size > MOST_TERMS && !this.gadgets.sumOfBits.has(wire))) continue;
      for (const other of c.keys()) {
        if (other === 0 || this.level(other) === CONSTANT || this.gadgets.limit.get(other) === 1n) continue;
        const near = this.system.constraintsOf(other);
        if (near.length <= MOST_USES) for (const sum of near) this.#enqueueSum(sum);
      }
    }
    this.#applyCalls(wire);
    this.#applyZeroTests(wire, fact);
  }

  #enqueue(index: number): void {
    if (this.#queued[index] === 1) return;
    this.#queued[index] = 1;
    this.#queue.push(index);
  }

  #enqueueSum(index: number): void {
    if (this.#wideQueued[index] === 1) return;
    this.#wideQueued[index] = 1;
    this.#wide.push(index);
  }

  /** A hash determines its inputs and they it. Never through a challenge, never of what depends on one. */
  #applyCalls(wire: number): void {
    if (this.mask(wire) !== 0) return;
    for (const call of this.#callsByOut.get(wire) ?? [])
      if (!this.barred.has(call)) for (const input of call.inputs) this.give(input);
    for (const call of this.#callsByInput.get(wire) ?? []) {
      if (this.barred.has(call) || this.level(call.out) !== UNKNOWN) continue;
      if (call.inputs.every((input) => this.level(input) !== UNKNOWN && this.mask(input) === 0)) this.give(call.out);
    }
  }

  #applyZeroTests(wire: number, fact: Fact): void {
    if (fact.mask !== 0) return;
    for (const { out, ifZero } of this.gadgets.zeroTests.get(wire) ?? []) {
      if (fact.value !== undefined) this.giveValue(out, fact.value === 0n ? ifZero : 1n - ifZero);
      else this.give(out);
    }
  }

  #apply(index: number): void {
    if (this.sums.has(index)) return;
    const linear = this.linear(index);
    if (linear !== undefined) this.#applyLinear(index, linear);
    else this.#applyProduct(index);
  }

  #applyLinear(index: number, terms: Combination): void {
    let [undetermined, open, unknown, known] = [0, 0, 0, 0n];
    for (const [wire, coefficient] of terms) {
      const level = this.#level[wire] ?? UNKNOWN;
      if (level === CONSTANT) known += coefficient * this.value(wire);
      else {
        undetermined++;
        open = wire;
        if (level === UNKNOWN) unknown++;
      }
    }
    if (undetermined === 0) this.contradiction ||= modulo(known) !== 0n;
    else if (undetermined === 1) this.giveValue(open, modulo(-known * inverse(terms.get(open) ?? 0n)), [index]);
    else if (unknown === 1) this.#define(this.unknownIn(terms)[0] ?? 0, index, [terms]);
    else this.#enqueueSum(index);
  }

  /** The wire is a polynomial, of the constraint's other wires. */
  #define(wire: number, index: number, combinations: readonly Combination[]): void {
    const mask = this.maskOf(...combinations);
    const isLinear = combinations.length === 1;
    const rest = isLinear ? new Map([...(combinations[0] ?? [])].filter(([other]) => other !== wire)) : undefined;
    this.give(wire, mask, rest === undefined ? -1 : this.unitOf(rest), [index]);
  }

  #applyProduct(index: number): void {
    const { a, b, c } = this.system.at(index);
    const factors = [...this.unknownIn(a), ...this.unknownIn(b)];
    const sum = this.unknownIn(c);
    if (factors.length === 0 && sum.length === 1) this.#define(sum[0] ?? 0, index, [a, b, c]);
    else if (factors.length === 0 && sum.length === 0) this.#applyKnownProduct(index);
    else if (factors.length === 1 && sum.length === 0) {
      const out = factors[0] ?? 0;
      if (singleWire(a) === out) this.#applyQuotient(index, out, b, c);
      else if (singleWire(b) === out) this.#applyQuotient(index, out, a, c);
    } else if (factors.length === 2 && sum.length === 0) this.#applyGatedHash(a, b, c);
  }

  /** All known, no factor constant: a fraction whose num is 0 is 0, as its den is not. */
  #applyKnownProduct(index: number): void {
    const fraction = this.fractions.get(index);
    if (fraction === undefined || !fraction.sound || this.#constantOf(fraction.num) !== 0n) return;
    const { a, b } = this.system.at(index);
    const out = singleWire(fraction.den === b ? a : b);
    if (out !== 0) this.giveValue(out, 0n, [index]);
  }

  /** out * den = num with den linear in a challenge: sound if num and den were fixed before it. */
  #applyQuotient(index: number, out: number, den: Combination, num: Combination): void {
    const challenge = this.unitOf(den);
    if (den.has(out) || challenge < 0) return;
    const mask = this.maskOf(den, num);
    const isEarly = (mask & LATER) === 0 || this.stageOf[challenge] === 2;
    const sound = (mask & (FREE | QUOTIENT)) === 0 && isEarly;
    this.fractions.set(index, { constraint: index, sound, challenge, num, den });
    if (sound && this.#constantOf(num) === 0n) this.giveValue(out, 0n, [index]);
    else this.give(out, mask | QUOTIENT | (sound ? 0 : FREE), -1, [index]);
  }

  /** boolean * hash known: the boolean says whether it is 0, as nobody knows what hashes to 0. */
  #applyGatedHash(a: Combination, b: Combination, c: Combination): void {
    if (this.maskOf(c) !== 0) return;
    const [x, y] = [singleWire(a), singleWire(b)];
    if (this.gadgets.limit.get(x) === 1n && this.isCallOutput(y)) this.give(x);
    else if (this.gadgets.limit.get(y) === 1n && this.isCallOutput(x)) this.give(y);
  }

  #applyDigits(index: number): void {
    const terms = this.linear(index);
    if (terms === undefined) return;
    for (const level of this.assuming ? [KNOWN, CONSTANT] : [KNOWN]) {
      const digits = digitsOf(this, index, terms, level);
      if (digits === undefined) continue;
      if (this.refuting && level === CONSTANT && isInfeasible(digits)) {
        this.contradiction = true;
        return;
      }
      const decoded = decodeDigits(digits, level === CONSTANT);
      if (decoded === 'unreadable') continue;
      if (decoded === 'contradiction') {
        this.contradiction = true;
        return;
      }
      for (const [wire, value] of decoded) {
        if (value === undefined) this.give(wire);
        else this.giveValue(wire, value);
      }
    }
  }
}

const push = <T>(map: Map<number, T[]>, key: number, value: T): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
};
