import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { type Combination, inverse, modulo, signed } from './ConstraintSystem.ts';
import { CONSTANT, type KnownWires, MOST_USES } from './knownWires.ts';

/** A linear constraint as 0 = known + sum of coefficient * digit, each digit in [0, limit]. */
export interface Digits {
  /** Coefficients in (-p/2, p/2), none 0. */
  readonly terms: ReadonlyMap<number, bigint>;
  readonly limits: ReadonlyMap<number, bigint>;
  /** The constants' sum, of use only if all that is not a digit is constant. */
  readonly known: bigint;
}

/**
 * Writes the wires of a linear constraint that are below `level` through their digits, where they are sums of digits and of
 * wires of that level. Undefined if one is not, if nothing is left, or if what is known depends on a challenge.
 */
export const digitsOf = (
  knowledge: KnownWires,
  index: number,
  constraint: Combination,
  level: number,
): Digits | undefined => {
  const terms = new Map<number, bigint>();
  const limits = new Map<number, bigint>();
  let known = 0n;
  const take = (wire: number, coefficient: bigint): boolean => {
    if (knowledge.level(wire) >= level) {
      known += coefficient * knowledge.value(wire);
      return knowledge.mask(wire) === 0;
    }
    if (level === CONSTANT && knowledge.mask(wire) !== 0) return false;
    const limit = knowledge.gadgets.limit.get(wire);
    if (limit === undefined) return false;
    terms.set(wire, (terms.get(wire) ?? 0n) + coefficient);
    limits.set(wire, limit);
    return true;
  };
  for (const [wire, coefficient] of constraint) {
    if (knowledge.level(wire) >= level || knowledge.gadgets.limit.get(wire) === 1n) {
      if (!take(wire, coefficient)) return undefined;
      continue;
    }
    const expansion = expansionOf(knowledge, wire, index, level);
    if (expansion === undefined) {
      if (!take(wire, coefficient)) return undefined;
      continue;
    }
    for (const [part, factor] of expansion) if (!take(part, coefficient * factor)) return undefined;
  }
  for (const [wire, coefficient] of terms) {
    const reduced = signed(modulo(coefficient));
    if (reduced === 0n) terms.delete(wire);
    else terms.set(wire, reduced);
  }
  return terms.size === 0 ? undefined : { terms, limits, known };
};

/** The wire as a sum of digits and of wires of the level, by its bits or by a constraint that shifts a sum of bits. */
const expansionOf = (knowledge: KnownWires, wire: number, not: number, level: number): Combination | undefined => {
  const { system, gadgets } = knowledge;
  const bits = gadgets.sumOfBits.get(wire);
  if (bits !== undefined) return bits === not ? undefined : solvedFor(system.at(bits).c, wire);
  const uses = system.constraintsOf(wire);
  // A batch's time stands in every row: to try each for each would be quadratic.
  if (uses.length > MOST_USES) return undefined;
  for (const index of uses) {
    if (index === not) continue;
    const { a, c } = system.at(index);
    if (a.size !== 0) continue;
    const sum = shiftedSum(knowledge, c, wire, level);
    if (sum === undefined || sum.index === not) continue;
    const expansion = new Map(solvedFor(c, wire));
    const factor = expansion.get(sum.wire) ?? 0n;
    expansion.delete(sum.wire);
    for (const [bit, k] of solvedFor(system.at(sum.index).c, sum.wire))
      expansion.set(bit, modulo((expansion.get(bit) ?? 0n) + factor * k));
    return expansion;
  }
  return undefined;
};

/** The one other wire of the constraint that is a sum of bits, if all the rest are booleans or of the level. */
const shiftedSum = (
  knowledge: KnownWires,
  c: Combination,
  wire: number,
  level: number,
): { wire: number; index: number } | undefined => {
  let found: { wire: number; index: number } | undefined;
  for (const other of c.keys()) {
    if (other === wire || knowledge.level(other) >= level || knowledge.gadgets.limit.get(other) === 1n) continue;
    const index = knowledge.gadgets.sumOfBits.get(other);
    if (index === undefined || found !== undefined) return undefined;
    found = { wire: other, index };
  }
  return found;
};

/** `wire` = the answer, by a linear constraint that names it. */
const solvedFor = (c: Combination, wire: number): Combination => {
  const factor = -inverse(c.get(wire) ?? 0n);
  return new Map([...c].filter(([other]) => other !== wire).map(([other, k]) => [other, modulo(factor * k)]));
};

/** Whether no choice of digits meets the constraint. */
export const isInfeasible = ({ terms, limits, known }: Digits): boolean => {
  let [least, most] = [0n, 0n];
  for (const [wire, coefficient] of terms) {
    const reach = coefficient * (limits.get(wire) ?? 0n);
    if (reach < 0n) least += reach;
    else most += reach;
  }
  if (most - least >= FIELD_PRIME) return false;
  // Some multiple of p in known + [least, most]?
  return modulo(-(known + least)) > most - least;
};

export type Decoded = ReadonlyMap<number, bigint | undefined> | 'unreadable' | 'contradiction';

/**
 * A sum of digits has one reading if each digit's coefficient is larger in size than all that the smaller ones can add up to, and
 * all together stay below p: two readings would differ by a number below p in size that is not 0 and is 0 mod p.
 */
export const decodeDigits = ({ terms, limits, known }: Digits, withValues: boolean): Decoded => {
  const size = (value: bigint): bigint => (value < 0n ? -value : value);
  const sorted = [...terms].sort(([, a], [, b]) => (size(a) < size(b) ? -1 : 1));
  let [reach, negative] = [0n, 0n];
  for (const [wire, coefficient] of sorted) {
    if (size(coefficient) <= reach) return 'unreadable';
    const limit = limits.get(wire) ?? 0n;
    reach += size(coefficient) * limit;
    if (coefficient < 0n) negative += size(coefficient) * limit;
  }
  if (reach >= FIELD_PRIME) return 'unreadable';
  if (!withValues) return new Map(sorted.map(([wire]) => [wire, undefined]));
  // A digit with a negative coefficient is read as limit - digit.
  let rest = modulo(negative - known);
  const values = new Map<number, bigint>();
  for (const [wire, coefficient] of sorted.reverse()) {
    const limit = limits.get(wire) ?? 0n;
    const quotient = rest / size(coefficient);
    const digit = quotient < limit ? quotient : limit;
    rest -= digit * size(coefficient);
    values.set(wire, coefficient < 0n ? limit - digit : digit);
  }
  return rest === 0n ? values : 'contradiction';
};
