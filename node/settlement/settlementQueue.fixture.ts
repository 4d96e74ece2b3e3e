import type { Hex } from 'viem';
import type { Acceptance, ProvedBatch, SettlementQueue } from './provedBatch.ts';
import type { SealRecord } from './sealLate.ts';

export const proved = (batchNumber: number, shapeId = 1): ProvedBatch => ({
  batchNumber,
  shapeId,
  stateRootAfter: 1001n + BigInt(batchNumber),
  timeSec: 1_700_000_000,
  dataCommit: 5n,
  logChainHash: 6n,
  words: [BigInt(batchNumber), 2n],
  proof: {
    a: [1n, 2n],
    b: [
      [1n, 2n],
      [3n, 4n],
    ],
    c: [1n, 2n],
  },
  report: { time: 1_699_999_999, riskTableHash: 9n, prices: [30_000_000n], inputs: '0x01', signatures: [] },
});

/** The records of a node that has sealed and proved these, batch n with root 1000 + n before it. */
export function queueOf(batches: readonly ProvedBatch[]) {
  let accepted = 0;
  const hashes = new Map<number, Hex[]>();
  const acceptances = new Map<number, Acceptance | null>();
  const queue: SettlementQueue = {
    proved: async (number) => batches.find((batch) => batch.batchNumber === number) ?? null,
    sealed: async (number) => batches.find((batch) => batch.batchNumber === number) ?? null,
    stateRootAt: async (count) => (count <= batches.length ? 1000n + BigInt(count) : null),
    markSubmitted: async (numbers, hash) => {
      for (const number of numbers) hashes.set(number, [...(hashes.get(number) ?? []), hash]);
    },
    submittedBy: async (number) => hashes.get(number) ?? [],
    acceptedCount: () => accepted,
    markAccepted: async (number, acceptance) => {
      accepted = number + 1;
      acceptances.set(number, acceptance);
    },
    rollBackTo: async (count) => {
      accepted = count;
    },
  };
  return { queue, hashes, acceptances };
}

/** A proving lag that nothing here exceeds. */
export const NO_SEALS: SealRecord = {
  provingLagSec: async () => Number.MAX_SAFE_INTEGER,
  sealedThrough: async () => 0,
  put: async () => {
    throw new Error('nothing is late');
  },
};
