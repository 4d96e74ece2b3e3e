import { keccak256, toHex } from 'viem';
import type { L1Block, L1Log, L1Source } from './l1Source.ts';
import { WatchFailure } from './WatchFailure.ts';

/** Consecutive blocks with all logs of the exchange in them. */
export interface LogRange {
  readonly fromBlock: bigint;
  /** The last block, as it was before and after its logs were read. */
  readonly last: L1Block;
  readonly logs: readonly L1Log[];
}

/**
 * The logs of a range of blocks that is one chain and continues the one read before: a header names its parent, and the
 * last header is the same before and after.
 *
 * @throws WatchFailure
 */
export async function readRange(
  source: L1Source,
  before: L1Block | null,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<LogRange> {
  const last = await source.block(toBlock);
  const first = fromBlock === toBlock ? last : await source.block(fromBlock);
  if (before !== null && first.parentHash !== before.hash) {
    throw changed(`block ${fromBlock} follows ${first.parentHash}, not the block ${before.hash} read before it`);
  }
  const logs = await source.logs(fromBlock, toBlock);
  if ((await source.block(toBlock)).hash !== last.hash) throw changed(`block ${toBlock} was replaced meanwhile`);
  if (logs.some(({ blockHash, blockNumber }) => blockNumber === toBlock && blockHash !== last.hash)) {
    throw changed(`the logs of block ${toBlock} are of another block of that number`);
  }
  return { fromBlock, last, logs };
}

/** One number for the first `count` logs, all of them if left out. */
export function logsDigest(logs: readonly L1Log[], count = logs.length): string {
  const text = logs.slice(0, count).map(({ blockNumber, ...log }) => JSON.stringify({ ...log, at: `${blockNumber}` }));
  return keccak256(toHex(text.join('\n')));
}

function changed(what: string): WatchFailure {
  return new WatchFailure('WATCH_L1_INCONSISTENT', `L1 changed while it was read: ${what}.`);
}
