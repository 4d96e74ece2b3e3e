import { decodeFunctionData, encodeFunctionResult, type Hex } from 'viem';
import { describe, expect, it } from 'vitest';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
import { createSealRecord } from './sealRecord.ts';

const EXCHANGE = '0x00000000000000000000000000000000000000e0';
const HASH = `0x${'ab'.repeat(32)}` as const;
const BLOCK = { number: '0x5', hash: HASH, parentHash: HASH, timestamp: '0x64' };
const AGE_SEC = 60;
const NONE = {
  provingLagSec: 0,
  forcedDeadlineSec: 0,
  maxReportAgeSec: 0,
  deviationBasePpm: 0,
  deviationPpmPerSec: 0,
  maxPauseSec: 0,
  deviationCeilingPpm: 0,
  forcedBondGwei: 0,
};
const boundsOf = (provingLagSec: number, maxReportAgeSec: number) => ({ ...NONE, provingLagSec, maxReportAgeSec });

/** The record of a contract with these bounds, which it gives of its newest block alone. */
const recordOn = (latest: typeof NONE, before: typeof NONE, sinceSec: number) => {
  const answer = (data: Hex): Hex => {
    const { functionName } = decodeFunctionData({ abi: straddleExchangeAbi, data });
    if (functionName === 'bounds')
      return encodeFunctionResult({ abi: straddleExchangeAbi, functionName, result: latest });
    if (functionName !== 'boundsBefore') throw new Error(`nobody here asks for ${functionName}`);
    return encodeFunctionResult({ abi: straddleExchangeAbi, functionName, result: [before, sinceSec] });
  };
  const l1 = createRpcL1(async (method, params) => {
    if (method !== 'eth_call') return BLOCK;
    const [{ data }, at] = params as readonly [{ readonly data: Hex }, unknown];
    // Of one block: bounds that change between two readings would be neither's.
    expect(at).toEqual({ blockHash: HASH });
    return answer(data);
  });
  const account = {
    address: EXCHANGE,
    sign: async () => {
      throw new Error('nothing is sent');
    },
  } as const;
  const pool = { replaceAfterMs: 1_000, receiptPollMs: 10, maxFeePerGasWei: 1n, isStopping: () => false };
  return createSealRecord({ l1, account, clock: SYSTEM_CLOCK, ...pool }, EXCHANGE);
};

describe('how late L1 takes a batch, or one behind it', () => {
  it.each([
    ['bounds that never changed', 600, 0, 0, 0, 600],
    ['a change to a longer lag, of a batch from before', 7_200, 600, 1_000, 999, 600],
    ['a longer lag, of the last batch that may rest on a report from before', 7_200, 600, 1_000, 1_059, 600],
    ['a longer lag, of the first that cannot', 7_200, 600, 1_000, 1_060, 7_200],
    ['a shorter lag, of a batch that has others behind it', 600, 7_200, 1_000, 1, 600],
    ['a shorter lag, of a batch that may go by it', 600, 7_200, 1_000, 1_000, 600],
    ['a shorter lag, of a batch long after', 600, 7_200, 1_000, 9_999, 600],
  ])('%s', async (_, latest, before, sinceSec, batchSec, expected) => {
    const record = recordOn(boundsOf(latest, 1), boundsOf(before, sinceSec === 0 ? 0 : AGE_SEC), sinceSec);
    expect(await record.provingLagSec(batchSec)).toBe(expected);
  });
});
