import type { Batcher } from '../batcher/batcher.ts';
import type { BatchLedger } from '../batcher/batchLedger.ts';
import type { Machine } from '../core/machine/machine.ts';
import type { EntryLog } from '../log/entryLog.ts';
import type { LogFollower } from './logFollower.ts';
import type { SnapshotStore } from './snapshotStore.ts';

export interface SnapshotterConfig {
  readonly everyEntries: number;
  /** Position of the snapshot that was restored. */
  readonly lastEntries: number;
  readonly machine: Machine;
  readonly ledger: BatchLedger;
  readonly batcher: Batcher;
  readonly follower: Pick<LogFollower, 'known' | 'hasFailed'>;
  readonly log: EntryLog;
  readonly snapshots: SnapshotStore;
  readonly warn: (message: string) => void;
}

export interface Snapshotter {
  /** Saves, if there is anything new and machine and ledger are at one point. */
  readonly save: () => Promise<void>;
  /** Saves when enough entries have come since the last time. */
  readonly step: () => Promise<void>;
}

/** Saves machine and ledger together, at a moment when the ledger has every batch that the machine sealed. */
export const createSnapshotter = (config: SnapshotterConfig): Snapshotter => {
  let lastEntries = config.lastEntries;

  const save = async (): Promise<void> => {
    const { machine, ledger, batcher, log } = config;
    if (config.follower.hasFailed()) return;
    const entries = machine.view.nextEntryIndex();
    const agree = batcher.pending() === 0 && ledger.batches() === machine.view.counters().sealedBatches;
    if (!agree || entries === lastEntries || entries === 0) return;
    const batches = ledger.batches();
    // Both are taken in one go, before anything else can be applied.
    const taken = {
      entries,
      batches,
      machine: machine.snapshot(),
      ledger: ledger.snapshot(),
      known: config.follower.known(),
    };
    const last = await log.get(entries - 1);
    if (last === null) throw new Error(`assertion: entry ${entries - 1} was applied and is not in the log`);
    try {
      await config.snapshots.save({ ...taken, chainHash: last.chainHash, timeSec: last.timeSec });
      lastEntries = entries;
    } catch (error) {
      config.warn(`no snapshot could be written (${String(error)}); the next start replays more of the log`);
    }
  };

  return {
    save,
    step: async () => {
      if (config.machine.view.nextEntryIndex() - lastEntries >= config.everyEntries) await save();
    },
  };
};
