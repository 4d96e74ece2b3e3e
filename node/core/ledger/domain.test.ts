import { encodeAbiParameters, keccak256 } from 'viem';
import { expect, test } from 'vitest';
import { stateDomain } from './domain.ts';

test("equals keccak256 of Solidity's abi.encode, shifted by 8", () => {
  const exchange = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
  const encoded = encodeAbiParameters(
    [{ type: 'string' }, { type: 'uint256' }, { type: 'address' }],
    ['straddle.domain.v1', 31337n, exchange],
  );
  expect(stateDomain(31337n, BigInt(exchange))).toBe(BigInt(keccak256(encoded)) >> 8n);
});
