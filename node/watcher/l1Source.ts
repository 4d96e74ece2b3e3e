import { type Address, BaseError, type Hex, isAddressEqual, isHex, type PublicClient, size } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { WatchFailure } from './WatchFailure.ts';

export interface L1Block {
  readonly number: bigint;
  readonly hash: Hex;
  readonly parentHash: Hex;
}

/** A log of the exchange, complete and in its place; what it says is not read yet. */
export interface L1Log {
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly logIndex: number;
  readonly transactionHash: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

export interface L1Transaction {
  /** Null: it creates a contract. */
  readonly to: Address | null;
  readonly input: Hex;
}

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
  /** In order, of canonical blocks at the time of asking. */
  readonly logs: (fromBlock: bigint, toBlock: bigint) => Promise<readonly L1Log[]>;
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

export function createL1Source(client: PublicClient, exchange: Address): L1Source {
  const block = (number: bigint): Promise<L1Block> =>
    askL1(`block ${number}`, async () => {
      const { hash, number: found, parentHash } = await client.getBlock({ blockNumber: number });
      if (found !== number || !isHash(hash) || !isHash(parentHash)) {
        throw inconsistent(`Asked for block ${number}, L1 answers with block ${found}, ${hash} after ${parentHash}.`);
      }
      return { number, hash, parentHash };
    });

  return {
    block,
    head: () =>
      askL1('the newest block', async () => {
        const head: unknown = await client.getBlockNumber({ cacheTime: 0 });
        if (typeof head === 'bigint' && head >= 0n) return head;
        throw inconsistent(`L1's newest block has the number ${head}.`);
      }),
    logs: async (fromBlock, toBlock) => {
      const what = `the logs of blocks ${fromBlock} to ${toBlock}`;
      const answer: readonly unknown[] = await askL1(what, () =>
        client.getLogs({ address: exchange, fromBlock, toBlock }),
      );
      const logs = answer.map((log) => checkedLog(log, exchange, fromBlock, toBlock));
      checkOrder(logs);
      for (const { blockHash, blockNumber } of onePerBlock(logs)) {
        if ((await block(blockNumber)).hash === blockHash) continue;
        throw inconsistent(`L1 gives logs of block ${blockNumber} from ${blockHash}, which is not the block it has.`);
      }
      return logs;
    },
    transaction: ({ blockHash, transactionHash }) =>
      askL1(`transaction ${transactionHash}`, async () => {
        const { blockHash: foundIn, hash, input, to } = await client.getTransaction({ hash: transactionHash });
        if (hash === transactionHash && foundIn === blockHash && isHex(input)) return { to: to ?? null, input };
        throw inconsistent(
          `Asked for transaction ${transactionHash} of block ${blockHash}, L1 has ${hash} of ${foundIn}.`,
        );
      }),
    code: (address, { blockHash }) =>
      askL1(`the code of ${address}`, async () => (await client.getCode({ address, blockHash })) ?? '0x'),
    timeSec: ({ blockHash }) =>
      askL1(`block ${blockHash}`, async () => {
        const { hash, timestamp } = await client.getBlock({ blockHash });
        if (hash === blockHash && typeof timestamp === 'bigint' && timestamp < 1n << 40n) return Number(timestamp);
        throw inconsistent(`Asked for block ${blockHash}, L1 answers with block ${hash} of time ${timestamp}.`);
      }),
    figures: (at) => askL1(`the exchange's state at block ${at.number}`, () => readFigures(client, exchange, at)),
  };
}

async function readFigures(client: PublicClient, exchange: Address, { hash }: L1Block): Promise<ContractFigures> {
  const at = { address: exchange, abi: straddleExchangeAbi, blockHash: hash } as const;
  const [stateRoot, batchNumber, lastTime, l1OpIndex, conservation, token] = await Promise.all([
    client.readContract({ ...at, functionName: 'stateRoot' }),
    client.readContract({ ...at, functionName: 'batchNumber' }),
    client.readContract({ ...at, functionName: 'lastTime' }),
    client.readContract({ ...at, functionName: 'l1OpIndex' }),
    client.readContract({ ...at, functionName: 'conservation' }),
    client.readContract({ ...at, functionName: 'token' }),
  ]);
  const tokenBalance = await client.readContract({
    address: token,
    abi: TOKEN_ABI,
    functionName: 'balanceOf',
    args: [exchange],
    blockHash: hash,
  });
  // Where bad debt was withdrawn, the contract's books call what is missing a shortfall.
  const [, owedToClaims = 0n, accounts = 0n, shortfall = 0n]: readonly bigint[] = conservation;
  const owedToAccounts = accounts - shortfall;
  return { stateRoot, batchNumber, lastTime, l1OpIndex, owedToClaims, owedToAccounts, tokenBalance };
}

/**
 * Whatever goes wrong on the way to an answer, in viem's or in the endpoint's hands, is a failure of the endpoint.
 *
 * @throws WatchFailure
 */
export async function askL1<Answer>(what: string, read: () => Promise<Answer>): Promise<Answer> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof WatchFailure) throw cause;
    throw new WatchFailure('WATCH_L1_UNREACHABLE', `L1 does not say ${what}: ${reasonOf(cause)}`, { what }, cause);
  }
}

/** viem's first line, and what it was told by those below it. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const details = cause instanceof BaseError ? cause.details : '';
  return [cause.message.split('\n')[0] ?? '', ...(details ? [details] : [])].join(' ');
}

function inconsistent(what: string): WatchFailure {
  return new WatchFailure('WATCH_L1_INCONSISTENT', `${what} Compare with a second L1 endpoint.`);
}

const isHash = (value: unknown): value is Hex => isHex(value) && size(value) === 32;

function checkedLog(answer: unknown, exchange: Address, fromBlock: bigint, toBlock: bigint): L1Log {
  const log = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const refuse = (why: string) =>
    inconsistent(`L1 gives log ${log.logIndex} of block ${log.blockNumber}, which ${why}.`);
  const { address, blockHash, blockNumber, data, logIndex, topics, transactionHash } = log;
  if (log.removed === true) throw refuse('it says was removed');
  if (typeof address !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(address)) throw refuse('names no contract');
  if (!isAddressEqual(address as Address, exchange)) throw refuse(`is of ${address}, not of the exchange`);
  if (typeof blockNumber !== 'bigint' || blockNumber < fromBlock || blockNumber > toBlock) {
    throw refuse(`is not of blocks ${fromBlock} to ${toBlock}`);
  }
  if (typeof logIndex !== 'number' || !Number.isSafeInteger(logIndex)) throw refuse('has no place in its block');
  if (!isHash(blockHash) || !isHash(transactionHash)) throw refuse('does not say which block and transaction it is of');
  if (!Array.isArray(topics) || !topics.every(isHash) || !isHex(data)) throw refuse('has no topics or data');
  return { blockNumber, blockHash, logIndex, transactionHash, topics, data };
}

function checkOrder(logs: readonly L1Log[]): void {
  for (const [at, log] of logs.entries()) {
    const last = logs[at - 1];
    if (last === undefined || last.blockNumber < log.blockNumber) continue;
    if (last.blockNumber === log.blockNumber && last.blockHash !== log.blockHash) {
      throw inconsistent(`L1 gives logs of block ${log.blockNumber} from ${last.blockHash} and from ${log.blockHash}.`);
    }
    if (last.blockNumber === log.blockNumber && last.logIndex < log.logIndex) continue;
    const place = ({ blockNumber, logIndex }: L1Log): string => `log ${logIndex} of block ${blockNumber}`;
    throw inconsistent(`L1 gives ${place(log)} after ${place(last)}.`);
  }
}

const onePerBlock = (logs: readonly L1Log[]): readonly L1Log[] =>
  logs.filter(({ blockNumber }, at) => logs[at - 1]?.blockNumber !== blockNumber);
