import type { Address, Hex, PublicClient } from 'viem';
import { decodeL1Log, type L1Event } from './l1Events.ts';
import { SettlementError } from './SettlementError.ts';

export interface L1ReaderConfig {
  readonly client: PublicClient;
  readonly exchange: Address;
  /** The block of the deployment. */
  readonly fromBlock: bigint;
  /** Blocks on top of one before it is read; 0 reads the newest. */
  readonly confirmations: number;
  /** Most blocks asked for at once. */
  readonly blocksPerCall?: number;
  /** Takes events in order; the reader goes on when it resolves. Told everything again after a restart. */
  readonly onEvents: (events: readonly L1Event[]) => Promise<void>;
}

export interface L1Reader {
  /** Reads up to the confirmed head. @throws SettlementError, or viem's error when L1 does not answer. */
  readonly step: () => Promise<void>;
  /** The next block to read. */
  readonly nextBlock: bigint;
  readonly nextOpIndex: number;
}

/** Follows the exchange's logs at a depth where they no longer change, and checks that they did not. */
export const createL1Reader = (config: L1ReaderConfig): L1Reader => {
  const stride = BigInt(config.blocksPerCall ?? 2000);
  let nextBlock = config.fromBlock;
  let nextOpIndex = 0;
  let lastRead: { readonly number: bigint; readonly hash: Hex } | null = null;

  const checkUnchanged = async (): Promise<void> => {
    if (lastRead === null) return;
    const { number, hash } = lastRead;
    const block = await config.client.getBlock({ blockNumber: number });
    if (block.hash === hash) return;
    throw new SettlementError(
      'L1_REORG_TOO_DEEP',
      `L1 replaced block ${number}, which was ${config.confirmations} blocks deep when it was read; settlement stopped: compare the L1 op queue with the log, and raise l1.confirmations`,
      { blockNumber: String(number), read: hash, now: block.hash },
    );
  };

  const readRange = async (toBlock: bigint): Promise<void> => {
    const logs = await config.client.getLogs({ address: config.exchange, fromBlock: nextBlock, toBlock });
    const events = logs.map(decodeL1Log).filter((event) => event !== null);
    let expected = nextOpIndex;
    for (const event of events) {
      if (event.type !== 'l1Op') continue;
      if (event.index !== expected) throw skipped(expected, event.index);
      expected += 1;
    }
    const block = await config.client.getBlock({ blockNumber: toBlock });
    if (events.length > 0) await config.onEvents(events);
    nextOpIndex = expected;
    nextBlock = toBlock + 1n;
    lastRead = { number: toBlock, hash: block.hash };
  };

  return {
    step: async () => {
      await checkUnchanged();
      const head = await config.client.getBlockNumber({ cacheTime: 0 });
      const confirmed = head - BigInt(config.confirmations);
      while (nextBlock <= confirmed) {
        const end = nextBlock + stride - 1n;
        await readRange(end < confirmed ? end : confirmed);
      }
    },
    get nextBlock() {
      return nextBlock;
    },
    get nextOpIndex() {
      return nextOpIndex;
    },
  };
};

const skipped = (expected: number, actual: number): SettlementError =>
  new SettlementError(
    'L1_OP_SKIPPED',
    `L1 op ${actual} came where ${expected} was expected; settlement stopped: the L1 endpoint leaves out logs, use another one`,
    { expected, actual },
  );
