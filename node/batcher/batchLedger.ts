import type { SealedBatch } from '../core/ledger/sealedBatch.ts';
import type { AccountRecord } from '../core/protocol/account.ts';
import type { Shape } from '../core/protocol/shape.ts';

/** The hashed state between batches, brought forward by core's own transition. */
export interface BatchLedger {
  /**
   * Applies the next batch and makes its job.
   * @throws core's typed error when the batch is invalid: a defect of the machine.
   */
  readonly apply: (sealed: SealedBatch) => LedgerOutcome;
  readonly account: (id: number) => AccountRecord | null;
  /** How many batches were applied: the number of the next one. */
  readonly batches: () => number;
  readonly snapshot: () => Uint8Array;
}

export interface LedgerOutcome {
  readonly shape: Shape;
  readonly stateRootBefore: bigint;
  readonly stateRootAfter: bigint;
  readonly riskTableHash: bigint;
  readonly words: readonly bigint[];
  readonly accounts: number;
  /** The prover's job as text. */
  readonly job: string;
}

/** Whether two records of an account are the same to the last lot and slot. */
export const sameAccount = (a: AccountRecord | null, b: AccountRecord | null): boolean => {
  if (a === null || b === null) return a === b;
  return (
    a.keyX === b.keyX &&
    a.keyY === b.keyY &&
    a.owner === b.owner &&
    a.cash === b.cash &&
    a.positions.length === b.positions.length &&
    a.positions.every(
      ({ instrument, lots }, at) => b.positions[at]?.instrument === instrument && b.positions[at]?.lots === lots,
    ) &&
    a.slots.size === b.slots.size &&
    [...a.slots].every(([slot, value]) => b.slots.get(slot) === value)
  );
};
