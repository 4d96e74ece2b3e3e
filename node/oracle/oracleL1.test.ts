import { encodeFunctionResult } from 'viem';
import { expect, it } from 'vitest';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
import { createOracleL1 } from './oracleL1.ts';

const EXCHANGE = '0x00000000000000000000000000000000000000e0';

/** An L1 that lists a call, delisted or not. */
const l1Of = (kind: number, delisted: boolean) => {
  const listed = { id: 0x10001, kind, expiry: 9_000, strike: 30_000_000 };
  const result = encodeFunctionResult({
    abi: straddleExchangeAbi,
    functionName: 'instrument',
    result: [listed, delisted],
  });
  return createOracleL1(
    createRpcL1(async () => result),
    EXCHANGE,
  );
};

it.each([false, true])('an instrument that accounts may hold is priced, delisted or not (%s)', async (delisted) => {
  const call = { instrument: 0x10001, kind: 'call', expirySec: 9_000, strike: 30_000_000n };
  expect(await l1Of(1, delisted).instrument(0x10001)).toEqual(call);
});

it('one that was never listed is none', async () => {
  expect(await l1Of(0, false).instrument(0x10001)).toBeNull();
});
