import type { Batcher } from '../batcher/batcher.ts';
import type { ApplyResult, Machine } from '../core/machine/machine.ts';
import type { Entry } from '../core/protocol/entry.ts';

export type ReportEntry = Extract<Entry, { type: 'report' }>;

/** What a replica knows of the log beside the machine's own state; a snapshot carries it. */
export interface KnownOfLog {
  /** Every instrument that was ever listed, ascending. */
  readonly listed: readonly number[];
  readonly reportInForce: ReportEntry | null;
}

export const NOTHING_KNOWN: KnownOfLog = { listed: [], reportInForce: null };

/** Applies the log's entries, replayed ones as live ones. */
export interface LogFollower {
  readonly apply: (entry: Entry) => ApplyResult;
  readonly reportInForce: () => ReportEntry | null;
  readonly wasListed: (instrument: number) => boolean;
  readonly known: () => KnownOfLog;
  /** The machine threw: what state it is in nobody knows, and no snapshot may be made of it. */
  readonly hasFailed: () => boolean;
}

export interface LogFollowerConfig {
  readonly machine: Machine;
  readonly batcher: Pick<Batcher, 'enqueue'>;
  readonly known: KnownOfLog;
}

export const followLog = ({ machine, batcher, known }: LogFollowerConfig): LogFollower => {
  const listed = new Set(known.listed);
  let { reportInForce } = known;
  let failed = false;
  return {
    apply: (entry) => {
      if (failed) throw new Error('assertion: an entry applied to a machine that has failed');
      failed = true;
      const result = machine.apply(entry);
      failed = false;
      for (const sealed of result.sealed) batcher.enqueue(sealed);
      if (entry.type === 'list') for (const { instrument } of entry.instruments) listed.add(instrument);
      if (entry.type === 'report' && result.rejections[0] === null) reportInForce = entry;
      return result;
    },
    reportInForce: () => reportInForce,
    wasListed: (instrument) => listed.has(instrument),
    known: () => ({ listed: [...listed].sort((a, b) => a - b), reportInForce }),
    hasFailed: () => failed,
  };
};
