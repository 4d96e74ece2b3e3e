import type { Address, Hex } from 'viem';

export interface L1Block {
  readonly number: bigint;
  readonly hash: Hex;
  readonly parentHash: Hex;
  /** Seconds since the epoch. */
  readonly timeSec: number;
}

/** A log in its place; what it says is not read yet. */
export interface L1Log {
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly logIndex: number;
  readonly transactionHash: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

export interface L1Transaction {
  /** Null: not in a block. */
  readonly blockHash: Hex | null;
  /** Null: it creates a contract. */
  readonly to: Address | null;
  readonly input: Hex;
}

export interface L1Receipt {
  readonly transactionHash: Hex;
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly isReverted: boolean;
  readonly gasUsed: bigint;
  /** Of all contracts. */
  readonly logs: readonly (Pick<L1Log, 'topics' | 'data'> & { readonly address: Address })[];
}

export interface L1Call {
  readonly to: Address;
  readonly data: Hex;
  /** Left out: nobody in particular. */
  readonly from?: Address;
}

/** A state to ask: of the block with a hash, of the newest block, or that with the pool's transactions on top. */
export type L1At = Hex | 'latest' | 'pending';

/** Per gas, wei. */
export interface L1Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** Why a transaction is in the pool, or not. Any other refusal is an L1_REFUSED. */
export type Sent =
  | 'taken'
  /** The same one, or another of its nonce, is in the pool or in a block. */
  | 'nonceUsed'
  /** It pays too little, or too little more than the one of its nonce in the pool. */
  | 'underpriced';

/**
 * All that the node, its oracles and its watcher need of a chain. `rpcL1.ts` speaks to an endpoint, the simulator has its own.
 *
 * Every call may throw an L1Error, and nothing else: L1_UNREACHABLE without an answer, L1_REFUSED for the endpoint's own
 * error, L1_UNREADABLE and L1_INCONSISTENT for an answer that is none, or none to the question.
 */
export interface L1 {
  readonly chainId: () => Promise<number>;
  /** The newest block. */
  readonly head: () => Promise<L1Block>;
  /** The block of a number in the chain of now, or of a hash; null: there is none. */
  readonly block: (which: bigint | Hex) => Promise<L1Block | null>;
  /**
   * Of one contract, from a block up to and with another, in order, each once. The chain may change while it is read: readRange.ts.
   * An endpoint that finds it too much throws L1_REFUSED.
   */
  readonly logs: (address: Address, fromBlock: bigint, toBlock: bigint) => Promise<readonly L1Log[]>;
  /** What a call returns. @throws L1Error L1_REVERTED too, with what it reverted with as `data.revert` */
  readonly call: (call: L1Call, at: L1At) => Promise<Hex>;
  /** '0x': no contract. */
  readonly code: (address: Address, at: L1At) => Promise<Hex>;
  /** Null: unknown. */
  readonly transaction: (hash: Hex) => Promise<L1Transaction | null>;
  /** Null: in no block. */
  readonly receipt: (hash: Hex) => Promise<L1Receipt | null>;
  /** The next nonce of an account. */
  readonly transactionCount: (address: Address, at: 'latest' | 'pending') => Promise<number>;
  /** @throws L1Error L1_REVERTED too, with what it would revert with as `data.revert` */
  readonly estimateGas: (call: L1Call & { readonly from: Address }, at: 'latest' | 'pending') => Promise<bigint>;
  /** What a transaction must offer to be in one of the next blocks. */
  readonly fees: () => Promise<L1Fees>;
  /** Hands over a signed transaction. */
  readonly send: (signed: Hex) => Promise<Sent>;
}

export interface UnsignedTransaction extends L1Fees {
  readonly to: Address;
  readonly data: Hex;
  readonly nonce: number;
  readonly gas: bigint;
}

/** An account on L1 that signs its own transactions. */
export interface L1Account {
  readonly address: Address;
  /** @returns what `send` takes, and the hash by which it will be known */
  readonly sign: (transaction: UnsignedTransaction) => Promise<{ readonly signed: Hex; readonly hash: Hex }>;
}
