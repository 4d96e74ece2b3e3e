import type { Address } from 'viem';
import type { L1Receipt } from '../l1/L1.ts';
import { encodeSubmit } from '../l1/submitCall.ts';
import { sendUntilMined, type TransactorConfig } from '../l1/transactor.ts';
import { followContract } from './followContract.ts';
import { type ProvedBatch, type SettlementQueue, type SubmitCall, submitCall } from './provedBatch.ts';
import { refusalOf } from './refusal.ts';
import { SettlementError } from './SettlementError.ts';
import { type SealRecord, sealLate } from './sealLate.ts';

export interface SubmitterConfig extends TransactorConfig {
  readonly exchange: Address;
  readonly queue: SettlementQueue;
  /** Where sealed batches are put on record while their proofs are late. */
  readonly seals: SealRecord;
  readonly maxBatchesPerCall: number;
}

export interface Submitter {
  /**
   * Looks at the contract and brings it one call further. True if a call was mined.
   * @throws SettlementError, L1Error; what the queue throws
   */
  readonly step: () => Promise<boolean>;
}

/** Brings proved batches to L1, in order. Resumes from what the contract says, so it keeps no state of its own. */
export const createSubmitter = (config: SubmitterConfig): Submitter => ({ step: () => step(config) });

async function step(config: SubmitterConfig): Promise<boolean> {
  const { clock, queue, seals } = config;
  const accepted = await followContract(config);
  await sealLate(seals, queue, accepted, clock.nowMs() / 1000);
  const batches = await provedAfter(config, accepted);
  if (batches.length === 0) return false;
  const call = submitCall(batches);
  const receipt = await submit(config, call);
  if (receipt === null) return false;
  if (receipt.isReverted) throw reverted(call, receipt);
  await followContract(config);
  return true;
}

/** The next batches that go into one call: proved and of one shape. */
async function provedAfter({ maxBatchesPerCall, queue }: SubmitterConfig, accepted: number): Promise<ProvedBatch[]> {
  const batches: ProvedBatch[] = [];
  while (batches.length < maxBatchesPerCall) {
    const batch = await queue.proved(accepted + batches.length);
    if (batch === null || (batches[0] !== undefined && batch.shapeId !== batches[0].shapeId)) break;
    batches.push(batch);
  }
  return batches;
}

async function submit(config: SubmitterConfig, { args, batchNumbers }: SubmitCall): Promise<L1Receipt | null> {
  try {
    return await sendUntilMined(config, {
      to: config.exchange,
      data: encodeSubmit(args),
      onHash: (hash) => config.queue.markSubmitted(batchNumbers, hash),
    });
  } catch (error) {
    throw refusalOf(`batch ${batchNumbers.join(', ')}`, { batchNumbers }, error);
  }
}

const reverted = ({ batchNumbers }: SubmitCall, { blockNumber, transactionHash }: L1Receipt): SettlementError =>
  new SettlementError(
    'L1_SUBMIT_REVERTED',
    `the call with batch ${batchNumbers.join(', ')} reverted in L1 block ${blockNumber} (${transactionHash}), though L1 had said that it would not; trying again: gas is paid each time`,
    { batchNumbers, transactionHash, blockNumber: String(blockNumber) },
  );
