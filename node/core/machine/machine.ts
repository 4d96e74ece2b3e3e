import type { SealedBatch } from '../ledger/sealedBatch.ts';
import type { Entry } from '../protocol/entry.ts';
import type { Genesis } from '../protocol/genesis.ts';
import { applyEntry } from './applyEntry.ts';
import type { MachineEvent } from './events.ts';
import { Exchange } from './exchange.ts';
import type { MachineRules } from './machineRules.ts';
import type { MachineView } from './machineView.ts';
import { type Rejection, rejection } from './rejections.ts';
import { readSnapshot, takeSnapshot } from './snapshot.ts';
import { viewOf } from './viewOf.ts';

export interface ApplyResult {
  /** One per submission, null when accepted: of a mass quote one per quote, of any other entry exactly one. */
  readonly rejections: readonly (Rejection | null)[];
  readonly events: readonly MachineEvent[];
  /** Batches that this entry closed, in order. */
  readonly sealed: readonly SealedBatch[];
}

/**
 * The exchange's rules: a deterministic function of the entries applied. No clock, randomness, floats or I/O.
 * Every entry of the log is applied, in order, rejected ones included: the machine counts them as the log does.
 * Signatures are the door's business, not the machine's.
 */
export interface Machine {
  /**
   * Throws L1OpOrderError when L1 ops come out of order, and GenesisError GENESIS_MISPLACED at a genesis entry, which only
   * entry 0 is; nothing else that a user or L1 sends makes it throw.
   */
  readonly apply: (entry: Entry) => ApplyResult;
  /** Canonical bytes of the whole state, open batch included. */
  readonly snapshot: () => Uint8Array;
  readonly view: MachineView;
}

function machineOf(exchange: Exchange): Machine {
  const apply = (entry: Entry): ApplyResult => {
    exchange.events = [];
    exchange.sealed = [];
    const rejections = applyEntry(exchange, entry).map((name) => (name === null ? null : rejection(name)));
    exchange.entryIndex += 1;
    return { rejections, events: exchange.events, sealed: exchange.sealed };
  };
  return { apply, snapshot: () => takeSnapshot(exchange), view: viewOf(exchange) };
}

/**
 * A machine that has applied entry 0 of a log, which is all that it takes its parameters from.
 * @throws GenesisError GENESIS_UNKNOWN
 */
export function createMachine(rules: MachineRules, genesis: Genesis): Machine {
  const exchange = new Exchange(rules, genesis);
  exchange.entryIndex = 1;
  return machineOf(exchange);
}

/** The machine that gave this snapshot, as it was. Throws SnapshotError for damaged or foreign bytes. */
export function restoreMachine(rules: MachineRules, snapshot: Uint8Array): Machine {
  return machineOf(readSnapshot(rules, snapshot));
}
