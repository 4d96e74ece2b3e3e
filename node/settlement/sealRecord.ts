import type { Address } from 'viem';
import type { L1 } from '../l1/L1.ts';
import { readExchange } from '../l1/readContract.ts';
import { encodeSealBatches } from '../l1/submitCall.ts';
import { sendUntilMined, type TransactorConfig } from '../l1/transactor.ts';
import { refusalOf } from './refusal.ts';
import { SettlementError } from './SettlementError.ts';
import type { SealRecord } from './sealLate.ts';

/** The contract's own record, written by the sequencer's account. Its calls throw L1Error and SettlementError. */
export const createSealRecord = (config: TransactorConfig, exchange: Address): SealRecord => ({
  provingLagSec: (batchSec) => provingLagSec(config.l1, exchange, batchSec),
  sealedThrough: async () =>
    Number(await readExchange(config.l1, exchange, 'latest', 'sealedThrough', [config.account.address])),
  put: (first, stateRoots) => put(config, exchange, first, stateRoots),
});

/** A batch goes by the bounds of its report's time, which is at most the report age before its own: until then, the shorter. */
async function provingLagSec(l1: L1, exchange: Address, batchSec: number): Promise<number> {
  const { hash } = await l1.head();
  const [latest, [before, sinceSec]] = await Promise.all([
    readExchange(l1, exchange, hash, 'bounds', []),
    readExchange(l1, exchange, hash, 'boundsBefore', []),
  ]);
  if (sinceSec === 0 || batchSec >= sinceSec + before.maxReportAgeSec) return latest.provingLagSec;
  return Math.min(latest.provingLagSec, before.provingLagSec);
}

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
