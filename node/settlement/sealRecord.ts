import type { Address } from 'viem';
import { readExchange } from '../l1/readContract.ts';
import { encodeSealBatches } from '../l1/submitCall.ts';
import { sendUntilMined, type TransactorConfig } from '../l1/transactor.ts';
import { refusalOf } from './refusal.ts';
import { SettlementError } from './SettlementError.ts';
import type { SealRecord } from './sealLate.ts';

/** The contract's own record, written by the sequencer's account. Its calls throw L1Error and SettlementError. */
export const createSealRecord = (config: TransactorConfig, exchange: Address): SealRecord => ({
  provingLagSec: async () => (await readExchange(config.l1, exchange, 'latest', 'bounds', [])).provingLagSec,
  sealedThrough: async () =>
    Number(await readExchange(config.l1, exchange, 'latest', 'sealedThrough', [config.account.address])),
  put: (first, stateRoots) => put(config, exchange, first, stateRoots),
});

async function put(
  config: TransactorConfig,
  exchange: Address,
  first: number,
  stateRoots: readonly bigint[],
): Promise<void> {
  const data = { first, batches: stateRoots.length };
  const what = `the seals of batch ${first} to ${first + stateRoots.length - 1}`;
  const call = { to: exchange, data: encodeSealBatches(first, stateRoots), onHash: async () => undefined };
  const receipt = await sendUntilMined(config, call).catch((error: unknown) => {
    throw refusalOf(what, data, error);
  });
  if (receipt !== null && !receipt.isReverted) return;
  const message = `L1 did not put ${what} on record; trying again`;
  throw new SettlementError('L1_NOT_YET', message, { ...data, hash: receipt?.transactionHash ?? null });
}
