import { createHash } from 'node:crypto';
import { type Address, getAddress, type Hex } from 'viem';
import type { L1, L1Account, L1At } from '../../../node/l1/L1.ts';
import { L1Error } from '../../../node/l1/L1Error.ts';
import type { Prng } from '../../property/prng.ts';
import type { Process } from '../world/Process.ts';
import { encodeRevert, execute, view } from './contract.ts';
import { Revert } from './contractState.ts';
import type { ChainBlock, ChainTransaction, SimulatedChain } from './SimulatedChain.ts';

/** What an endpoint may do; asked afresh at every call. */
export interface EndpointFaults {
  readonly isDown: () => boolean;
  /** Blocks that this answer is behind. */
  readonly lag: () => number;
  readonly delayMs: () => number;
}

/** An account whose transactions need no signature here: hex of JSON. */
export const simulatedAccount = (address: Address): L1Account => ({
  address,
  sign: async ({ data, gas, maxFeePerGas, maxPriorityFeePerGas, nonce, to }) => {
    const fields = { from: address, to, data, nonce, gas, maxFeePerGas, maxPriorityFeePerGas };
    const text = JSON.stringify(fields, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    const hash: Hex = `0x${createHash('sha256').update(text).digest('hex')}`;
    return { signed: `0x${Buffer.from(text).toString('hex')}`, hash };
  },
});

const signedTransaction = (signed: Hex): ChainTransaction => {
  const text = Buffer.from(signed.slice(2), 'hex').toString();
  const fields = JSON.parse(text) as {
    readonly from: Address;
    readonly to: Address;
    readonly data: Hex;
    readonly nonce: number;
    readonly maxFeePerGas: string;
    readonly maxPriorityFeePerGas: string;
  };
  return {
    ...fields,
    maxFeePerGas: BigInt(fields.maxFeePerGas),
    maxPriorityFeePerGas: BigInt(fields.maxPriorityFeePerGas),
    hash: `0x${createHash('sha256').update(text).digest('hex')}`,
  };
};

/** Only of so many blocks the state is kept, as by endpoints that are no archives. */
const STATES_KEPT = 64;

/** @throws L1Error L1_REFUSED for blocks whose state is no longer kept */
const stateAt = (chain: SimulatedChain, at: L1At, head: ChainBlock, from: Address | undefined) => {
  if (at === 'pending' && from !== undefined) return chain.pendingState(from);
  if (at === 'latest' || at === 'pending') return head;
  const block = chain.byHash(at, Number(head.number));
  if (block === null || Number(head.number - block.number) > STATES_KEPT) {
    throw new L1Error('L1_REFUSED', `there is no state of block ${at}`);
  }
  return block;
};

const withReverts = <T>(run: () => T): T => {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Revert)) throw error;
    throw new L1Error('L1_REVERTED', error.message, { revert: encodeRevert(error) });
  }
};

/** An endpoint of the chain, as one process reaches it. */
export function simulatedL1(process: Process, chain: SimulatedChain, faults: EndpointFaults): L1 {
  const ask = <T>(answer: (head: ChainBlock) => T): Promise<T> =>
    process.wait(faults.delayMs(), () => {
      if (faults.isDown()) throw new L1Error('L1_UNREACHABLE', 'no answer from the simulated L1');
      const number = Math.max(0, Number(chain.head.number) - faults.lag());
      return answer(chain.at(number) ?? chain.head);
    });

  return {
    chainId: () => ask(() => chain.config.chainId),
    head: () => ask((head) => head),
    block: (which) =>
      ask((head) => {
        if (typeof which === 'string') return chain.byHash(which, Number(head.number));
        return which > head.number ? null : chain.at(Number(which));
      }),
    logs: (address, fromBlock, toBlock) =>
      ask((head) => {
        if (getAddress(address) !== chain.config.address) return [];
        const last = Math.min(Number(toBlock), Number(head.number));
        const numbers = Array.from(
          { length: Math.max(0, last - Number(fromBlock) + 1) },
          (_, i) => Number(fromBlock) + i,
        );
        return numbers.flatMap((number) => chain.at(number)?.logs ?? []);
      }),
    call: (call, at) =>
      ask((head) =>
        withReverts(() => {
          const { state, timeSec } = stateAt(chain, at, head, call.from);
          if (call.from === undefined) return view(chain.config, state, call.data);
          execute(state, { config: chain.config, sender: call.from, blockSec: timeSec }, call.data);
          return '0x';
        }),
      ),
    code: () => ask(() => '0x'),
    transaction: (hash) =>
      ask((head) => {
        const mined = chain.receipt(hash, Number(head.number));
        const transaction = mined?.transaction ?? chain.pooled(hash);
        if (transaction === null) return null;
        return { blockHash: mined?.blockHash ?? null, to: transaction.to, input: transaction.data };
      }),
    receipt: (hash) => ask((head) => chain.receipt(hash, Number(head.number))),
    transactionCount: (address, at) =>
      ask((head) => (at === 'latest' ? (head.nonces.get(address) ?? 0) : chain.pendingNonce(address))),
    estimateGas: ({ data, from }, at) =>
      ask((head) =>
        withReverts(() => {
          const { state, timeSec } = stateAt(chain, at, head, from);
          execute(state, { config: chain.config, sender: from, blockSec: timeSec }, data);
          return 400_000n;
        }),
      ),
    fees: () =>
      ask(() => ({ maxFeePerGas: (chain.baseFee * 6n) / 5n + 1_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n })),
    send: (signed) => ask(() => chain.send(signedTransaction(signed))),
  };
}

/** Delays of a network that is mostly quick. */
export const networkDelayMs = (random: Prng): number =>
  random.chance(3) ? random.between(500, 5_000) : random.between(2, 120);
