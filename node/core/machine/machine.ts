import type { Entry } from '../protocol/entry.ts';
import { applyEntry } from './applyEntry.ts';
import type { MachineEvent } from './events.ts';
import { Exchange } from './exchange.ts';
import type { MachineConfig } from './machineConfig.ts';
import type { MachineView } from './machineView.ts';
import { type Rejection, rejection } from './rejections.ts';
import type { SealedBatch } from './sealedBatch.ts';
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
  /** Throws L1OpOrderError when L1 ops come out of order; nothing else that a user or L1 sends makes it throw. */
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

/** A machine before its first entry. */
export function createMachine(config: MachineConfig): Machine {
  return machineOf(new Exchange(config));
}

/** The machine that gave this snapshot, as it was. Throws SnapshotError for damaged or foreign bytes. */
export function restoreMachine(config: MachineConfig, snapshot: Uint8Array): Machine {
  return machineOf(readSnapshot(config, snapshot));
}
