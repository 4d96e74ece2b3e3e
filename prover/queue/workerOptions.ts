import type { NodeClient, ProvedJob } from './nodeClient.ts';

export interface WorkerLog {
  readonly info: (data: object, message: string) => void;
  readonly warn: (data: object, message: string) => void;
  readonly error: (data: object, message: string) => void;
}

export interface WorkerOptions {
  readonly node: NodeClient;
  /** Proves one job; must stop when the signal aborts. */
  readonly prove: (job: string, signal: AbortSignal) => Promise<ProvedJob>;
  readonly log: WorkerLog;
  /** Pause when there is nothing to do, and first pause when the node does not answer. */
  readonly pollMs: number;
  /** A lease is renewed so often, or oftener if its term is short. */
  readonly heartbeatMs: number;
  /** Ends the worker: the running proof is dropped and its batch given back. */
  readonly signal: AbortSignal;
}

/** Of all pauses that grow. */
export const LONGEST_PAUSE_MS = 30_000;
