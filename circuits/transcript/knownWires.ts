import type { ConstraintSystem } from './ConstraintSystem.ts';
import type { Gadgets } from './gadgets.ts';

/** How much is known of a wire. */
export const UNKNOWN = 0;
/** A function of what was given. */
export const KNOWN = 1;
/** One number whatever was given. */
export const CONSTANT = 2;

/** What a known wire depends on beside absorbed values; bits from 0 on are challenges. */
export const LATER = 1 << 14;
/** On the quotient of a fraction: no longer a polynomial in the challenges. */
export const QUOTIENT = 1 << 13;
/** On a wire that nothing fixes before the challenges. */
export const FREE = 1 << 12;
export const CHALLENGES = FREE - 1;

export interface Fact {
  readonly level: number;
  readonly value: bigint | undefined;
  readonly mask: number;
  /** The challenge c if the wire is k * c + (what does not depend on c), k a constant, not 0; else -1. */
  readonly unit: number;
  readonly definers: readonly number[];
}

/** Sums are looked at again through constraints and wires up to these sizes only: that costs time, never soundness. */
export const MOST_TERMS = 16;
export const MOST_USES = 64;

/** What is asked of wires. */
export interface KnownWires {
  readonly system: ConstraintSystem;
  readonly gadgets: Gadgets;
  level(wire: number): number;
  mask(wire: number): number;
  /** 0 unless it is constant. */
  value(wire: number): bigint;
}
