import { beforeAll, expect, test } from 'vitest';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import type { Hasher } from '../crypto/hasher.ts';
import { packFlags, parseFlags } from '../protocol/flags.ts';
import type { Intent } from '../protocol/rows.ts';
import {
  cancelAllMessage,
  cancelMessage,
  intentHead,
  intentMessage,
  packLegs,
  unpackIntent,
  withdrawMessage,
} from './message.ts';

const INTENT: Intent = {
  account: 0x100001,
  nonce: 5,
  expirySec: 1_800_000_000,
  maxLots: 300,
  maxFeePerLot: 40,
  limit: -125_000n,
  flags: 0b10_1001,
  legs: [{ instrument: 0x10001, ratio: -1 }],
};

let hasher: Hasher;
beforeAll(async () => {
  hasher = await createCircomHasher();
});

test('a TRADE message is Poseidon3 of domain, head and body, bit by bit as the protocol says', () => {
  const head =
    0x100001n |
    (1n << 24n) |
    (5n << 28n) |
    (1_800_000_000n << 60n) |
    (300n << 100n) |
    (40n << 132n) |
    ((2n ** 47n - 125_000n) << 156n) |
    (0b10_1001n << 204n);
  const body = 0x10001n | (127n << 20n) | (128n << 48n) | (128n << 76n) | (128n << 104n);
  expect(intentHead(INTENT)).toBe(head);
  expect(packLegs(INTENT.legs)).toBe(body);
  expect(intentMessage(hasher, 9n, INTENT)).toBe(hasher.poseidon([9n, head, body]));
  expect(unpackIntent(head, body)).toEqual(INTENT);
});

test('the other kinds: limit stored as 2^47, the rest 0', () => {
  const plain = { account: 0x100001, nonce: 5, expirySec: 7 };
  const head = (kind: bigint): bigint => 0x100001n | (kind << 24n) | (5n << 28n) | (7n << 60n) | (1n << 203n);
  expect(withdrawMessage(hasher, 9n, { ...plain, amount: 11n })).toBe(hasher.poseidon([9n, head(2n), 11n]));
  expect(cancelMessage(hasher, 9n, plain)).toBe(hasher.poseidon([9n, head(4n), 0n]));
  expect(cancelAllMessage(hasher, 9n, plain)).toBe(hasher.poseidon([9n, head(5n), 0n]));
});

test('what does not fit is refused', () => {
  expect(() => intentMessage(hasher, 9n, { ...INTENT, limit: 2n ** 47n })).toThrow('limit does not fit');
  expect(() => intentMessage(hasher, 9n, { ...INTENT, nonce: -1 })).toThrow('nonce does not fit');
  expect(() => intentMessage(hasher, 9n, { ...INTENT, legs: [] })).toThrow('one to four');
});

test('all 36 sets of flags survive, every other number of 16 bits is unknown', () => {
  let known = 0;
  for (let bits = 0; bits < 65_536; bits++) {
    const flags = parseFlags(bits);
    if (flags === undefined) continue;
    expect(packFlags(flags)).toBe(bits);
    known++;
  }
  expect(known).toBe(36);
});
