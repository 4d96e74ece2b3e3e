import {
  type Address,
  custom,
  decodeFunctionData,
  encodeFunctionResult,
  type Hex,
  hexToBigInt,
  keccak256,
  numberToHex,
  parseAbi,
  toHex,
} from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { L1 } from '../l1/L1.ts';
import { requestOver } from '../l1/requestOver.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
import type { ContractFigures } from './l1Source.ts';

export interface ScriptedLog {
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

export interface ScriptedTransaction {
  readonly to: Address;
  readonly input: Hex;
  readonly logs: readonly ScriptedLog[];
}

/** An answer of the endpoint, as JSON; what it returns is answered instead. */
export type Tamper = (method: string, answer: unknown, params: readonly unknown[]) => unknown;

type Json = Readonly<Record<string, unknown>>;

/** Time of block 0; a block takes a second. */
export const BLOCK_TIME_SEC = 1_000;

interface ScriptedBlock {
  readonly header: Json & { readonly number: Hex; readonly hash: Hex };
  readonly logs: readonly Json[];
  readonly figures: ContractFigures;
}

const TOKEN: Address = '0x00000000000000000000000000000000000000aa';
const ABI = [...straddleExchangeAbi, ...parseAbi(['function balanceOf(address) view returns (uint256)'])] as const;
const BOOKS = straddleExchangeAbi.find((one) => one.type === 'function' && one.name === 'conservation')?.outputs.length;
const hash = (...parts: readonly unknown[]): Hex => keccak256(toHex(parts.join('/')));

/** An L1 endpoint that answers JSON-RPC from a script of blocks; viem speaks to it as to any other. */
export class ScriptedL1 {
  readonly exchange: Address;
  readonly l1: L1;
  tamper: Tamper = (_method, answer) => answer;
  readonly asked: { readonly method: string; readonly params: readonly unknown[] }[] = [];
  private readonly blocks: ScriptedBlock[] = [];
  private readonly transactions = new Map<string, Json>();
  private readonly codes = new Map<string, Hex>();
  private fork = 0;

  constructor(exchange: Address) {
    this.exchange = exchange;
    const request = async ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => {
      this.asked.push({ method, params });
      return this.tamper(method, this.answer(method, params), params);
    };
    this.l1 = createRpcL1(requestOver(custom({ request } as never)));
  }

  get head(): bigint {
    return BigInt(this.blocks.length - 1);
  }

  setCode(address: Address, code: Hex): void {
    this.codes.set(address.toLowerCase(), code);
  }

  mine(figures: ContractFigures, ...transactions: readonly ScriptedTransaction[]): void {
    const number = numberToHex(this.blocks.length);
    const parentHash = this.blocks.at(-1)?.header.hash ?? hash('genesis');
    const blockHash = hash('block', this.fork, number);
    const logs: Json[] = [];
    for (const [index, { input, logs: emitted, to }] of transactions.entries()) {
      const transactionHash = hash('transaction', number, index);
      const place = { blockHash, blockNumber: number, transactionHash, transactionIndex: numberToHex(index) };
      this.transactions.set(transactionHash, { ...place, ...TRANSACTION, hash: transactionHash, to, input });
      for (const log of emitted) {
        logs.push({ ...place, ...log, address: this.exchange, logIndex: numberToHex(logs.length), removed: false });
      }
    }
    const timestamp = numberToHex(BLOCK_TIME_SEC + this.blocks.length);
    const header = { ...HEADER, number, timestamp, hash: blockHash, parentHash };
    this.blocks.push({ header, logs, figures });
  }

  /** Takes the last blocks away; what is mined from now on has other hashes. */
  replace(count: number): void {
    this.blocks.splice(this.blocks.length - count, count);
    this.fork += 1;
  }

  private answer(method: string, params: readonly unknown[]): unknown {
    switch (method) {
      case 'eth_chainId':
        return numberToHex(31_337);
      case 'eth_getBlockByNumber':
        if (params[0] === 'latest') return this.blocks.at(-1)?.header ?? null;
        return this.blocks[Number(hexToBigInt(params[0] as Hex))]?.header ?? null;
      case 'eth_getBlockByHash':
        return this.blocks.find(({ header }) => header.hash === params[0])?.header ?? null;
      case 'eth_getLogs': {
        const { address, fromBlock, toBlock } = params[0] as { address: string; fromBlock: Hex; toBlock: Hex };
        if (address.toLowerCase() !== this.exchange) return [];
        return this.blocks.slice(Number(fromBlock), Number(toBlock) + 1).flatMap(({ logs }) => logs);
      }
      case 'eth_getTransactionByHash':
        return this.transactions.get(params[0] as string) ?? null;
      case 'eth_getCode':
        return this.blockOf(params[1]) && (this.codes.get((params[0] as string).toLowerCase()) ?? '0x');
      case 'eth_call':
        return this.call((params[0] as { data: Hex }).data, this.blockOf(params[1]).figures);
      default:
        throw new Error(`the script has no answer to ${method}`);
    }
  }

  /** State is asked for by block hash alone (EIP-1898). */
  private blockOf(at: unknown): ScriptedBlock {
    const { blockHash } = at as { blockHash?: Hex };
    const block = this.blocks.find(({ header }) => header.hash === blockHash);
    if (block === undefined) throw new Error(`state was asked for at ${JSON.stringify(at)}`);
    return block;
  }

  private call(data: Hex, figures: ContractFigures): Hex {
    const { functionName } = decodeFunctionData({ abi: ABI, data });
    const results: Readonly<Record<string, unknown>> = {
      stateRoot: figures.stateRoot,
      batchNumber: figures.batchNumber,
      lastTime: figures.lastTime,
      l1OpIndex: figures.l1OpIndex,
      // With the shortfall, of which there is none, where the contract tells it.
      conservation: [figures.tokenBalance, figures.owedToClaims, figures.owedToAccounts, 0n].slice(0, BOOKS),
      token: TOKEN,
      balanceOf: figures.tokenBalance,
    };
    return encodeFunctionResult({ abi: ABI, functionName, result: results[functionName] } as never);
  }
}

const HEADER = {
  nonce: '0x0',
  gasLimit: '0x1',
  gasUsed: '0x0',
  difficulty: '0x0',
  size: '0x1',
  transactions: [],
  uncles: [],
};
const TRANSACTION = { from: TOKEN, nonce: '0x0', value: '0x0', gas: '0x1', gasPrice: '0x1', type: '0x0', v: '0x1b' };
