import type { Hex } from 'viem';
import { batchSignals } from '../core/codec/words.ts';
import type { SealedBatch } from '../core/machine/sealedBatch.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { publicSignals } from '../core/protocol/publicSignals.ts';
import type { LogRecord } from '../log/logRecord.ts';
import type { Alarms } from '../sequencer/alarms.ts';
import type { ProvedBatch, SettlementQueue, SubmittedProof } from '../settlement/provedBatch.ts';
import { BatcherError } from './BatcherError.ts';
import { type BatchLedger, type LedgerOutcome, sameAccount } from './batchLedger.ts';
import type { JobRecord } from './jobRecord.ts';
import type { JobStore } from './jobStore.ts';

export interface BatcherConfig {
  /** State root before the first batch. */
  readonly genesisRoot: bigint;
  readonly ledger: BatchLedger;
  readonly jobs: JobStore;
  readonly readEntry: (index: number) => Promise<{ readonly record: LogRecord; readonly entry: Entry }>;
  /** What the report of these inputs shows L1, packed as signed. */
  readonly pricesOf: (inputs: Uint8Array) => readonly bigint[];
  readonly alarms: Alarms;
  /** A lease not renewed for this long is given to another prover. */
  readonly leaseMs: number;
  /** Failed attempts after which a batch counts as not provable. */
  readonly maxAttempts: number;
  readonly nowMs: () => number;
  /** A record was made or has changed its state. */
  readonly onChange: (record: JobRecord) => void;
  readonly onProvingSeconds: (seconds: number) => void;
}

export interface ProofSubmission {
  readonly batchNumber: number;
  readonly proof: SubmittedProof;
  readonly publicSignals: readonly bigint[];
  readonly provingMs: number;
}

export interface Batcher {
  /** Takes a batch as the machine seals it; they are worked off one after another. */
  readonly enqueue: (sealed: SealedBatch) => void;
  /** Sealed by the machine, not yet in the ledger. */
  readonly pending: () => number;
  /** Resolves when nothing is pending, or sealing has stopped with an alarm. */
  readonly idle: () => Promise<void>;
  /** The oldest batch that nobody proves; `shapes` are the names of those that the prover has keys for, null: all. */
  readonly leaseJob: (
    proverId: string,
    shapes?: readonly string[] | null,
  ) => Promise<{ batchNumber: number; job: string } | null>;
  /** False: the lease is another prover's by now. */
  readonly heartbeat: (proverId: string, batchNumber: number) => boolean;
  /** Null when taken, else why not. */
  readonly submitProof: (submission: ProofSubmission) => Promise<string | null>;
  readonly reportFailure: (batchNumber: number, code: string, message: string) => Promise<void>;
  readonly leases: () => ReadonlyMap<number, string>;
  readonly queue: SettlementQueue;
  /** Failed batches get new attempts: what a restart of the node means. */
  readonly retryFailed: () => Promise<void>;
  readonly acceptedCount: () => number;
}

interface Lease {
  readonly proverId: string;
  readonly untilMs: number;
}

/** From sealed batches to proved ones. One lane: state goes through the ledger in order, provers work beside it. */
export const createBatcher = async (config: BatcherConfig): Promise<Batcher> => {
  const { jobs, ledger, alarms } = config;
  const leases = new Map<number, Lease>();
  let lane: Promise<void> = Promise.resolve();
  let pending = 0;
  let diverged = false;
  let acceptedCount = await countAccepted(jobs);
  // Everything below this number is proved.
  let provedCount = acceptedCount;

  const update = async (record: JobRecord): Promise<void> => {
    await jobs.update(record);
    config.onChange(record);
  };

  const mustGet = async (batchNumber: number): Promise<JobRecord> => {
    const record = await jobs.get(batchNumber);
    if (record === null) throw new Error(`assertion: batch ${batchNumber} has no record`);
    return record;
  };

  const checkBefore = (sealed: SealedBatch): void => {
    for (const [id, before] of sealed.accountsBefore) {
      if (sameAccount(ledger.account(id), before)) continue;
      throw new BatcherError(
        'LEDGER_DIVERGED',
        `account ${id} differs between machine and ledger before batch ${sealed.batchNumber}`,
        {
          account: id,
          batchNumber: sealed.batchNumber,
        },
      );
    }
  };

  const seal = async (sealed: SealedBatch): Promise<void> => {
    checkBefore(sealed);
    const outcome = ledger.apply(sealed);
    const known = await jobs.get(sealed.batchNumber);
    if (known !== null) return checkReplayed(known, outcome);
    const record = await newRecord(config, sealed, outcome);
    await jobs.add(record, outcome.job);
    config.onChange(record);
  };

  const enqueue = (sealed: SealedBatch): void => {
    pending += 1;
    lane = lane.then(async () => {
      try {
        if (!diverged) await seal(sealed);
      } catch (error) {
        diverged = true;
        const code = error instanceof BatcherError ? error.code : 'BATCH_INVALID';
        const message = `batch ${sealed.batchNumber} could not be sealed, no later one will be: ${String(error)}`;
        alarms.raise({ code, message, data: { batchNumber: sealed.batchNumber } });
      }
      pending -= 1;
    });
  };

  const isLeased = (batchNumber: number): boolean => (leases.get(batchNumber)?.untilMs ?? 0) > config.nowMs();

  /** Nobody may have this shape's key: after the time of a lease that is worth an alarm. */
  const passOver = ({ batchNumber, sealedAtMs, shapeName }: JobRecord): void => {
    if (config.nowMs() - sealedAtMs < config.leaseMs) return;
    alarms.raise({
      code: noProver(shapeName),
      message: `batch ${batchNumber} waits for a prover with the key of shape ${shapeName}; settlement stops before it: start one with that shape's artifacts`,
      data: { batchNumber, shape: shapeName },
    });
  };

  const leaseJob: Batcher['leaseJob'] = async (proverId, shapes = null) => {
    for (let number = provedCount; number < jobs.count(); number++) {
      const record = await mustGet(number);
      if (record.state !== 'sealed') {
        if (record.state !== 'failed' && number === provedCount) provedCount = number + 1;
        continue;
      }
      const mine = leases.get(number)?.proverId === proverId;
      if (isLeased(number) && !mine) continue;
      if (shapes !== null && !shapes.includes(record.shapeName)) {
        passOver(record);
        continue;
      }
      const job = await jobs.job(number);
      if (job === null) throw new Error(`assertion: the unproved batch ${number} has no job`);
      leases.set(number, { proverId, untilMs: config.nowMs() + config.leaseMs });
      alarms.clear(noProver(record.shapeName));
      return { batchNumber: number, job };
    }
    return null;
  };

  const submitProof: Batcher['submitProof'] = async (submission) => {
    const record = await jobs.get(submission.batchNumber);
    if (record === null) return `there is no batch ${submission.batchNumber}`;
    if (record.state !== 'sealed' && record.state !== 'failed') return null;
    const dataCommit = submission.publicSignals[4] ?? 0n;
    const wrong = wrongSignal(record, dataCommit, submission.publicSignals);
    if (wrong !== null) return `the proof is not of this batch: public signal ${wrong} differs`;
    leases.delete(submission.batchNumber);
    const { proof, provingMs } = submission;
    await update({
      ...record,
      state: 'proved',
      failure: null,
      proof: { dataCommit, proof: toTuples(proof), provingMs },
    });
    alarms.clear(notProvable(submission.batchNumber));
    config.onProvingSeconds(provingMs / 1000);
    return null;
  };

  const reportFailure: Batcher['reportFailure'] = async (batchNumber, code, message) => {
    const record = await jobs.get(batchNumber);
    leases.delete(batchNumber);
    if (record === null || record.state !== 'sealed') return;
    const attempts = record.attempts + 1;
    const failed = attempts >= config.maxAttempts;
    await update({ ...record, attempts, state: failed ? 'failed' : 'sealed', failure: { code, message } });
    if (!failed) return;
    alarms.raise({
      code: notProvable(batchNumber),
      message: `batch ${batchNumber} could not be proved in ${attempts} attempts (${code}: ${message}); settlement stops before it, trading goes on: mend the cause and restart the node`,
      data: { batchNumber, code, attempts },
    });
  };

  const queue: SettlementQueue = {
    proved: async (batchNumber) => {
      const record = await jobs.get(batchNumber);
      return record === null ? null : toProved(record);
    },
    sealed: (batchNumber) => jobs.get(batchNumber),
    stateRootAt: async (batches) => {
      if (batches > 0) return (await jobs.get(batches - 1))?.stateRootAfter ?? null;
      return config.genesisRoot;
    },
    markSubmitted: async (batchNumbers, txHash) => {
      for (const number of batchNumbers) {
        const record = await mustGet(number);
        await update({ ...record, state: 'submitted', txHashes: [...record.txHashes, txHash as `0x${string}`] });
      }
    },
    submittedBy: async (batchNumber) => ((await jobs.get(batchNumber))?.txHashes ?? []) as Hex[],
    acceptedCount: () => acceptedCount,
    markAccepted: async (batchNumber, acceptance) => {
      await update({ ...(await mustGet(batchNumber)), state: 'accepted', acceptance });
      acceptedCount = batchNumber + 1;
      // Kept a while for L1's own reorganisations; proofs and words stay for ever.
      if (batchNumber >= JOBS_KEPT) await jobs.dropJob(batchNumber - JOBS_KEPT);
    },
    rollBackTo: async (batches) => {
      for (let number = acceptedCount - 1; number >= batches; number--) {
        const record = await mustGet(number);
        await update({ ...record, state: record.proof === null ? 'sealed' : 'proved', acceptance: null });
      }
      acceptedCount = batches;
      provedCount = Math.min(provedCount, batches);
    },
  };

  return {
    enqueue,
    pending: () => pending,
    idle: () => lane,
    leaseJob,
    heartbeat: (proverId, batchNumber) => {
      if (leases.get(batchNumber)?.proverId !== proverId) return false;
      leases.set(batchNumber, { proverId, untilMs: config.nowMs() + config.leaseMs });
      return true;
    },
    submitProof,
    reportFailure,
    leases: () => new Map([...leases].filter(([number]) => isLeased(number)).map(([n, { proverId }]) => [n, proverId])),
    queue,
    retryFailed: async () => {
      for (let number = acceptedCount; number < jobs.count(); number++) {
        const record = await mustGet(number);
        if (record.state === 'failed') await update({ ...record, state: 'sealed', attempts: 0 });
      }
    },
    acceptedCount: () => acceptedCount,
  };
};

const JOBS_KEPT = 64;

const notProvable = (batchNumber: number): string => `BATCH_NOT_PROVABLE_${batchNumber}`;

const noProver = (shape: string): string => `NO_PROVER_OF_SHAPE_${shape}`;

const countAccepted = async (jobs: JobStore): Promise<number> => {
  let count = jobs.count();
  while (count > 0 && (await jobs.get(count - 1))?.state !== 'accepted') count -= 1;
  return count;
};

const newRecord = async (config: BatcherConfig, sealed: SealedBatch, outcome: LedgerOutcome): Promise<JobRecord> => {
  const { record: last } = await config.readEntry(sealed.lastEntryIndex);
  const { entry: report } = await config.readEntry(sealed.reportIndex);
  if (report.type !== 'report') throw new Error(`assertion: entry ${sealed.reportIndex} is no report`);
  const { l1Ops, withdrawals, trades, settlements } = sealed.rows;
  return {
    batchNumber: sealed.batchNumber,
    state: 'sealed',
    shapeId: outcome.shape.id,
    shapeName: outcome.shape.name,
    timeSec: sealed.timeSec,
    sealedAtMs: config.nowMs(),
    stateRootBefore: outcome.stateRootBefore,
    stateRootAfter: outcome.stateRootAfter,
    riskTableHash: outcome.riskTableHash,
    logChainHash: last.chainHash,
    lastEntryIndex: sealed.lastEntryIndex,
    words: [...outcome.words],
    counts: {
      l1Ops: l1Ops.length,
      withdrawals: withdrawals.length,
      trades: trades.length,
      settlements: settlements.length,
      accounts: outcome.accounts,
    },
    report: {
      time: report.timeSec,
      riskTableHash: outcome.riskTableHash,
      prices: [...config.pricesOf(report.inputs)],
      inputs: toHex(report.inputs),
      signatures: report.signatures.map(toHex),
    },
    attempts: 0,
    failure: null,
    proof: null,
    txHashes: [],
    acceptance: null,
  };
};

const toHex = (bytes: Uint8Array): `0x${string}` => `0x${Buffer.from(bytes).toString('hex')}`;

const toTuples = ({ a, b, c }: SubmittedProof) => ({
  a: [...a] as [bigint, bigint],
  b: [[...b[0]], [...b[1]]] as [[bigint, bigint], [bigint, bigint]],
  c: [...c] as [bigint, bigint],
});

const checkReplayed = (known: JobRecord, outcome: LedgerOutcome): void => {
  if (known.stateRootAfter === outcome.stateRootAfter && known.stateRootBefore === outcome.stateRootBefore) return;
  throw new BatcherError('LEDGER_DIVERGED', `batch ${known.batchNumber} came out differently than before the restart`, {
    batchNumber: known.batchNumber,
  });
};

/** Position of the first public signal that is not this batch's (protocol, section 6), or null. */
const wrongSignal = (record: JobRecord, dataCommit: bigint, signals: readonly bigint[]): number | null => {
  const { stateRootBefore, stateRootAfter, timeSec, riskTableHash, words } = record;
  const stated = { stateRootBefore, stateRootAfter, timeSec, riskTableHash, dataCommit, words };
  const expected = publicSignals(batchSignals(stated));
  if (signals.length !== expected.length) return Math.min(signals.length, expected.length);
  const at = expected.findIndex((signal, position) => signal !== signals[position]);
  return at === -1 ? null : at;
};

const toProved = (record: JobRecord): ProvedBatch | null => {
  if (record.proof === null) return null;
  const { batchNumber, shapeId, stateRootAfter, timeSec, logChainHash, words, report } = record;
  const { dataCommit, proof } = record.proof;
  return { batchNumber, shapeId, stateRootAfter, timeSec, dataCommit, logChainHash, words, proof, report };
};
