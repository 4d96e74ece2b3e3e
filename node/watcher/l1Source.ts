import type { Address, Hex } from 'viem';
import type { L1, L1Block, L1Log, L1Transaction } from '../l1/L1.ts';
import { L1Error } from '../l1/L1Error.ts';
import { readContract, readExchange } from '../l1/readContract.ts';
import { blockOf, type LogRange, readRange } from '../l1/readRange.ts';
import { WatchFailure } from './WatchFailure.ts';

/** What the exchange says of itself at a block, and what the token says of it. Amounts in cash units. */
export interface ContractFigures {
  readonly stateRoot: bigint;
  readonly batchNumber: bigint;
  readonly lastTime: number;
  readonly l1OpIndex: bigint;
  readonly owedToClaims: bigint;
  readonly owedToAccounts: bigint;
  readonly tokenBalance: bigint;
}

/**
 * L1 as the watcher asks it: by block hash wherever answers must be of one block, each answer held against its question.
 * Every call throws WatchFailure WATCH_L1_UNREACHABLE or WATCH_L1_INCONSISTENT, and nothing else.
 */
export interface L1Source {
  readonly head: () => Promise<bigint>;
  readonly block: (number: bigint) => Promise<L1Block>;
  /** The logs of one chain that continues the block before, and those of each block of the block that L1 has. */
  readonly range: (before: L1Block | null, fromBlock: bigint, toBlock: bigint) => Promise<LogRange>;
  readonly transaction: (log: L1Log) => Promise<L1Transaction>;
  readonly code: (address: Address, log: L1Log) => Promise<Hex>;
  /** Of the log's block, seconds since the epoch. */
  readonly timeSec: (log: L1Log) => Promise<number>;
  readonly figures: (block: L1Block) => Promise<ContractFigures>;
}

const TOKEN_ABI = [
  {
    type: 'function',
    name: 'balanceOf',
    stateMutability: 'view',
    inputs: [{ name: 'account', type: 'address' }],
    outputs: [{ name: '', type: 'uint256' }],
  },
] as const;

export const createL1Source = (l1: L1, exchange: Address): L1Source => ({
  head: () => askL1('the newest block', async () => (await l1.head()).number),
  block: (number) => askL1(`block ${number}`, () => blockOf(l1, number)),
  range: (before, fromBlock, toBlock) =>
    askL1(`the logs of blocks ${fromBlock} to ${toBlock}`, async () => {
      const range = await readRange(l1, exchange, before, fromBlock, toBlock);
      await checkCanonical(l1, range.logs);
      return range;
    }),
  transaction: ({ blockHash, transactionHash }) =>
    askL1(`transaction ${transactionHash}`, async () => {
      const found = await l1.transaction(transactionHash);
      if (found === null) throw new L1Error('L1_UNREADABLE', 'it has none of that hash');
      if (found.blockHash === blockHash) return found;
      throw inconsistent(
        `L1 has transaction ${transactionHash} in ${found.blockHash}, its log is of block ${blockHash}`,
      );
    }),
  code: (address, { blockHash }) => askL1(`the code of ${address}`, () => l1.code(address, blockHash)),
  timeSec: ({ blockHash }) =>
    askL1(`block ${blockHash}`, async () => {
      const block = await l1.block(blockHash);
      if (block !== null && block.timeSec < 2 ** 40) return block.timeSec;
      throw inconsistent(`asked for block ${blockHash}, L1 answers with the time ${block?.timeSec}`);
    }),
  figures: (at) => askL1(`the exchange's state at block ${at.number}`, () => readFigures(l1, exchange, at)),
});

/** Logs of a block that L1 does not have any more are of no use, though the chain around them may stand. */
async function checkCanonical(l1: L1, logs: readonly L1Log[]): Promise<void> {
  for (const [at, { blockHash, blockNumber }] of logs.entries()) {
    if (logs[at - 1]?.blockNumber === blockNumber || (await blockOf(l1, blockNumber)).hash === blockHash) continue;
    throw inconsistent(`L1 gives logs of block ${blockNumber} from ${blockHash}, which is not the block it has`);
  }
}

async function readFigures(l1: L1, exchange: Address, { hash }: L1Block): Promise<ContractFigures> {
  const [stateRoot, batchNumber, lastTime, l1OpIndex, conservation, token] = await Promise.all([
    readExchange(l1, exchange, hash, 'stateRoot', []),
    readExchange(l1, exchange, hash, 'batchNumber', []),
    readExchange(l1, exchange, hash, 'lastTime', []),
    readExchange(l1, exchange, hash, 'l1OpIndex', []),
    readExchange(l1, exchange, hash, 'conservation', []),
    readExchange(l1, exchange, hash, 'token', []),
  ]);
  const balance = { address: token, abi: TOKEN_ABI, name: 'balanceOf', args: [exchange], at: hash } as const;
  const tokenBalance = await readContract(l1, balance);
  // Where bad debt was withdrawn, the contract's books call what is missing a shortfall.
  const [, owedToClaims, accounts, shortfall] = conservation;
  return {
    stateRoot,
    batchNumber,
    lastTime,
    l1OpIndex,
    owedToClaims,
    owedToAccounts: accounts - shortfall,
    tokenBalance,
  };
}

/**
 * Whatever goes wrong on the way to an answer is a failure of the endpoint. What is none of L1's is thrown as it is.
 *
 * @throws WatchFailure
 */
export async function askL1<Answer>(what: string, read: () => Promise<Answer>): Promise<Answer> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof L1Error)) throw cause;
    if (cause.code === 'L1_INCONSISTENT')
      throw new WatchFailure('WATCH_L1_INCONSISTENT', cause.message, { what }, cause);
    throw new WatchFailure('WATCH_L1_UNREACHABLE', `L1 does not say ${what}: ${cause.message}`, { what }, cause);
  }
}

const inconsistent = (what: string): L1Error =>
  new L1Error('L1_INCONSISTENT', `${what}; compare with a second L1 endpoint`);
