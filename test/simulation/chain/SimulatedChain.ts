import { createHash } from 'node:crypto';
import type { Address, Hex } from 'viem';
import type { L1Block, L1Log, L1Receipt } from '../../../node/l1/L1.ts';
import type { Prng } from '../../property/prng.ts';
import { encodeRevert, execute } from './contract.ts';
import { type ContractConfig, type ContractState, Revert } from './contractState.ts';

export interface ChainTransaction {
  readonly hash: Hex;
  readonly from: Address;
  /** Null: of a user whose transactions wait for no other of theirs. */
  readonly nonce: number | null;
  readonly to: Address;
  readonly data: Hex;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

export interface Mined extends L1Receipt {
  readonly transaction: ChainTransaction;
  /** What it reverted with. */
  readonly revert: Hex | null;
}

export interface ChainBlock extends L1Block {
  readonly baseFee: bigint;
  readonly mined: readonly Mined[];
  readonly logs: readonly L1Log[];
  /** After it. */
  readonly state: ContractState;
  /** Next nonce by sender. */
  readonly nonces: ReadonlyMap<Address, number>;
}

const sha = (...parts: readonly (string | number | bigint)[]): Hex =>
  `0x${createHash('sha256').update(parts.join('/')).digest('hex')}`;

const GWEI = 1_000_000_000n;
const BLOCK_SEC = 12;
/** Pools want a tenth more of a replacement. */
const REPLACEMENT = 11n;

/** L1 itself: blocks, a pool of transactions, a price of gas, and what miners do to all of them. */
export class SimulatedChain {
  readonly config: ContractConfig;
  private readonly random: Prng;
  private readonly blocks: ChainBlock[];
  private pool: ChainTransaction[] = [];
  private salt = 0;
  /** How often its last blocks were replaced. */
  reorganisations = 0;
  baseFee = 10n * GWEI;

  constructor(config: ContractConfig, random: Prng, genesis: ContractState, startSec: number) {
    this.config = config;
    this.random = random;
    this.blocks = [
      {
        number: 0n,
        hash: sha('genesis', config.chainId),
        parentHash: sha('nothing'),
        timeSec: startSec,
        baseFee: this.baseFee,
        mined: [],
        logs: [],
        state: genesis,
        nonces: new Map(),
      },
    ];
  }

  get head(): ChainBlock {
    return this.blocks[this.blocks.length - 1] as ChainBlock;
  }

  /** Null: there is none. */
  at(number: number): ChainBlock | null {
    return this.blocks[number] ?? null;
  }

  /** Of the chain of now, the head being at most `until`. */
  byHash(hash: Hex, until: number): ChainBlock | null {
    const found = this.blocks.findLast((block) => block.hash === hash);
    return found === undefined || Number(found.number) > until ? null : found;
  }

  receipt(hash: Hex, until: number): Mined | null {
    for (let number = until; number >= 0; number -= 1) {
      const mined = this.blocks[number]?.mined.find((one) => one.transactionHash === hash);
      if (mined !== undefined) return mined;
    }
    return null;
  }

  pooled(hash: Hex): ChainTransaction | null {
    return this.pool.find((one) => one.hash === hash) ?? null;
  }

  /** Next nonce with what waits in the pool. */
  pendingNonce(from: Address): number {
    let nonce = this.head.nonces.get(from) ?? 0;
    while (this.pool.some((one) => one.from === from && one.nonce === nonce)) nonce += 1;
    return nonce;
  }

  /** The state with the pool's transactions of a sender on top: what an estimate for its next one sees. */
  pendingState(from: Address): { readonly state: ContractState; readonly timeSec: number } {
    const timeSec = this.head.timeSec + BLOCK_SEC;
    let { state } = this.head;
    const own = this.pool.filter((one) => one.from === from).sort((a, b) => (a.nonce ?? 0) - (b.nonce ?? 0));
    for (const { data } of own) {
      try {
        ({ state } = execute(state, { config: this.config, sender: from, blockSec: timeSec }, data));
      } catch (error) {
        if (!(error instanceof Revert)) throw error;
      }
    }
    return { state, timeSec };
  }

  send(transaction: ChainTransaction): 'taken' | 'nonceUsed' | 'underpriced' {
    const { from, hash, nonce } = transaction;
    if (nonce !== null && nonce < (this.head.nonces.get(from) ?? 0)) return 'nonceUsed';
    if (this.pool.some((one) => one.hash === hash) || this.receipt(hash, Number(this.head.number)) !== null) {
      return 'nonceUsed';
    }
    const rival = nonce === null ? undefined : this.pool.find((one) => one.from === from && one.nonce === nonce);
    if (rival !== undefined) {
      const isMore =
        transaction.maxFeePerGas * 10n >= rival.maxFeePerGas * REPLACEMENT &&
        transaction.maxPriorityFeePerGas * 10n >= rival.maxPriorityFeePerGas * REPLACEMENT;
      if (!isMore) return 'underpriced';
      this.pool = this.pool.filter((one) => one !== rival);
    }
    if (transaction.maxFeePerGas < this.baseFee / 2n) return 'underpriced';
    this.pool.push(transaction);
    return 'taken';
  }

  /** The pool forgets what it has: transactions must be sent again. */
  dropPool(): void {
    this.pool = [];
  }

  mine(timeSec: number): void {
    const parent = this.head;
    this.salt += 1;
    const number = parent.number + 1n;
    const hash = sha(parent.hash, number, this.salt, timeSec);
    const nonces = new Map(parent.nonces);
    const mined: Mined[] = [];
    let { state } = parent;
    for (const transaction of this.chosen(nonces)) {
      const outcome = this.execute(state, transaction, timeSec);
      state = outcome.state;
      mined.push({ ...outcome.receipt, blockNumber: number, blockHash: hash, transaction });
    }
    const logs = mined.flatMap(({ logs: emitted, transactionHash }) =>
      emitted.map((log) => ({ log, transactionHash })),
    );
    const placed = logs.map(({ log: { data, topics }, transactionHash }, logIndex) => ({
      blockNumber: number,
      blockHash: hash,
      logIndex,
      transactionHash,
      topics,
      data,
    }));
    const { baseFee } = this;
    const { hash: parentHash } = parent;
    this.blocks.push({ number, hash, parentHash, timeSec, baseFee, mined, logs: placed, state, nonces });
  }

  /** The last `depth` blocks are replaced by as many and one. What was in them goes back to the pool. */
  reorganise(depth: number, loses: () => boolean): void {
    this.reorganisations += 1;
    const count = Math.min(depth, this.blocks.length - 1);
    const gone = this.blocks.splice(this.blocks.length - count, count);
    for (const { mined } of gone) {
      for (const { transaction } of mined) if (!loses()) this.pool.push(transaction);
    }
    for (const { timeSec } of gone) this.mine(Math.max(timeSec, this.head.timeSec + 1));
    const last = gone.at(-1)?.timeSec ?? this.head.timeSec;
    this.mine(Math.max(last, this.head.timeSec) + 1);
  }

  /** What a miner takes of the pool: in no order but nonces', and not all that it could. */
  private chosen(nonces: Map<Address, number>): ChainTransaction[] {
    const taken: ChainTransaction[] = [];
    const waiting = [...this.pool];
    // In order of arrival, but for some that are overtaken.
    waiting.sort(() => (this.random.chance(15) ? 1 : 0));
    for (let again = true; again; ) {
      again = false;
      for (const one of waiting) {
        if (taken.includes(one) || one.maxFeePerGas < this.baseFee) continue;
        if (one.nonce !== null && one.nonce !== (nonces.get(one.from) ?? 0)) continue;
        if (this.random.chance(15)) continue;
        taken.push(one);
        if (one.nonce !== null) nonces.set(one.from, one.nonce + 1);
        again = true;
      }
    }
    const used = (one: ChainTransaction): boolean => one.nonce !== null && one.nonce < (nonces.get(one.from) ?? 0);
    this.pool = this.pool.filter((one) => !taken.includes(one) && !used(one));
    return taken;
  }

  private execute(state: ContractState, transaction: ChainTransaction, timeSec: number) {
    const { data, from, hash } = transaction;
    const receipt = { transactionHash: hash, gasUsed: 21_000n + 20n * BigInt(data.length / 2) };
    try {
      const after = execute(state, { config: this.config, sender: from, blockSec: timeSec }, data);
      const logs = after.logs.map((log) => ({ ...log, address: this.config.address }));
      return { state: after.state, receipt: { ...receipt, isReverted: false, revert: null, logs } };
    } catch (error) {
      if (!(error instanceof Revert)) throw error;
      return { state, receipt: { ...receipt, isReverted: true, revert: encodeRevert(error), logs: [] } };
    }
  }
}
