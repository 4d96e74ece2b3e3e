import type { Address } from 'viem';
import type { ProverBackend } from '../../prover/prove/ProverBackend.ts';
import type { L1, L1Block } from '../l1/L1.ts';
import type { LogRange } from '../l1/readRange.ts';
import { createStride, lengthen, type Stride, shorten, strideEnd } from '../l1/stride.ts';
import type { CheckedBatch } from './checkedBatch.ts';
import type { ExpectedKeys } from './expectedKeys.ts';
import { checkHead, type WatchedHead } from './headCheck.ts';
import { createL1Source, type L1Source } from './l1Source.ts';
import { logsDigest } from './logsDigest.ts';
import { createRebuiltExchange, type RebuiltExchange } from './rebuiltExchange.ts';
import type { ReportCheck } from './reportCheck.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';
import { WatchFailure } from './WatchFailure.ts';
import type { WatchedLedger } from './watchedLedger.ts';

export interface WatcherConfig {
  readonly l1: L1;
  readonly exchange: Address;
  /** The block of the deployment. */
  readonly fromBlock: bigint;
  /** Blocks on top of one before it is read. */
  readonly confirmations: number;
  /** Most blocks asked for at once. */
  readonly blocksPerCall?: number;
  readonly ledger: WatchedLedger;
  readonly reports: ReportCheck;
  readonly expectedKeys: ExpectedKeys;
  readonly verify: ProverBackend['verify'];
  readonly onBatch: (batch: CheckedBatch) => void;
  /** Told of what would have been an alarm, had it held when L1 was asked afresh. */
  readonly onDoubt: (alarm: WatcherAlarm) => void;
}

export interface Watcher {
  /**
   * Reads and checks up to the confirmed head. Whatever it throws, it may be called again: a log is taken wholly or not at
   * all. After WATCH_L1_CHANGED only a new watcher helps.
   *
   * @throws WatcherAlarm, seen twice; WatchFailure when L1 does not answer, or not to the question
   */
  readonly step: () => Promise<WatchedHead>;
}

interface State {
  readonly config: WatcherConfig;
  readonly source: L1Source;
  readonly rebuilt: RebuiltExchange;
  readonly stride: Stride;
  /** Taken, and not compared with the contract yet: what a second look reads again. */
  behind: { readonly fromBlock: bigint; readonly last: L1Block; readonly digest: string }[];
  range: LogRange;
  /** Of the range. */
  takenLogs: number;
  lastRead: L1Block | null;
}

/** Rebuilds the exchange from L1 alone and compares it with what the contract says, batch by batch. */
export function createWatcher(config: WatcherConfig): Watcher {
  const source = createL1Source(config.l1, config.exchange);
  const state: State = {
    config,
    source,
    rebuilt: createRebuiltExchange({ ...config, source }),
    stride: createStride(config.blocksPerCall ?? BLOCKS_PER_CALL),
    behind: [],
    range: { fromBlock: config.fromBlock, last: none(config.fromBlock - 1n), logs: [] },
    takenLogs: 0,
    lastRead: null,
  };
  return { step: () => step(state) };
}

async function step(state: State): Promise<WatchedHead> {
  const { confirmations, fromBlock } = state.config;
  await checkUnchanged(state);
  await takeRange(state);
  const confirmed = (await state.source.head()) - BigInt(confirmations);
  if (confirmed < fromBlock) throw tooEarly(fromBlock, confirmed);
  while (state.range.last.number < confirmed) {
    await readNext(state, confirmed);
    await takeRange(state);
  }
  const head = await twice(state, () => compare(state));
  state.behind = [];
  return head;
}

/** @throws WatcherAlarm WATCH_REORG_TOO_DEEP, seen twice */
async function checkUnchanged({ lastRead, source }: State): Promise<void> {
  if (lastRead === null) return;
  const { hash, number } = lastRead;
  if ((await source.block(number)).hash === hash) return;
  const now = (await source.block(number)).hash;
  if (now === hash) return;
  const message = `L1 replaced block ${number}, already read: it was ${hash} and is ${now}. Start the watcher again with more --confirmations.`;
  throw new WatcherAlarm('WATCH_REORG_TOO_DEEP', message, { block: number, read: hash, now });
}

/** An alarm is raised only when it holds after all that it may rest on was read again. */
async function twice<Result>(state: State, look: () => Promise<Result>): Promise<Result> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof WatcherAlarm)) throw error;
    await lookAgain(state);
    const result = await look();
    state.config.onDoubt(error);
    return result;
  }
}

/** Reads afresh all that an alarm may rest on, and holds it against what was taken. */
async function lookAgain(state: State): Promise<void> {
  await checkUnchanged(state);
  const { behind, lastRead, range, rebuilt, source, takenLogs } = state;
  rebuilt.forget();
  for (const { digest, fromBlock, last } of behind) {
    const again = await source.range(null, fromBlock, last.number);
    if (logsDigest(again.logs) !== digest) throw changed(again);
  }
  if (lastRead === null) return;
  const again = await source.range(null, range.fromBlock, lastRead.number);
  if (logsDigest(again.logs, takenLogs) !== logsDigest(range.logs, takenLogs)) throw changed(again);
  state.range = again;
}

async function readNext(state: State, confirmed: bigint): Promise<void> {
  const { lastRead, range, source, stride } = state;
  const fromBlock = range.last.number + 1n;
  let next: LogRange;
  try {
    next = await source.range(lastRead, fromBlock, strideEnd(stride, fromBlock, confirmed));
  } catch (error) {
    // The next step asks for less: too much at once fails in as many ways as there are endpoints.
    shorten(stride, error instanceof WatchFailure ? error.cause : error);
    throw error;
  }
  lengthen(stride);
  if (lastRead !== null) {
    state.behind.push({ fromBlock: range.fromBlock, last: range.last, digest: logsDigest(range.logs) });
  }
  state.range = next;
  state.takenLogs = 0;
  state.lastRead = next.last;
}

async function takeRange(state: State): Promise<void> {
  while (await twice(state, () => takeNext(state)));
}

/** @returns whether there was one */
async function takeNext(state: State): Promise<boolean> {
  const log = state.range.logs[state.takenLogs];
  if (log === undefined) return false;
  const batch = await state.rebuilt.take(log);
  state.takenLogs += 1;
  if (batch !== null) state.config.onBatch(batch);
  return true;
}

async function compare(state: State): Promise<WatchedHead> {
  // A second look may have found logs that the first was not given.
  while (await takeNext(state));
  const { range, rebuilt, source } = state;
  rebuilt.requireDeployed();
  const head = checkHead(range.last, await source.figures(range.last), rebuilt);
  await checkUnchanged(state);
  return head;
}

/** Of logs, unless told otherwise. */
const BLOCKS_PER_CALL = 2_000;

/** Stands for the block before the first: nothing is asked of it but its number. */
const none = (number: bigint): L1Block => ({ number, hash: '0x', parentHash: '0x', timeSec: 0 });

function changed({ fromBlock, last }: LogRange): WatchFailure {
  const message = `L1 gives other logs for blocks ${fromBlock} to ${last.number} than before, for the same block hashes: everything must be read again from the deployment on. If it happens again, use another L1 endpoint.`;
  return new WatchFailure('WATCH_L1_CHANGED', message, { fromBlock, toBlock: last.number });
}

function tooEarly(fromBlock: bigint, confirmed: bigint): WatchFailure {
  const message = `L1's confirmed head ${confirmed} is before the deployment's block ${fromBlock}.`;
  return new WatchFailure('WATCH_L1_BEHIND', message, { fromBlock, confirmed });
}
