import { keccak256 } from 'viem';
import { expect, test } from 'vitest';
import { deriveKey } from './deriveKey.ts';

test('a seed is the keccak256 of the wallet signature, all 65 bytes of it', () => {
  const signature = Uint8Array.from({ length: 65 }, (_, i) => i);
  expect(deriveKey(signature)).toEqual(Uint8Array.from(Buffer.from(keccak256(signature).slice(2), 'hex')));
  expect(() => deriveKey(signature.subarray(0, 64))).toThrow('65 bytes');
});
