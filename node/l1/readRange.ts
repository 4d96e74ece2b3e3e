import type { Address, Hex } from 'viem';
import type { L1, L1Block, L1Log } from './L1.ts';
import { L1Error } from './L1Error.ts';

/** Consecutive blocks with all logs of a contract in them. */
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
 * @param before the last block of the range before; null: none was read
 * @throws L1Error; L1_INCONSISTENT if the chain changed while it was read
 */
export async function readRange(
  l1: Pick<L1, 'block' | 'logs'>,
  address: Address,
  before: { readonly hash: Hex } | null,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<LogRange> {
  const last = await blockOf(l1, toBlock);
  const first = fromBlock === toBlock ? last : await blockOf(l1, fromBlock);
  if (before !== null && first.parentHash !== before.hash) {
    throw changed(`block ${fromBlock} follows ${first.parentHash}, not the block ${before.hash} read before it`);
  }
  const logs = await l1.logs(address, fromBlock, toBlock);
  if ((await blockOf(l1, toBlock)).hash !== last.hash) throw changed(`block ${toBlock} was replaced meanwhile`);
  if (logs.some(({ blockHash, blockNumber }) => blockNumber === toBlock && blockHash !== last.hash)) {
    throw changed(`the logs of block ${toBlock} are of another block of that number`);
  }
  return { fromBlock, last, logs };
}

/** A block that L1 must have. @throws L1Error */
export async function blockOf(l1: Pick<L1, 'block'>, number: bigint): Promise<L1Block> {
  const block = await l1.block(number);
  if (block !== null) return block;
  throw new L1Error('L1_UNREADABLE', `L1 has no block ${number}, which it counted`, { block: String(number) });
}

const changed = (what: string): L1Error => new L1Error('L1_INCONSISTENT', `L1 changed while it was read: ${what}`);
