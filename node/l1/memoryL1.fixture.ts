import {
  type Address,
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionResult,
  type Hex,
  keccak256,
  numberToHex,
  toHex,
} from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { L1, L1At, L1Block, L1Call, L1Log } from './L1.ts';
import { L1Error } from './L1Error.ts';

export const EXCHANGE: Address = '0x00000000000000000000000000000000000000e0';
export const CHAIN_ID = 7;

type MinedLog = Pick<L1Log, 'topics' | 'data'>;

/** A log as the contract would emit it. */
export function eventLog(eventName: string, args: Readonly<Record<string, unknown>>): MinedLog {
  const item = straddleExchangeAbi.find((one) => one.type === 'event' && one.name === eventName);
  if (item?.type !== 'event') throw new Error(`there is no event ${eventName}`);
  const plain = item.inputs.filter((input) => !('indexed' in input && input.indexed));
  return {
    topics: encodeEventTopics({ abi: straddleExchangeAbi, eventName, args } as never) as Hex[],
    data: encodeAbiParameters(plain as never, plain.map(({ name }) => args[name]) as never),
  };
}

export const opLog = (index: number, kind = 1): MinedLog =>
  eventLog('L1OpQueued', {
    index: BigInt(index),
    kind,
    account: 5,
    owner: EXCHANGE,
    amount: 100n,
    keyX: 7n,
    keyY: 8n,
    opHash: numberToHex(index, { size: 32 }),
  });

interface MinedBlock extends L1Block {
  readonly logs: readonly L1Log[];
  readonly opCount: number;
}

/** A chain in memory with an exchange on it that queues ops: blocks, reorganisations, and an endpoint's ways to fail. */
export class MemoryL1 {
  private blocks: MinedBlock[] = [];
  private fork = 0;
  /** Most blocks that the endpoint gives the logs of at once. */
  maxRange = Number.POSITIVE_INFINITY;
  /** Blocks of which the endpoint keeps the state. */
  keptStates = Number.POSITIVE_INFINITY;
  /** Throws instead of answering, if it wants to. */
  fault: (method: keyof L1, args: readonly unknown[]) => void = () => undefined;
  readonly asked: (readonly [keyof L1, ...(readonly unknown[])])[] = [];

  constructor() {
    this.mine();
  }

  get headNumber(): bigint {
    return BigInt(this.blocks.length - 1);
  }

  /** The ranges that logs were asked for. */
  get ranges(): readonly string[] {
    return this.asked.flatMap(([method, , from, to]) => (method === 'logs' ? [`${from}-${to}`] : []));
  }

  mine(...logs: readonly MinedLog[]): void {
    const number = BigInt(this.blocks.length);
    const parent = this.blocks.at(-1);
    const hash = keccak256(toHex(`block ${number} of fork ${this.fork}`));
    const queued = logs.filter(({ topics }) => topics[0] === opLog(0).topics[0]).length;
    this.blocks.push({
      number,
      hash,
      parentHash: parent?.hash ?? numberToHex(0, { size: 32 }),
      timeSec: 1_000 + 12 * Number(number),
      opCount: (parent?.opCount ?? 0) + queued,
      logs: logs.map((log, logIndex) => ({
        ...log,
        blockNumber: number,
        blockHash: hash,
        logIndex,
        transactionHash: keccak256(toHex(`transaction ${number} ${logIndex}`)),
      })),
    });
  }

  mineMany(count: number): void {
    for (let k = 0; k < count; k++) this.mine();
  }

  /** Takes the last blocks away; what is mined from now on has other hashes. */
  drop(count: number): void {
    this.blocks.splice(this.blocks.length - count, count);
    this.fork += 1;
  }

  readonly l1: L1 = this.asL1();

  private asL1(): L1 {
    const ask =
      <Args extends readonly unknown[], Answer>(method: keyof L1, answer: (...args: Args) => Answer) =>
      async (...args: Args): Promise<Answer> => {
        this.asked.push([method, ...args]);
        this.fault(method, args);
        return answer(...args);
      };
    const never = (method: keyof L1) =>
      ask(method, (): never => {
        throw new Error(`nobody here asks for ${method}`);
      });
    return {
      chainId: ask('chainId', () => CHAIN_ID),
      head: ask('head', () => this.blocks.at(-1) as L1Block),
      block: ask('block', (which: bigint | Hex) => this.find(which)),
      logs: ask('logs', (_address: Address, from: bigint, to: bigint) => {
        if (Number(to - from) + 1 > this.maxRange) throw new L1Error('L1_REFUSED', 'block range too large');
        return this.blocks.slice(Number(from), Number(to) + 1).flatMap(({ logs }) => logs);
      }),
      call: ask('call', ({ data }: L1Call, at: L1At) => this.call(data, at)),
      code: never('code'),
      transaction: never('transaction'),
      receipt: never('receipt'),
      transactionCount: never('transactionCount'),
      estimateGas: never('estimateGas'),
      fees: never('fees'),
      send: never('send'),
    };
  }

  private find(which: bigint | Hex): MinedBlock | null {
    const found =
      typeof which === 'bigint' ? this.blocks[Number(which)] : this.blocks.find(({ hash }) => hash === which);
    return found ?? null;
  }

  private call(data: Hex, at: L1At): Hex {
    const block = this.find(at as Hex);
    if (block === null || this.headNumber - block.number >= this.keptStates) {
      throw new L1Error('L1_REFUSED', 'missing trie node');
    }
    const { functionName } = decodeFunctionData({ abi: straddleExchangeAbi, data });
    if (functionName !== 'l1OpCount') throw new Error(`nobody here asks for ${functionName}`);
    return encodeFunctionResult({ abi: straddleExchangeAbi, functionName, result: BigInt(block.opCount) });
  }
}
