import { type EncodedEntry, encoded } from '../core/codec/entry.ts';
import type { Receipt } from '../core/heads/head.ts';
import { MAX_GROUP_ENTRIES } from '../core/heads/headTree.ts';
import type { ApplyResult } from '../core/machine/machine.ts';
import type { TradingKey } from '../core/machine/machineView.ts';
import type { Entry } from '../core/protocol/entry.ts';
import type { AppendedGroup, EntryLog } from '../log/entryLog.ts';
import type { LogRecord } from '../log/logRecord.ts';
import type { Heads } from './heads.ts';
import { SequencerError } from './SequencerError.ts';

/** An entry in its place, durable, signed for and applied. */
export interface Applied {
  readonly record: LogRecord;
  readonly entry: Entry;
  readonly result: ApplyResult;
  readonly receipt: Receipt;
}

export interface SequencerConfig {
  readonly log: Pick<EntryLog, 'append' | 'timeSec'>;
  readonly heads: Pick<Heads, 'sign'>;
  readonly apply: (entry: Entry) => ApplyResult;
  /** The key that an account's messages are checked against now; null: no such account. */
  readonly keyOf: (account: number) => TradingKey | null;
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

export interface Signer {
  readonly account: number;
  /** The account's key when the signature was checked. */
  readonly key: TradingKey;
}

/** What traders signed, its signatures checked. */
export interface SignedEntry extends EncodedEntry {
  readonly signers: readonly Signer[];
}

export interface Sequencer {
  /**
   * Orders, logs, applies: in the order of calls. Resolves when the entry is durable.
   * @throws SequencerError; LogError when the disk refused it
   */
  readonly submit: (signed: SignedEntry) => Promise<Applied>;
  /**
   * Of the node itself (L1 events, reports, seals): never refused as busy, kept in order with nothing in between.
   * @throws SequencerError NOT_ACCEPTING; CodecError when one has no encoding: none is taken; LogError
   */
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
  readonly entries: readonly EncodedEntry[];
  readonly signers: readonly Signer[];
  readonly resolve: (applied: readonly Applied[]) => void;
  readonly reject: (error: unknown) => void;
}

interface State {
  queue: Waiting[];
  pumping: Promise<void> | null;
  isAccepting: boolean;
  failure: unknown;
  /** Only reports of this run count: after a restart nothing matches on prices from before. */
  lastReportSec: number;
}

/** The single writer: everything that changes state goes through here, one after another. */
export const createSequencer = (config: SequencerConfig): Sequencer => {
  const state: State = {
    queue: [],
    pumping: null,
    isAccepting: true,
    failure: null,
    lastReportSec: Number.NEGATIVE_INFINITY,
  };
  return {
    submit: async (signed) => {
      checkAccepts(config, state, signed.entry);
      const [applied] = await enqueue(config, state, [signed], signed.signers);
      if (applied === undefined) throw new Error('assertion: an entry was lost between log and machine');
      return applied;
    },
    submitOwn: async (entries) => {
      if (!state.isAccepting) throw refusal(state);
      const all = entries.map(encoded);
      const parts: Promise<readonly Applied[]>[] = [];
      for (let at = 0; at < Math.max(all.length, 1); at += OWN_ENTRIES) {
        parts.push(enqueue(config, state, all.slice(at, at + OWN_ENTRIES), []));
      }
      return (await Promise.all(parts)).flat();
    },
    tick: async () => {
      if (state.isAccepting && config.nowSec() > config.log.timeSec) await enqueue(config, state, [], []);
    },
    queueLength: () => state.queue.length,
    failure: () => state.failure,
    isOracleFresh: () => isOracleFresh(config, state),
    stop: async () => {
      state.isAccepting = false;
      await state.pumping;
    },
  };
};

/** Of the node's own entries, in one piece of a group. */
const OWN_ENTRIES = 4096;

const isOracleFresh = ({ nowSec, maxReportAgeSec }: SequencerConfig, { lastReportSec }: State): boolean =>
  nowSec() - lastReportSec <= maxReportAgeSec;

const refusal = ({ failure }: State): SequencerError =>
  failure === null
    ? new SequencerError('NOT_ACCEPTING', 'the node is stopping')
    : new SequencerError('NOT_ACCEPTING', 'the node has stopped accepting after a failure; see its log', failure);

const checkAccepts = (config: SequencerConfig, state: State, { type }: Entry): void => {
  if (!state.isAccepting) throw refusal(state);
  const waiting = state.queue.length;
  if (waiting >= config.maxQueue)
    throw new SequencerError('BUSY', `${waiting} submissions wait; try again in a moment`);
  if ((type !== 'intent' && type !== 'massQuote') || isOracleFresh(config, state)) return;
  throw new SequencerError(
    'ORACLE_STALE',
    'no oracle report is fresh enough to trade on; cancels and withdrawals go on',
  );
};

const enqueue = (
  config: SequencerConfig,
  state: State,
  entries: readonly EncodedEntry[],
  signers: readonly Signer[],
): Promise<readonly Applied[]> =>
  new Promise((resolve, reject) => {
    state.queue.push({ entries, signers, resolve, reject });
    state.pumping ??= pump(config, state);
  });

const pump = async (config: SequencerConfig, state: State): Promise<void> => {
  while (state.queue.length > 0) {
    const group = takeGroup(config, state);
    if (group.length > 0) await writeGroup(config, state, group);
  }
  state.pumping = null;
};

/** A key change is an L1 op, and ops that waited for prices take effect with the next report. */
const mayChangeKeys = ({ entries }: Waiting): boolean =>
  entries.some(({ entry: { type } }) => type === 'l1Op' || type === 'report');

/** Begins its group, so that one head is of one epoch: not even a tick comes before it. */
const beginsEpoch = (entries: readonly EncodedEntry[]): boolean => entries[0]?.entry.type === 'epoch';

/** What may change keys ends its group, so that those behind it are judged by the keys it leaves; an epoch is a group by itself. */
const takeGroup = (config: SequencerConfig, state: State): readonly Waiting[] => {
  const { queue } = state;
  let [size, entries] = [0, 1];
  for (const waiting of queue) {
    entries += waiting.entries.length;
    const isEpoch = beginsEpoch(waiting.entries);
    if (size > 0 && isEpoch) break;
    if (size >= config.maxGroup || (size > 0 && entries > MAX_GROUP_ENTRIES)) break;
    size += 1;
    if (isEpoch || mayChangeKeys(waiting)) break;
  }
  state.queue = queue.slice(size);
  return queue.slice(0, size).filter((waiting) => isCurrent(config, waiting));
};

/**
 * Signatures were checked against the keys of then. A message that an L1 key change overtook in the queue must not be logged:
 * matched, it could not be proved.
 */
const isCurrent = ({ keyOf }: SequencerConfig, { signers, reject }: Waiting): boolean => {
  const changed = signers.some(({ account, key }) => {
    const now = keyOf(account);
    return now?.keyX !== key.keyX || now.keyY !== key.keyY;
  });
  if (changed) reject(new SequencerError('KEY_CHANGED', "the account's key has changed; sign again with the new one"));
  return !changed;
};

const writeGroup = async (config: SequencerConfig, state: State, group: readonly Waiting[]): Promise<void> => {
  try {
    const timeSec = config.nowSec();
    const taken = group.flatMap((waiting) => waiting.entries);
    const isLate = timeSec > config.log.timeSec && !beginsEpoch(taken);
    const ticks = isLate ? [encoded({ type: 'tick', timeSec })] : [];
    const entries = [...ticks, ...taken];
    const appended = await config.log.append(entries);
    const applied = appended === null ? [] : applyGroup(config, state, entries, appended);
    let start = ticks.length;
    for (const waiting of group) {
      const end = start + waiting.entries.length;
      waiting.resolve(applied.slice(start, end));
      start = end;
    }
  } catch (error) {
    fail(config, state, error, group);
  }
};

const applyGroup = (
  config: SequencerConfig,
  state: State,
  entries: readonly EncodedEntry[],
  group: AppendedGroup,
): readonly Applied[] => {
  const receipts = config.heads.sign(group);
  return entries.map(({ entry }, position) => {
    const [record, receipt] = [group.records[position], receipts[position]];
    if (record === undefined || receipt === undefined) throw new Error('assertion: the log lost an entry');
    const applied = { record, entry, result: config.apply(entry), receipt };
    if (entry.type === 'report') state.lastReportSec = Math.max(state.lastReportSec, entry.timeSec);
    config.onApplied(applied);
    return applied;
  });
};

const fail = (config: SequencerConfig, state: State, error: unknown, group: readonly Waiting[]): void => {
  state.failure = error;
  state.isAccepting = false;
  for (const waiting of [...group, ...state.queue]) waiting.reject(error);
  state.queue = [];
  config.onFailure(error);
};
