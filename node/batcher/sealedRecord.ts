import type { SealedBatch } from '../core/ledger/sealedBatch.ts';
import type { BatcherConfig } from './batcherConfig.ts';
import type { LedgerOutcome } from './batchLedger.ts';
import type { JobRecord } from './jobRecord.ts';

/** The record of a batch that was just sealed. */
export const sealedRecord = async (
  config: Pick<BatcherConfig, 'readEntry' | 'pricesOf' | 'nowMs'>,
  sealed: SealedBatch,
  outcome: LedgerOutcome,
): Promise<JobRecord> => {
  const { record: last } = await config.readEntry(sealed.lastEntryIndex);
  const { entry: report } = await config.readEntry(sealed.reportIndex);
  if (report.type !== 'report') throw new Error(`assertion: entry ${sealed.reportIndex} is no report`);
  const { l1Ops, withdrawals, trades, settlements } = sealed.rows;
  return {
    batchNumber: sealed.batchNumber,
    state: 'sealed',
    shapeId: outcome.shape.id,
    shapeName: outcome.shape.name,
    timeSec: sealed.timeSec,
    sealedAtMs: config.nowMs(),
    stateRootBefore: outcome.stateRootBefore,
    stateRootAfter: outcome.stateRootAfter,
    riskTableHash: outcome.riskTableHash,
    logChainHash: last.chainHash,
    lastEntryIndex: sealed.lastEntryIndex,
    words: [...outcome.words],
    counts: {
      l1Ops: l1Ops.length,
      withdrawals: withdrawals.length,
      trades: trades.length,
      settlements: settlements.length,
      accounts: outcome.accounts,
    },
    report: {
      time: report.timeSec,
      riskTableHash: outcome.riskTableHash,
      prices: [...config.pricesOf(report.inputs)],
      inputs: toHex(report.inputs),
      signatures: report.signatures.map(toHex),
    },
    attempts: 0,
    failure: null,
    proof: null,
    txHashes: [],
    acceptance: null,
  };
};

const toHex = (bytes: Uint8Array): `0x${string}` => `0x${Buffer.from(bytes).toString('hex')}`;
