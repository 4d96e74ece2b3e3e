import { encodeEntry } from '../core/codec/entry.ts';
import type { ApplyResult } from '../core/machine/machine.ts';
import type { Entry } from '../core/protocol/entry.ts';
import type { EntryLog } from '../log/entryLog.ts';
import type { LogRecord } from '../log/logRecord.ts';
import { SequencerError } from './SequencerError.ts';

/** An entry in its place, durable and applied. */
export interface Applied {
  readonly record: LogRecord;
  readonly entry: Entry;
  readonly result: ApplyResult;
}

export interface SigningKey {
  readonly keyX: bigint;
  readonly keyY: bigint;
}

export interface SequencerConfig {
  readonly log: EntryLog;
  readonly apply: (entry: Entry) => ApplyResult;
  /** The key that an account's messages are checked against now; null: no such account. */
  readonly keyOf: (account: number) => SigningKey | null;
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
   * @param signers whose keys the door checked the entry's signatures against; left out: checked just now, against
   * those in force
   * @throws SequencerError; CodecError when the entry has no encoding; LogError when the disk refused it.
   */
  readonly submit: (entry: Entry, signers?: readonly Signer[]) => Promise<Applied>;
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

export interface Signer {
  readonly account: number;
  /** The account's key when the door checked the signature. */
  readonly key: SigningKey | null;
}

interface Waiting {
  readonly entries: readonly Entry[];
  readonly signers: readonly Signer[];
  readonly resolve: (applied: readonly Applied[]) => void;
  readonly reject: (error: unknown) => void;
}

const accountsOf = (entry: Entry): readonly number[] => {
  switch (entry.type) {
    case 'intent':
    case 'withdraw':
      return [entry.signed.intent.account];
    case 'massQuote':
      return [...new Set(entry.quotes.map(({ intent }) => intent.account))];
    case 'cancel':
    case 'cancelAll':
      return [entry.account];
    default:
      return [];
  }
};

/** A key change is an L1 op, and ops that waited for prices take effect with the next report. */
const mayChangeKeys = ({ entries }: Waiting): boolean =>
  entries.some(({ type }) => type === 'l1Op' || type === 'report');

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

  const isKeyCurrent = ({ account, key }: Signer): boolean => {
    const now = config.keyOf(account);
    return now?.keyX === key?.keyX && now?.keyY === key?.keyY;
  };

  /**
   * The door checked signatures against the keys of then. A message that an L1 key change overtook in the queue must not be
   * logged: matched, it could not be proved.
   */
  const withoutStale = (waiting: readonly Waiting[]): readonly Waiting[] =>
    waiting.filter((each) => {
      if (each.signers.every(isKeyCurrent)) return true;
      each.reject(new SequencerError('KEY_CHANGED', "the account's key has changed; sign again with the new one"));
      return false;
    });

  /** What may change keys ends its group, so that those behind it are judged by the keys it leaves. */
  const takeGroup = (): readonly Waiting[] => {
    const change = queue.findIndex(mayChangeKeys);
    const size = Math.min(config.maxGroup, change === -1 ? queue.length : change + 1);
    const group = queue.slice(0, size);
    queue = queue.slice(size);
    return withoutStale(group);
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
      const group = takeGroup();
      if (group.length > 0) await writeGroup(group);
    }
    pumping = null;
  };

  const enqueue = (entries: readonly Entry[], signers: readonly Signer[] = []): Promise<readonly Applied[]> =>
    new Promise((resolve, reject) => {
      queue.push({ entries, signers, resolve, reject });
      pumping ??= pump();
    });

  const refusal = (): SequencerError =>
    failure === null
      ? new SequencerError('NOT_ACCEPTING', 'the node is stopping')
      : new SequencerError('NOT_ACCEPTING', 'the node has stopped accepting after a failure; see its log', failure);

  const submitOwn = (entries: readonly Entry[]): Promise<readonly Applied[]> =>
    accepting ? enqueue(entries) : Promise.reject(refusal());

  return {
    submit: async (entry, signers) => {
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
      const signed = signers ?? accountsOf(entry).map((account) => ({ account, key: config.keyOf(account) }));
      const [applied] = await enqueue([entry], signed);
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
