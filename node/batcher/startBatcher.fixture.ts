import { createAlarms } from '../alarms.ts';
import { dataPoint, dataValue } from '../core/codec/words.ts';
import type { SealedBatch } from '../core/ledger/sealedBatch.ts';
import type { AccountRecord } from '../core/protocol/account.ts';
import { DEVELOPMENT_SHAPE } from '../core/protocol/presets.ts';
import type { LogRecord } from '../log/logRecord.ts';
import { diskStorage } from '../storage/diskStorage.ts';
import { type Batcher, createBatcher } from './batcher.ts';
import type { BatcherConfig } from './batcherConfig.ts';
import type { BatchLedger } from './batchLedger.ts';
import type { ProofDelivery } from './deliverProof.ts';
import { openJobStore } from './jobStore.ts';
import type { ProofCheck } from './proofCheck.ts';

/** A batcher on a ledger that counts, for tests of what happens between sealing and proof. */
export const ALICE: AccountRecord = { keyX: 1n, keyY: 2n, owner: 3n, cash: 4n, positions: [], slots: new Map() };

export const sealedBatch = (batchNumber: number, before: AccountRecord | null = ALICE): SealedBatch => ({
  batchNumber,
  timeSec: 100 + batchNumber,
  rows: { batchNumber, l1Ops: [], withdrawals: [], trades: [], settlements: [] },
  authorisations: { withdrawals: [], trades: [] },
  riskTable: [],
  reportIndex: 1,
  lastEntryIndex: 2,
  accountsBefore: new Map([[7, before]]),
  l1OpIndexBefore: 0,
  feePoolBefore: 0n,
  lastTimeSec: 0,
});

/** Counts roots: 1000 before the first batch, one more after each. */
export const countingLedger = (offset = 0n): BatchLedger => {
  let batches = 0;
  return {
    apply: ({ batchNumber }) => {
      batches += 1;
      const root = 1000n + BigInt(batchNumber);
      const roots = { stateRootBefore: root, stateRootAfter: root + 1n + offset };
      const words = [BigInt(batchNumber), 5n];
      return { ...roots, shape: DEVELOPMENT_SHAPE, riskTableHash: 9n, words, accounts: 1, job: `job ${batchNumber}` };
    },
    account: (id) => (id === 7 ? ALICE : null),
    batches: () => batches,
    snapshot: () => new Uint8Array(),
  };
};

/** Takes the proofs whose first coordinate is 1. */
const checkFirst: ProofCheck = async ({ proof }) => proof.a[0] === 1n;

export const proofOf = (batchNumber: number, { first = 1n, leaseId = 'none', proverId = 'a' } = {}): ProofDelivery => {
  const words = [BigInt(batchNumber), 5n];
  const point = dataPoint(6n, words);
  const root = 1000n + BigInt(batchNumber);
  const publicSignals = [root, root + 1n, 100n + BigInt(batchNumber), 9n, 6n, point, dataValue(point, words)];
  const proof = {
    a: [first, 2n],
    b: [
      [1n, 2n],
      [3n, 4n],
    ],
    c: [1n, 2n],
  } as const;
  return { proverId, leaseId, batchNumber, proof, publicSignals, provingMs: 5 };
};

export interface StartedBatcher {
  readonly batcher: Batcher;
  readonly jobs: Awaited<ReturnType<typeof openJobStore>>;
  readonly clock: { ms: number };
  /** Seals so many batches. */
  readonly seal: (count: number) => Promise<void>;
  /** Codes of the alarms that are raised. */
  readonly codes: () => string[];
  /** The lease that a prover gets: its batch and id, or why none. */
  readonly lease: (proverId: string, shapes?: readonly string[]) => Promise<{ batchNumber?: number; leaseId: string }>;
}

let leases = 0;

/** Terms of 100 ms on a clock that the test sets, and two attempts. */
export const startBatcher = async (
  dir: string,
  ledger: BatchLedger = countingLedger(),
  changes: Partial<BatcherConfig> = {},
): Promise<StartedBatcher> => {
  const clock = { ms: 0 };
  const jobs = await openJobStore(diskStorage(dir));
  const alarms = createAlarms(() => undefined);
  const record: LogRecord = { index: 1, bytes: new Uint8Array(), entryHash: 1n, chainHash: 77n, timeSec: 100 };
  const entry = { type: 'report', timeSec: 99, inputs: Uint8Array.of(1), spots: [5n], signatures: [] } as const;
  const batcher = await createBatcher({
    genesisRoot: 1000n,
    ledger,
    jobs,
    readEntry: async () => ({ record, entry }),
    pricesOf: (inputs) => [...inputs].map(BigInt),
    alarms,
    checkProof: checkFirst,
    leaseMs: 100,
    maxAttempts: 2,
    nowMs: () => clock.ms,
    newLeaseId: () => {
      leases += 1;
      return `lease ${leases}`;
    },
    onChange: () => undefined,
    onProvingSeconds: () => undefined,
    ...changes,
  });
  return {
    batcher,
    jobs,
    clock,
    seal: async (count) => {
      for (let number = 0; number < count; number++) batcher.enqueue(sealedBatch(number));
      await batcher.idle();
    },
    codes: () => alarms.list().map(({ code }) => code),
    lease: async (proverId, shapes) => {
      const grant = await batcher.lease(proverId, shapes);
      if (grant.type !== 'leased') return { leaseId: grant.type };
      return { batchNumber: grant.lease.batchNumber, leaseId: grant.lease.id };
    },
  };
};
