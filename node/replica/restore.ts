import type { Hasher } from '../core/crypto/hasher.ts';
import { MemoryStore } from '../core/ledger/memoryStore.ts';
import { readSnapshot } from '../core/ledger/snapshot.ts';
import { createMachine, type Machine, restoreMachine } from '../core/machine/machine.ts';
import type { MachineRules } from '../core/machine/machineRules.ts';
import type { Genesis } from '../core/protocol/genesis.ts';
import type { EntryLog } from '../log/entryLog.ts';
import { type KnownOfLog, NOTHING_KNOWN } from './logFollower.ts';
import type { Snapshot, SnapshotStore } from './snapshotStore.ts';

export interface Restored {
  readonly machine: Machine;
  readonly store: MemoryStore;
  /** Entries that the machine has applied: replay starts here. */
  readonly entries: number;
  readonly known: KnownOfLog;
}

export interface RestoreConfig {
  readonly log: EntryLog;
  readonly snapshots: SnapshotStore;
  readonly rules: MachineRules;
  /** Entry 0 of the log. */
  readonly genesis: Genesis;
  readonly hasher: Hasher;
  /** Batches whose jobs are on the disk: a snapshot beyond them would leave a gap. */
  readonly batches: number;
  readonly warn: (message: string) => void;
}

const problemOf = async (config: RestoreConfig, snapshot: Snapshot): Promise<string | null> => {
  const last = await config.log.get(snapshot.entries - 1);
  if (last === null || last.chainHash !== snapshot.chainHash || last.timeSec !== snapshot.timeSec) {
    return 'it is not of this log';
  }
  return snapshot.batches > config.batches ? 'jobs of its batches are missing' : null;
};

/** Machine and ledger from the newest snapshot that can be trusted, else from the beginning. */
export const restoreState = async (config: RestoreConfig): Promise<Restored> => {
  const skip = (what: string, reason: string): void =>
    config.warn(`the snapshot ${what} is passed over (${reason}); an older one or the log's start serves instead`);
  for await (const snapshot of config.snapshots.load(skip)) {
    const problem = await problemOf(config, snapshot);
    if (problem !== null) {
      skip(`at entry ${snapshot.entries}`, problem);
      continue;
    }
    try {
      const machine = restoreMachine(config.rules, snapshot.machine);
      const store = readSnapshot(config.hasher, snapshot.ledger);
      return { machine, store, entries: snapshot.entries, known: snapshot.known };
    } catch (error) {
      skip(`at entry ${snapshot.entries}`, String(error));
    }
  }
  const machine = createMachine(config.rules, config.genesis);
  return { machine, store: new MemoryStore(config.hasher), entries: 1, known: NOTHING_KNOWN };
};
