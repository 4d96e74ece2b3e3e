import type { Entry } from './entry.ts';
import type { MachineEvent } from './events.ts';
import type { MachineView } from './machineView.ts';
import type { Rejection } from './rejections.ts';
import type { SealedBatch } from './sealedBatch.ts';

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
 * Signatures and widths of undecodable bytes are the door's business, not the machine's.
 */
export interface Machine {
  /** Throws L1OpOrderError when L1 ops come out of order; nothing else that a user or L1 sends makes it throw. */
  readonly apply: (entry: Entry) => ApplyResult;
  /** Canonical bytes of the whole state, open batch included. */
  readonly snapshot: () => Uint8Array;
  readonly view: MachineView;
}
