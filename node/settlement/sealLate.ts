import type { SettlementQueue } from './provedBatch.ts';

/** What of the contract it takes to put sealed batches on record (protocol, section 7). */
export interface SealRecord {
  /** How late L1 takes a batch of that time, or one behind it that goes by other bounds, if that is less: seals go in order. */
  readonly provingLagSec: (batchSec: number) => Promise<number>;
  /** The first number that this sequencer has not put on record. */
  readonly sealedThrough: () => Promise<number>;
  /** Resolves once it is mined. */
  readonly put: (first: number, stateRoots: readonly bigint[]) => Promise<void>;
}

/** Roots in one call: some 22,000 gas each. */
const MOST_ROOTS = 64;

/**
 * Puts batches on record that wait for their proofs longer than half of the proving lag: L1 takes them however late the proofs
 * come, and takes nothing that is older than the lag and not on record. To be called again and again, as settlement goes.
 * @param accepted how many batches L1 has accepted
 * @returns how many were put on record
 */
export const sealLate = async (
  record: SealRecord,
  queue: Pick<SettlementQueue, 'sealed'>,
  accepted: number,
  nowSec: number,
): Promise<number> => {
  const oldest = await queue.sealed(accepted);
  if (oldest === null) return 0;
  const half = (await record.provingLagSec(oldest.timeSec)) / 2;
  if (nowSec - oldest.timeSec < half) return 0;
  const first = Math.max(accepted, await record.sealedThrough());
  const next = await queue.sealed(first);
  if (next === null || nowSec - next.timeSec < half) return 0;
  const roots: bigint[] = [];
  for (let batch: typeof next | null = next; batch !== null && roots.length < MOST_ROOTS; ) {
    roots.push(batch.stateRootAfter);
    batch = await queue.sealed(first + roots.length);
  }
  await record.put(first, roots);
  return roots.length;
};
