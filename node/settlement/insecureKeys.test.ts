import { type Hex, padHex, toHex } from 'viem';
import { expect, it } from 'vitest';
import { createRpcL1 } from '../l1/rpcL1.ts';
import { acceptsInsecureKeys } from './insecureKeys.ts';

/** x of alpha * G1 of the development seed. */
const DEVELOPMENT_X = 11537073126790769198459001952310104208130055521782063721654854211438357559927n;
const EXCHANGE = '0x00000000000000000000000000000000000000e0';
const keyCode = (alphaX: bigint): Hex => `0x600a${toHex(alphaX, { size: 32 }).slice(2)}${'11'.repeat(29 * 32)}`;

/** An L1 that answers as an exchange whose shape n has its key at address n, with this code. */
const l1Of = (codeOfShape: Readonly<Record<number, Hex>>) =>
  createRpcL1(async (method, params) => {
    if (method === 'eth_call') {
      return padHex(toHex(BigInt(`0x${(params[0] as { data: Hex }).data.slice(10)}`)), { size: 32 });
    }
    if (method === 'eth_getCode') return codeOfShape[Number(params[0])] ?? '0x';
    throw new Error(method);
  });

it.each([
  ['a development key', { 1: keyCode(DEVELOPMENT_X) }, true],
  ['one among others', { 1: keyCode(5n), 2: keyCode(DEVELOPMENT_X) }, true],
  ['none', { 1: keyCode(5n), 2: keyCode(6n) }, false],
  ['a development key of a shape that is not asked for', { 1: keyCode(5n), 3: keyCode(DEVELOPMENT_X) }, false],
  ['no code at all', {}, false],
])('an exchange with %s', async (_name, codes, insecure) => {
  expect(await acceptsInsecureKeys(l1Of(codes), EXCHANGE, [1, 2])).toBe(insecure);
});
