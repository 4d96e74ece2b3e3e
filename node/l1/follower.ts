import type { Address, Hex } from 'viem';
import { type Clock, sleep } from '../clock.ts';
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts';
import type { CursorStore } from './cursorStore.ts';
import { FollowError } from './FollowError.ts';
import type { L1, L1Block } from './L1.ts';
import { L1Error } from './L1Error.ts';
import { type L1Event, l1EventIn } from './l1Event.ts';
import { readExchange } from './readContract.ts';
import { type LogRange, readRange } from './readRange.ts';
import { createStride, lengthen, type Stride, shorten, strideEnd } from './stride.ts';

export interface FollowerConfig {
  readonly l1: L1;
  readonly clock: Clock;
  readonly chainId: number;
  readonly exchange: Address;
  /** The block of the deployment. */
  readonly fromBlock: bigint;
  /** Blocks on top of one before it is read; 0 reads the newest. */
  readonly confirmations: number;
  /** Most blocks asked for at once. */
  readonly blocksPerCall: number;
  /** Before a range that was refused is asked for again, shorter. */
  readonly pauseMs: number;
  /** Null: everything is read again after a restart. */
  readonly cursor: CursorStore | null;
  /** How many entries the log has: what a cursor is good for. */
  readonly logEntries: () => number;
  /**
   * Takes events in order; when it resolves, they are durable, or `isPending` says that some are not. Told again of what
   * the cursor had not passed after a restart.
   */
  readonly onEvents: (events: readonly L1Event[]) => Promise<void>;
  /** Whether something of what was taken is kept in memory alone: the cursor then stays before it. */
  readonly isPending: () => boolean;
  readonly warn: (message: string) => void;
}

/** How far the exchange's logs are read. */
export type Followed =
  | { readonly type: 'read'; readonly block: bigint }
  /** A block that was read is none of the chain any more: nothing is read on. */
  | { readonly type: 'reorged'; readonly block: bigint; readonly read: Hex; readonly now: Hex };

/** Follows the exchange's logs at a depth where they no longer change, and checks that they did not. */
export interface Follower {
  /** Reads up to the confirmed head. @throws L1Error, FollowError; what `onEvents` throws. May be called again after each. */
  readonly step: () => Promise<Followed>;
  /** The next block to read. */
  readonly nextBlock: () => bigint;
}

interface Position {
  readonly nextBlock: bigint;
  readonly opCount: number;
  readonly lastRead: { readonly number: bigint; readonly hash: Hex } | null;
}

interface State {
  isStarted: boolean;
  position: Position;
  /** Up to where the exchange itself has said how many ops it has queued. */
  verified: Position;
  /** Next block behind the cursor as it was written last. */
  savedBlock: bigint;
  readonly stride: Stride;
}

/** A cursor is written each time that so many blocks were read behind it. */
const CURSOR_EVERY = 32n;

export function createFollower(config: FollowerConfig): Follower {
  const { blocksPerCall, fromBlock } = config;
  const position: Position = { nextBlock: fromBlock, opCount: 0, lastRead: null };
  const stride = createStride(blocksPerCall);
  const state: State = { isStarted: false, position, verified: position, savedBlock: fromBlock, stride };
  return { step: () => step(config, state), nextBlock: () => state.position.nextBlock };
}

async function step(config: FollowerConfig, state: State): Promise<Followed> {
  const { confirmations, l1 } = config;
  if (!state.isStarted) await start(config, state);
  const head = await l1.head();
  const { lastRead } = state.position;
  if (lastRead !== null) {
    const now = await l1.block(lastRead.number);
    if (now === null) throw behind(head.number, lastRead.number);
    if (now.hash !== lastRead.hash) {
      return { type: 'reorged', block: lastRead.number, read: lastRead.hash, now: now.hash };
    }
  }
  const confirmed = head.number - BigInt(confirmations);
  while (state.position.nextBlock <= confirmed) await advance(config, state, confirmed);
  return { type: 'read', block: state.position.nextBlock - 1n };
}

/** Takes up where the last run ended, if that is known for sure. */
async function start(config: FollowerConfig, state: State): Promise<void> {
  const chainId = await config.l1.chainId();
  if (chainId !== config.chainId) {
    const message = `the L1 endpoint is of chain ${chainId}, this node of ${config.chainId}; give the right endpoint or chain id`;
    throw new FollowError('L1_CHAIN_DIFFERS', message, { found: chainId, expected: config.chainId });
  }
  const cursor = await readCursor(config);
  if (cursor !== null) {
    const { block: number, hash, opCount } = cursor;
    state.position = { nextBlock: number + 1n, opCount, lastRead: { number, hash } };
    state.savedBlock = state.position.nextBlock;
  }
  state.isStarted = true;
}

async function readCursor(config: FollowerConfig): Promise<Cursor | null> {
  if (config.cursor === null) return null;
  const refused = (why: string): null => {
    config.warn(`L1 is read again from block ${config.fromBlock} on, the cursor is not used: ${why}`);
    return null;
  };
  let text: string | null;
  try {
    text = await config.cursor.read();
  } catch (error) {
    return refused(`it cannot be read (${(error as Error).message})`);
  }
  if (text === null) return null;
  const cursor = decodeCursor(text, config, config.logEntries());
  return typeof cursor === 'string' ? refused(cursor) : cursor;
}

/** Reads one stride and hands it over: wholly, or nothing moves. */
async function advance(config: FollowerConfig, state: State, confirmed: bigint): Promise<void> {
  const { last, logs } = await readStride(config, state, confirmed);
  const events = logs.map(l1EventIn).filter((event) => event !== null);
  const next = { nextBlock: last.number + 1n, opCount: countOps(events, state.position.opCount), lastRead: last };
  const queued = await queuedAt(config, last);
  if (queued !== null && queued !== next.opCount) {
    state.position = state.verified;
    throw missing(last, queued, next.opCount);
  }
  if (events.length > 0) await config.onEvents(events);
  state.position = next;
  if (queued !== null) state.verified = next;
  await saveCursor(config, state);
}

async function readStride(config: FollowerConfig, { position, stride }: State, confirmed: bigint): Promise<LogRange> {
  const { clock, exchange, l1, pauseMs } = config;
  const { lastRead, nextBlock } = position;
  for (;;) {
    try {
      const range = await readRange(l1, exchange, lastRead, nextBlock, strideEnd(stride, nextBlock, confirmed));
      lengthen(stride);
      return range;
    } catch (error) {
      if (!shorten(stride, error)) throw error;
      await sleep(clock, pauseMs);
    }
  }
}

function countOps(events: readonly L1Event[], before: number): number {
  let expected = before;
  for (const event of events) {
    if (event.type !== 'l1Op') continue;
    if (event.index !== expected) throw skipped(expected, event.index);
    expected += 1;
  }
  return expected;
}

/**
 * How many ops the exchange has queued up to a block; null: L1 has no state of that block any more. Asked because endpoints
 * behind one address lag one behind another, and what lags answers with logs that are too few.
 */
async function queuedAt({ exchange, l1 }: FollowerConfig, { hash }: L1Block): Promise<number | null> {
  try {
    return Number(await readExchange(l1, exchange, hash, 'l1OpCount', []));
  } catch (error) {
    if (error instanceof L1Error && error.code === 'L1_REFUSED') return null;
    throw error;
  }
}

async function saveCursor(config: FollowerConfig, state: State): Promise<void> {
  const { lastRead, nextBlock, opCount } = state.position;
  if (config.cursor === null || lastRead === null || config.isPending()) return;
  if (nextBlock - state.savedBlock < CURSOR_EVERY) return;
  const cursor = { block: lastRead.number, hash: lastRead.hash, opCount, logEntries: config.logEntries() };
  state.savedBlock = nextBlock;
  try {
    await config.cursor.write(encodeCursor(config, cursor));
  } catch (error) {
    config.warn(`the L1 cursor cannot be written, a restart reads more of L1 again: ${(error as Error).message}`);
  }
}

const missing = ({ number }: L1Block, queued: number, told: number): FollowError =>
  new FollowError(
    'L1_LOGS_MISSING',
    `up to L1 block ${number} the exchange has queued ${queued} ops, its logs tell of ${told}; reading again: if it stays so, use another endpoint`,
    { block: String(number), queued, told },
  );

const behind = (head: bigint, read: bigint): FollowError =>
  new FollowError(
    'L1_BEHIND',
    `L1's newest block is ${head}, this node has read block ${read}; trying again: the endpoint is behind, or was replaced by another`,
    { head: String(head), read: String(read) },
  );

const skipped = (expected: number, actual: number): FollowError =>
  new FollowError(
    'L1_OP_SKIPPED',
    `L1 op ${actual} came where ${expected} was expected; settlement stopped: the L1 endpoint leaves out logs, use another one`,
    { expected, actual },
  );
