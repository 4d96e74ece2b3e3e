import type { SealedBatch } from '../core/ledger/sealedBatch.ts';
import { BatcherError } from './BatcherError.ts';
import { type BatcherState, noteBatch } from './batcherState.ts';
import { type BatchLedger, type LedgerOutcome, sameAccount } from './batchLedger.ts';
import type { JobRecord } from './jobRecord.ts';
import { createLane } from './lane.ts';
import { sealedRecord } from './sealedRecord.ts';

/** From the machine's sealed batches to jobs: one lane, so that they go through the ledger in order. */
export interface Sealing {
  readonly enqueue: (sealed: SealedBatch) => void;
  readonly pending: () => number;
  readonly idle: () => Promise<void>;
}

export const createSealing = (state: BatcherState): Sealing => {
  const lane = createLane();
  let pending = 0;
  let stopped = false;

  const step = async (sealed: SealedBatch): Promise<void> => {
    try {
      if (!stopped) await seal(state, sealed);
    } catch (error) {
      stopped = true;
      const { batchNumber } = sealed;
      const message = `batch ${batchNumber} could not be sealed, no later one will be: ${String(error)}`;
      const known = error instanceof BatcherError ? error : new BatcherError('BATCH_INVALID', message, {}, error);
      state.config.alarms.raise({ code: known.code, message, data: { batchNumber } });
    }
    pending -= 1;
  };

  return {
    enqueue: (sealed) => {
      pending += 1;
      void lane.run(() => step(sealed));
    },
    pending: () => pending,
    idle: lane.idle,
  };
};

/** @throws BatcherError LEDGER_DIVERGED, JOBS_*; core's typed error for an invalid batch */
const seal = async (state: BatcherState, sealed: SealedBatch): Promise<void> => {
  const { config } = state;
  checkBefore(config.ledger, sealed);
  const outcome = config.ledger.apply(sealed);
  const known = await config.jobs.get(sealed.batchNumber);
  if (known !== null) return checkReplayed(known, outcome);
  const record = await sealedRecord(config, sealed, outcome);
  await config.jobs.add(record, outcome.job);
  noteBatch(state, record);
  config.onChange(record);
};

const checkBefore = (ledger: BatchLedger, { accountsBefore, batchNumber }: SealedBatch): void => {
  for (const [account, before] of accountsBefore) {
    if (sameAccount(ledger.account(account), before)) continue;
    const message = `account ${account} differs between machine and ledger before batch ${batchNumber}`;
    throw new BatcherError('LEDGER_DIVERGED', message, { account, batchNumber });
  }
};

const checkReplayed = (known: JobRecord, outcome: LedgerOutcome): void => {
  if (known.stateRootAfter === outcome.stateRootAfter && known.stateRootBefore === outcome.stateRootBefore) return;
  const { batchNumber } = known;
  const message = `batch ${batchNumber} came out differently than before the restart`;
  throw new BatcherError('LEDGER_DIVERGED', message, { batchNumber });
};
