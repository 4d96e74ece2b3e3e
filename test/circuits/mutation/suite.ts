import { type BatchSpec, deposit, liquidation, opening, trading } from '../fixtures.ts';
import type { Lie } from '../Lie.ts';
import { LIES } from '../lies.ts';

/** Batches that the circuit must accept: those of accept.test.ts. */
export const HONEST: readonly { readonly name: string; readonly spec: BatchSpec }[] = [
  { name: 'trading', spec: trading() },
  { name: 'liquidation', spec: liquidation() },
  { name: 'opening', spec: opening() },
  { name: 'deposit', spec: deposit() },
];

/** What it must refuse. */
export const MUST_FAIL: readonly Lie[] = [...LIES];
