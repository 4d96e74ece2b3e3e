import { type Address, type Hex, isAddressEqual, numberToHex, toEventSelector } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { L1, L1Receipt } from '../l1/L1.ts';
import { readExchange } from '../l1/readContract.ts';
import type { Acceptance, SettlementQueue } from './provedBatch.ts';
import { SettlementError } from './SettlementError.ts';

export interface FollowedContract {
  readonly l1: L1;
  readonly exchange: Address;
  readonly queue: SettlementQueue;
}

/**
 * Brings this node's records in line with what L1 has accepted.
 * @returns how many batches that is
 * @throws SettlementError L1_STATE_DIFFERS; L1Error
 */
export async function followContract({ exchange, l1, queue }: FollowedContract): Promise<number> {
  // By the block's hash: both of one block, and of that block.
  const { hash } = await l1.head();
  const [number, root] = await Promise.all([
    readExchange(l1, exchange, hash, 'batchNumber', []),
    readExchange(l1, exchange, hash, 'stateRoot', []),
  ]);
  const accepted = Number(number);
  const own = await queue.stateRootAt(accepted);
  if (own !== root) throw differs(accepted, own, root);
  if (accepted < queue.acceptedCount()) await queue.rollBackTo(accepted);
  for (let next = queue.acceptedCount(); next < accepted; next++) {
    await queue.markAccepted(next, await findAcceptance({ exchange, l1, queue }, next));
  }
  return accepted;
}

/** Null: no transaction of this node's, or none that it remembers. */
async function findAcceptance(
  { exchange, l1, queue }: FollowedContract,
  batchNumber: number,
): Promise<Acceptance | null> {
  for (const hash of await queue.submittedBy(batchNumber)) {
    const receipt = await l1.receipt(hash);
    const accepted = receipt === null ? [] : acceptedIn(receipt, exchange);
    if (receipt === null || !accepted.includes(numberToHex(batchNumber, { size: 32 }))) continue;
    const { blockNumber, gasUsed, transactionHash: txHash } = receipt;
    return { txHash, blockNumber, gasUsed, batchesInCall: accepted.length };
  }
  return null;
}

const BATCH_ACCEPTED = toEventSelector(
  straddleExchangeAbi.find((item) => item.type === 'event' && item.name === 'BatchAccepted') as never,
);

/** The numbers of the batches that a transaction brought, as topics. */
const acceptedIn = ({ logs }: L1Receipt, exchange: Address): readonly (Hex | undefined)[] =>
  logs.flatMap(({ address, topics: [selector, number] }) =>
    isAddressEqual(address, exchange) && selector === BATCH_ACCEPTED ? [number] : [],
  );

const differs = (batches: number, own: bigint | null, root: bigint): SettlementError =>
  new SettlementError(
    'L1_STATE_DIFFERS',
    own === null
      ? `L1 has accepted ${batches} batches, more than this node ever sealed; settlement stopped: is this the data directory of that exchange?`
      : `after ${batches} batches L1 holds another state root than this node; settlement stopped`,
    { batches, own: own === null ? null : String(own), l1: String(root) },
  );
