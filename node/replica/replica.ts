import type { Alarms } from '../alarms.ts';
import { type Batcher, createBatcher } from '../batcher/batcher.ts';
import type { BatcherConfig } from '../batcher/batcherConfig.ts';
import type { BatchLedger } from '../batcher/batchLedger.ts';
import { createCoreLedger } from '../batcher/coreLedger.ts';
import type { JobRecord } from '../batcher/jobRecord.ts';
import { type JobStore, openJobStore } from '../batcher/jobStore.ts';
import type { Clock } from '../clock.ts';
import { decodeEntry } from '../core/codec/entry.ts';
import { MemoryStore } from '../core/ledger/memoryStore.ts';
import type { ApplyResult } from '../core/machine/machine.ts';
import type { MachineRules } from '../core/machine/machineRules.ts';
import type { MachineView } from '../core/machine/machineView.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import type { Entry } from '../core/protocol/entry.ts';
import type { Genesis } from '../core/protocol/genesis.ts';
import type { Cryptography } from '../crypto/cryptography.ts';
import { type EntryLog, openEntryLog } from '../log/entryLog.ts';
import { shownPrices } from '../oracle/shownPrices.ts';
import type { Storage } from '../storage/storage.ts';
import { beginLog } from './beginLog.ts';
import { createLogCheck } from './logCheck.ts';
import { followLog, type LogFollower, type ReportEntry } from './logFollower.ts';
import { restoreState } from './restore.ts';
import { openSnapshotStore } from './snapshotStore.ts';
import { createSnapshotter } from './snapshotter.ts';

export interface ReplicaOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly cryptography: Pick<Cryptography, 'hasher' | 'hashChain' | 'verifier'>;
  /** Of the deployment: where log and state begin. */
  readonly domain: bigint;
  readonly rules: MachineRules;
  /** What entry 0 of the log must say; a new log begins with it. */
  readonly genesis: Genesis;
  readonly proving: Pick<BatcherConfig, 'checkProof' | 'newLeaseId' | 'leaseMs' | 'maxAttempts'>;
  readonly snapshotEveryEntries: number;
  readonly alarms: Alarms;
  readonly warn: (message: string) => void;
}

/** Told of what happens from its subscription on; calls must not throw. */
export interface ReplicaObserver {
  /** A batch was sealed or has changed its state. */
  readonly onBatch?: (record: JobRecord) => void;
  readonly onProvingSeconds?: (seconds: number) => void;
}

/** What every node has: the log, the state that it leads to, and the batches that the state was cut into. */
export interface Replica {
  readonly log: EntryLog;
  readonly view: MachineView;
  readonly jobs: JobStore;
  readonly batcher: Batcher;
  /** Entry from which the log was replayed at the start; what is before was taken from a snapshot. */
  readonly replayedFrom: number;
  /** Applies the entry that the log has next. @throws what core's machine throws: a defect, nothing may be applied after it */
  readonly apply: (entry: Entry) => ApplyResult;
  /** The report that the machine values with; null before the first. */
  readonly reportInForce: () => ReportEntry | null;
  /** Whether the log has ever listed this instrument. */
  readonly wasListed: (instrument: number) => boolean;
  readonly observe: (observer: ReplicaObserver) => void;
  /** To be called now and then: saves a snapshot when it is time, and verifies some of what the start did not. */
  readonly tend: () => Promise<void>;
  /** Saves a snapshot of now, if there is anything new. */
  readonly save: () => Promise<void>;
  /** Lets go of the disk; nothing may be applied any more. */
  readonly close: () => Promise<void>;
}

/** A million in a quarter of an hour, at a step a second. */
const ENTRIES_CHECKED_AT_ONCE = 1024;

/** Batches that may wait for the ledger while the log is replayed. */
const REPLAY_AHEAD = 8;

/**
 * Restores the state from the newest sound snapshot and the log behind it.
 * @throws LogError, BatcherError, StorageError: each says what to do
 */
export const openReplica = async (options: ReplicaOptions): Promise<Replica> => {
  const { storage, clock, cryptography, domain } = options;
  const log = await openEntryLog({ ...cryptography, storage, clock, domain });
  try {
    const jobs = await openJobStore(storage);
    try {
      return await restoreReplica(options, log, jobs);
    } catch (error) {
      await jobs.close();
      throw error;
    }
  } catch (error) {
    await log.close();
    throw error;
  }
};

const restoreReplica = async (options: ReplicaOptions, log: EntryLog, jobs: JobStore): Promise<Replica> => {
  const { cryptography, domain, warn } = options;
  const { hasher } = cryptography;
  const genesis = await beginLog(log, options.genesis);
  const snapshots = await openSnapshotStore(options.storage);
  const { rules } = options;
  const restored = await restoreState({ log, snapshots, rules, genesis, hasher, batches: jobs.count(), warn });
  const { machine, store } = restored;
  const ledger = createCoreLedger({ ...cryptography, domain, deployment: machine.view.deployment() }, store);
  const observers: ReplicaObserver[] = [];
  const batcher = await openBatcher(options, { log, jobs, ledger, observers });
  const follower = followLog({ machine, batcher, known: restored.known });
  await replay(log, restored.entries, follower, batcher);
  const snapshotter = createSnapshotter({
    everyEntries: options.snapshotEveryEntries,
    lastEntries: restored.entries,
    machine,
    ledger,
    batcher,
    follower,
    log,
    snapshots,
    warn,
  });
  const check = createLogCheck({
    log,
    before: restored.entries,
    entriesPerStep: ENTRIES_CHECKED_AT_ONCE,
    alarms: options.alarms,
  });
  return {
    log,
    view: machine.view,
    jobs,
    batcher,
    replayedFrom: restored.entries,
    apply: follower.apply,
    reportInForce: follower.reportInForce,
    wasListed: follower.wasListed,
    observe: (observer) => {
      observers.push(observer);
    },
    tend: async () => {
      await snapshotter.step();
      await check.step();
    },
    save: snapshotter.save,
    close: async () => {
      await batcher.idle();
      await jobs.close();
      await log.close();
    },
  };
};

interface BatcherParts {
  readonly log: EntryLog;
  readonly jobs: JobStore;
  readonly ledger: BatchLedger;
  readonly observers: readonly ReplicaObserver[];
}

const openBatcher = (options: ReplicaOptions, { log, jobs, ledger, observers }: BatcherParts): Promise<Batcher> =>
  createBatcher({
    genesisRoot: new MemoryStore(options.cryptography.hasher).stateRoot(options.domain),
    ledger,
    jobs,
    readEntry: (index) => readEntry(log, index),
    pricesOf: (inputs) => shownPrices(decodeReportInputs(inputs)),
    alarms: options.alarms,
    ...options.proving,
    nowMs: options.clock.nowMs,
    onChange: (record) => {
      for (const observer of observers) observer.onBatch?.(record);
    },
    onProvingSeconds: (seconds) => {
      for (const observer of observers) observer.onProvingSeconds?.(seconds);
    },
  });

const readEntry = async (log: EntryLog, index: number) => {
  const record = await log.get(index);
  if (record === null) throw new Error(`assertion: there is no log entry ${index}`);
  return { record, entry: decodeEntry(record.bytes) };
};

const replay = async (log: EntryLog, from: number, follower: LogFollower, batcher: Batcher): Promise<void> => {
  for await (const { entry } of log.read(from)) {
    follower.apply(entry);
    if (batcher.pending() > REPLAY_AHEAD) await batcher.idle();
  }
  await batcher.idle();
  await batcher.retryFailed();
};
