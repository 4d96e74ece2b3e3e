import { encodeEntry } from '../core/codec/entry.ts';
import type { Entry } from '../core/machine/entry.ts';
import type { ApplyResult } from '../core/machine/machine.ts';
import type { EntryLog } from '../log/entryLog.ts';
import type { LogRecord } from '../log/logRecord.ts';
import { SequencerError } from './SequencerError.ts';

/** An entry in its place, durable and applied. */
export interface Applied {
  readonly record: LogRecord;
  readonly entry: Entry;
  readonly result: ApplyResult;
}

export interface SequencerConfig {
  readonly log: EntryLog;
  readonly apply: (entry: Entry) => ApplyResult;
  /** Wall clock. Should it go back, the log's time stands still. */
  readonly nowSec: () => number;
  /** Submissions that may wait; one more is refused as busy. */
  readonly maxQueue: number;
  /** Most submissions in one synced write. */
  readonly maxGroup: number;
  /** A report older than this does not carry matching. */
  readonly maxReportAgeSec: number;
  /** Sees every entry once, in order, before its submitter is answered. */
  readonly onApplied: (applied: Applied) => void;
  /** The log or the machine failed: nothing is accepted any more. */
  readonly onFailure: (error: unknown) => void;
}

export interface Sequencer {
  /**
   * Orders, logs, applies. Resolves when the entry is durable.
   * @throws SequencerError; CodecError when the entry has no encoding; LogError when the disk refused it.
   */
  readonly submit: (entry: Entry) => Promise<Applied>;
  /** Of the node itself (L1 events, reports, seals): never refused as busy, kept together and in order. */
  readonly submitOwn: (entries: readonly Entry[]) => Promise<readonly Applied[]>;
  /** Brings the log's time up to the clock, if it is behind. */
  readonly tick: () => Promise<void>;
  readonly queueLength: () => number;
  readonly failure: () => unknown;
  readonly isOracleFresh: () => boolean;
  /** Takes no more; resolves when all that was taken is answered. */
  readonly stop: () => Promise<void>;
}

interface Waiting {
  readonly entries: readonly Entry[];
  readonly resolve: (applied: readonly Applied[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The single writer: everything that changes state goes through here, one after another. */
export const createSequencer = (config: SequencerConfig): Sequencer => {
  const { log } = config;
  let queue: Waiting[] = [];
  let pumping: Promise<void> | null = null;
  let accepting = true;
  let failure: unknown = null;
  // Only reports of this run count: after a restart nothing matches on prices from before.
  let lastReportSec = Number.NEGATIVE_INFINITY;

  const isOracleFresh = (): boolean => config.nowSec() - lastReportSec <= config.maxReportAgeSec;

  const withTick = (entries: readonly Entry[]): Entry[] => {
    const timeSec = config.nowSec();
    return timeSec > log.timeSec ? [{ type: 'tick', timeSec }, ...entries] : [...entries];
  };

  const applyAll = (entries: readonly Entry[], records: readonly LogRecord[]): Applied[] =>
    records.map((record, position) => {
      const entry = entries[position];
      if (entry === undefined)
        throw new Error(`assertion: the log answered ${records.length} of ${entries.length} entries`);
      const applied = { record, entry, result: config.apply(entry) };
      if (entry.type === 'report') lastReportSec = Math.max(lastReportSec, entry.timeSec);
      config.onApplied(applied);
      return applied;
    });

  const fail = (error: unknown, group: readonly Waiting[]): void => {
    failure = error;
    accepting = false;
    for (const waiting of [...group, ...queue]) waiting.reject(error);
    queue = [];
    config.onFailure(error);
  };

  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      const entries = withTick(group.flatMap((waiting) => waiting.entries));
      const applied = applyAll(entries, await log.append(entries));
      let start = applied.length - group.reduce((count, waiting) => count + waiting.entries.length, 0);
      for (const waiting of group) {
        waiting.resolve(applied.slice(start, start + waiting.entries.length));
        start += waiting.entries.length;
      }
    } catch (error) {
      fail(error, group);
    }
  };

  const pump = async (): Promise<void> => {
    while (queue.length > 0) {
      const group = queue.slice(0, config.maxGroup);
      queue = queue.slice(group.length);
      await writeGroup(group);
    }
    pumping = null;
  };

  const enqueue = (entries: readonly Entry[]): Promise<readonly Applied[]> =>
    new Promise((resolve, reject) => {
      queue.push({ entries, resolve, reject });
      pumping ??= pump();
    });

  const refusal = (): SequencerError =>
    failure === null
      ? new SequencerError('NOT_ACCEPTING', 'the node is stopping')
      : new SequencerError('NOT_ACCEPTING', 'the node has stopped accepting after a failure; see its log', failure);

  const submitOwn = (entries: readonly Entry[]): Promise<readonly Applied[]> =>
    accepting ? enqueue(entries) : Promise.reject(refusal());

  return {
    submit: async (entry) => {
      if (!accepting) throw refusal();
      if (queue.length >= config.maxQueue) {
        throw new SequencerError('BUSY', `${queue.length} submissions are waiting; try again in a moment`);
      }
      if ((entry.type === 'intent' || entry.type === 'massQuote') && !isOracleFresh()) {
        throw new SequencerError(
          'ORACLE_STALE',
          'no oracle report is fresh enough to trade on; cancels and withdrawals go on',
        );
      }
      // What has no encoding must not reach the log, where its failure would stop everybody.
      encodeEntry(entry);
      const [applied] = await enqueue([entry]);
      if (applied === undefined) throw new Error('assertion: an entry was lost between log and machine');
      return applied;
    },
    submitOwn,
    tick: async () => {
      if (accepting && config.nowSec() > log.timeSec) await enqueue([]);
    },
    queueLength: () => queue.length,
    failure: () => failure,
    isOracleFresh,
    stop: async () => {
      accepting = false;
      await pumping;
    },
  };
};
