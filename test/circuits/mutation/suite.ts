import { BEYOND, BOUNDS } from '../bounds.ts';
import {
  type BatchSpec,
  deposit,
  fallingNonces,
  liquidation,
  opening,
  robbery,
  settling,
  trading,
} from '../fixtures.ts';
import type { Lie } from '../Lie.ts';
import { LIES } from '../lies.ts';
import { PIN_LIES } from '../pinLies.ts';

/** A batch, or a witness of it with inputs that no batch has, which keeps the rules. */
export interface Honest {
  readonly name: string;
  readonly spec: BatchSpec;
  readonly input?: Lie['input'];
}

/** Batches that the circuit must accept: those of accept.test.ts. */
export const HONEST: readonly Honest[] = [
  { name: 'trading', spec: trading() },
  { name: 'liquidation', spec: liquidation() },
  { name: 'opening', spec: opening() },
  { name: 'deposit', spec: deposit() },
  { name: 'settling', spec: settling() },
  { name: 'falling nonces', spec: fallingNonces() },
  { name: 'a liquidation that leaves nothing', spec: robbery(0n) },
  ...BOUNDS.map(({ name, on }) => ({ name, ...on })),
];

/** What it must refuse. */
export const MUST_FAIL: readonly Lie[] = [...LIES, ...BEYOND, ...PIN_LIES];
