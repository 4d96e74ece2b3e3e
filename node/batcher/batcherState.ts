import type { BatcherConfig } from './batcherConfig.ts';
import type { JobRecord, JobState } from './jobRecord.ts';
import type { JobStore } from './jobStore.ts';
import { createLane, type Lane } from './lane.ts';
import { createLeases, type Leases } from './leases.ts';
import { createProverRecords, type ProverRecords } from './proverRecords.ts';

/** What giving out leases must know of a batch without reading it from the disk. */
export interface OpenBatch {
  readonly state: JobState;
  readonly shapeName: string;
  readonly sealedAtMs: number;
  /** Provers that failed on it, and when each may try again. */
  readonly notBefore: Map<string, number>;
}

/** All that the batcher's functions share. */
export interface BatcherState {
  readonly config: BatcherConfig;
  /** The batches that L1 has not accepted, by number. */
  readonly open: Map<number, OpenBatch>;
  readonly leases: Leases;
  readonly provers: ProverRecords;
  /** Records are read, changed and written one after another. */
  readonly updates: Lane;
  /** Batches whose stored proof this process has seen verify. */
  readonly sound: Set<number>;
  /** How many batches L1 has accepted, as far as is known here. */
  acceptedCount: number;
  /** Proofs being verified. */
  checking: number;
}

export const openBatcherState = async (config: BatcherConfig): Promise<BatcherState> => {
  const { jobs } = config;
  const acceptedCount = await countAccepted(jobs);
  const state: BatcherState = {
    config,
    open: new Map(),
    leases: createLeases(),
    provers: createProverRecords(config.leaseMs),
    updates: createLane(),
    sound: new Set(),
    acceptedCount,
    checking: 0,
  };
  for (let number = acceptedCount; number < jobs.count(); number++) noteBatch(state, await mustGet(jobs, number));
  return state;
};

const countAccepted = async (jobs: JobStore): Promise<number> => {
  let count = jobs.count();
  while (count > 0 && (await jobs.get(count - 1))?.state !== 'accepted') count -= 1;
  return count;
};

const mustGet = async (jobs: JobStore, batchNumber: number): Promise<JobRecord> => {
  const record = await jobs.get(batchNumber);
  if (record === null) throw new Error(`assertion: batch ${batchNumber} has no record`);
  return record;
};

/** Keeps in mind what a record says. */
export const noteBatch = (state: BatcherState, { batchNumber, sealedAtMs, shapeName, ...record }: JobRecord): void => {
  if (record.state === 'accepted') {
    state.open.delete(batchNumber);
    return;
  }
  const notBefore = state.open.get(batchNumber)?.notBefore ?? new Map<string, number>();
  state.open.set(batchNumber, { state: record.state, shapeName, sealedAtMs, notBefore });
};

/**
 * Changes a batch's record as it is when its turn comes: nobody else reads or writes it meanwhile.
 * @param change null: leave it as it is
 * @returns the record as written, or null if it was left
 * @throws BatcherError JOBS_WRITE_FAILED
 */
export const updateRecord = (
  state: BatcherState,
  batchNumber: number,
  change: (record: JobRecord) => JobRecord | null,
): Promise<JobRecord | null> =>
  state.updates.run(async () => {
    const changed = change(await mustGet(state.config.jobs, batchNumber));
    if (changed === null) return null;
    await state.config.jobs.update(changed);
    noteBatch(state, changed);
    state.config.onChange(changed);
    return changed;
  });
