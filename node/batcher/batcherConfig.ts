import type { Alarms } from '../alarms.ts';
import type { Entry } from '../core/protocol/entry.ts';
import type { LogRecord } from '../log/logRecord.ts';
import type { BatchLedger } from './batchLedger.ts';
import type { JobRecord } from './jobRecord.ts';
import type { JobStore } from './jobStore.ts';
import type { ProofCheck } from './proofCheck.ts';

export interface BatcherConfig {
  /** State root before the first batch. */
  readonly genesisRoot: bigint;
  readonly ledger: BatchLedger;
  readonly jobs: JobStore;
  readonly readEntry: (index: number) => Promise<{ readonly record: LogRecord; readonly entry: Entry }>;
  /** What the report of these inputs shows L1, packed as signed. */
  readonly pricesOf: (inputs: Uint8Array) => readonly bigint[];
  readonly alarms: Alarms;
  /** By the key that L1 has for the shape. */
  readonly checkProof: ProofCheck;
  /** A lease not renewed for this long is given to another prover. */
  readonly leaseMs: number;
  /** Leases that must have failed on a batch before it counts as not provable. */
  readonly maxAttempts: number;
  readonly nowMs: () => number;
  /** An id that was never given before, by earlier runs neither. */
  readonly newLeaseId: () => string;
  /** A record was made or has changed its state. */
  readonly onChange: (record: JobRecord) => void;
  readonly onProvingSeconds: (seconds: number) => void;
}
