import type { Account, Address, Chain, PublicClient, Transport, WalletClient } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { awaitReceipt } from '../../contracts/awaitReceipt.ts';
import type { SettlementQueue } from './provedBatch.ts';
import { SettlementError } from './SettlementError.ts';

/** What of the contract it takes to put sealed batches on record (protocol, section 7). */
export interface SealRecord {
  readonly provingLagSec: () => Promise<number>;
  /** The first number that this sequencer has not put on record. */
  readonly sealedThrough: () => Promise<number>;
  /** Resolves once it is mined. */
  readonly put: (first: number, stateRoots: readonly bigint[]) => Promise<void>;
}

/** Roots in one call: some 22,000 gas each. */
const MOST_ROOTS = 64;

/**
 * Puts batches on record that wait for their proofs longer than half of the proving lag: L1 takes them however late the proofs
 * come, and takes nothing that is older than the lag and not on record. To be called again and again, as settlement goes.
 * @param accepted how many batches L1 has accepted
 * @returns how many were put on record
 */
export const sealLate = async (
  record: SealRecord,
  queue: Pick<SettlementQueue, 'sealed'>,
  accepted: number,
  nowSec: number,
): Promise<number> => {
  const oldest = await queue.sealed(accepted);
  if (oldest === null) return 0;
  const half = (await record.provingLagSec()) / 2;
  if (nowSec - oldest.timeSec < half) return 0;
  const first = Math.max(accepted, await record.sealedThrough());
  const next = await queue.sealed(first);
  if (next === null || nowSec - next.timeSec < half) return 0;
  const roots: bigint[] = [];
  for (let batch: typeof next | null = next; batch !== null && roots.length < MOST_ROOTS; ) {
    roots.push(batch.stateRootAfter);
    batch = await queue.sealed(first + roots.length);
  }
  await record.put(first, roots);
  return roots.length;
};

/** The contract's own record, written by the sequencer's wallet. */
export const createSealRecord = (
  client: PublicClient,
  wallet: WalletClient<Transport, Chain, Account>,
  exchange: Address,
): SealRecord => {
  const contract = { address: exchange, abi: straddleExchangeAbi } as const;
  return {
    provingLagSec: async () => (await client.readContract({ ...contract, functionName: 'bounds' })).provingLagSec,
    sealedThrough: async () => {
      const args = [wallet.account.address] as const;
      return Number(await client.readContract({ ...contract, functionName: 'sealedThrough', args }));
    },
    put: async (first, stateRoots) => {
      const args = [BigInt(first), stateRoots] as const;
      const hash = await wallet.writeContract({ ...contract, functionName: 'sealBatches', args });
      const { status } = await awaitReceipt(client, hash);
      if (status === 'success') return;
      const message = 'L1 did not put sealed batches on record; trying again';
      throw new SettlementError('L1_NOT_YET', message, { first, batches: stateRoots.length, hash });
    },
  };
};
