import type { Alarms } from '../alarms.ts';
import type { EntryLog } from '../log/entryLog.ts';
import { LogError } from '../log/LogError.ts';

export interface LogCheckConfig {
  readonly log: Pick<EntryLog, 'read'>;
  /** The entries before this one were not verified at the start: a snapshot stood for them. */
  readonly before: number;
  readonly entriesPerStep: number;
  readonly alarms: Alarms;
}

export interface LogCheck {
  /** Verifies some more. Raises LOG_CORRUPT for what is damaged, and then rests; a disk that fails throws. */
  readonly step: () => Promise<void>;
  /** How many entries are verified, counted from the first. */
  readonly verified: () => number;
}

/**
 * Verifies beside the running node what its start took from a snapshot. Damage there stops nothing: state and order do not rest on
 * it. But receipts of those entries could not be shown any more, nor could a replica be built from this log.
 */
export const createLogCheck = ({ log, before, entriesPerStep, alarms }: LogCheckConfig): LogCheck => {
  let verified = 0;
  let isDamaged = false;
  return {
    verified: () => verified,
    step: async () => {
      if (isDamaged || verified >= before) return;
      const end = Math.min(before, verified + entriesPerStep);
      try {
        for await (const { record } of log.read(verified)) {
          verified = record.index + 1;
          if (verified >= end) break;
        }
      } catch (error) {
        if (!(error instanceof LogError) || error.code !== 'LOG_CORRUPT') throw error;
        isDamaged = true;
        const message = `${error.message} (the node goes on: its state rests on a snapshot behind it)`;
        alarms.raise({ code: 'LOG_CORRUPT', message, data: error.data });
      }
    },
  };
};
