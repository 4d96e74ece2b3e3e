import { encodeErrorResult, type Hex } from 'viem';
import { describe, expect, it } from 'vitest';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { L1Error } from '../l1/L1Error.ts';
import { refusalOf } from './refusal.ts';

const reverted = (revert: Hex): L1Error => new L1Error('L1_REVERTED', 'eth_estimateGas reverted', { revert });
const revertWith = (errorName: string, args: readonly unknown[]): L1Error =>
  reverted(encodeErrorResult({ abi: straddleExchangeAbi, errorName, args } as never));

const SOLIDITY_ERROR = { type: 'error', name: 'Error', inputs: [{ name: 'message', type: 'string' }] } as const;

describe('refusalOf', () => {
  it.each([
    ['ExchangePaused', [5], 'L1_NOT_YET'],
    ['BatchTimeInFuture', [5, 4n], 'L1_NOT_YET'],
    ['NotASequencer', ['0x00000000000000000000000000000000000000E0'], 'L1_NOT_YET'],
    ['BatchNumberNotNext', [1n, 0n], 'L1_NOT_YET'],
    ['L1OpsBeyondQueue', [5n, 4n], 'L1_NOT_YET'],
    ['SealedBefore', [1n, 2n], 'L1_NOT_YET'],
    ['ProofRefused', [1n, 2n], 'L1_BATCH_REFUSED'],
    ['BatchTooOld', [1, 2n], 'L1_BATCH_REFUSED'],
    ['ExchangeFrozen', [], 'L1_BATCH_REFUSED'],
    ['L1OpsDisagreeWithQueue', [1n, `0x${'11'.repeat(32)}`, `0x${'22'.repeat(32)}`], 'L1_BATCH_REFUSED'],
  ] as const)('%s of the contract is named with its values, and is %s', (reason, args, code) => {
    const error = refusalOf('batch 3', { batchNumbers: [3] }, revertWith(reason, args));
    expect(error).toMatchObject({ code, data: { batchNumbers: [3], reason, args: args.map(String) } });
    expect((error as Error).message).toContain(`batch 3`);
    expect((error as Error).message).toContain(reason);
  });

  it.each([
    ['0x', 'no reason'],
    ['0x12345678', 'unknown error 0x12345678'],
    ['0x1234567800', 'unknown error 0x12345678'],
    // Error("out of paper"), as require gives it.
    [encodeErrorResult({ abi: [SOLIDITY_ERROR], errorName: 'Error', args: ['out of paper'] }), 'Error'],
  ] as const)('a revert that the contract does not know (%s) is refused for good', (revert, reason) => {
    expect(refusalOf('batch 3', {}, reverted(revert))).toMatchObject({ code: 'L1_BATCH_REFUSED', data: { reason } });
  });

  it('leaves what is no revert as it is', () => {
    for (const error of [new L1Error('L1_UNREACHABLE', 'down'), new TypeError('a defect'), 'text']) {
      expect(refusalOf('batch 3', {}, error)).toBe(error);
    }
  });
});
