import fc from 'fast-check';
import { keccak256 } from 'viem';
import { describe, expect, test } from 'vitest';
import { FIELD_PRIME } from '../crypto/hasher.ts';
import { keccakManyInJavaScript } from '../crypto/keccakMany.ts';
import type { Entry } from '../protocol/entry.ts';
import { ENTRY_KIND, ENTRY_LIMITS } from '../protocol/entry.ts';
import type { Signature, SignedIntent } from '../protocol/rows.ts';
import { decodeEntry, encodeEntry, entryHash, entryHashes } from './entry.ts';

const SEED = 20260612;
const signature: Signature = { rX: 1n, rY: FIELD_PRIME - 1n, s: 3n };
const quote: SignedIntent = {
  intent: {
    account: 0x100001,
    nonce: 2 ** 32 - 1,
    expirySec: 2 ** 40 - 1,
    maxLots: 2 ** 32 - 1,
    maxFeePerLot: 2 ** 24 - 1,
    limit: -(2n ** 47n),
    flags: 0xffff,
    legs: [
      { instrument: 0x10001, ratio: 1 },
      { instrument: 0x10002, ratio: -2 },
      { instrument: 0x10003, ratio: 127 },
      { instrument: 0x10004, ratio: -128 },
    ],
  },
  signature,
};
const cancel = { account: 1, nonce: 2, expirySec: 3, signature } as const;
const ENTRIES: readonly Entry[] = [
  { type: 'tick', timeSec: 2 ** 40 - 1 },
  {
    type: 'l1Op',
    index: 2 ** 40,
    op: { kind: 4, account: 0xf00001, amount: 2n ** 64n - 1n, owner: 2n ** 160n - 1n, keyX: 5n, keyY: 6n },
  },
  {
    type: 'list',
    instruments: [
      { instrument: 0x10001, kind: 'call', expirySec: 9, strike: 2n ** 40n - 1n },
      { instrument: 0x10002, kind: 'future', expirySec: 9, strike: 0n },
    ],
  },
  { type: 'delist', instruments: [0x10001, 0xfffff] },
  {
    type: 'report',
    timeSec: 5,
    inputs: Uint8Array.from([1, 2, 3]),
    spots: [2n ** 44n - 1n],
    signatures: [new Uint8Array(65).fill(8)],
  },
  { type: 'intent', signed: quote },
  { type: 'massQuote', quotes: [quote, quote] },
  { type: 'cancel', ...cancel },
  { type: 'cancelAll', ...cancel },
  { type: 'withdraw', signed: { intent: { account: 1, nonce: 2, expirySec: 3, amount: 4n }, signature } },
  { type: 'seal' },
  {
    type: 'genesis',
    genesis: {
      protocolVersion: 2 ** 16 - 1,
      chainId: 2n ** 64n - 1n,
      exchange: 2n ** 160n - 1n,
      deployment: 'a-name-of-up-to-32-letters-0001x',
      deploymentHash: 2n ** 256n - 1n,
      makerFeePpm: 2 ** 32 - 1,
      takerFeePpm: 0,
      reportMaxAgeSec: 2 ** 40 - 1,
    },
  },
  { type: 'epoch', epoch: 2 ** 32 - 1, nodeKey: 2n ** 160n - 1n },
];

test('there is one of each kind here, and each has a number of its own', () => {
  expect(ENTRIES.map(({ type }) => type).sort()).toEqual(Object.keys(ENTRY_KIND).sort());
  expect(new Set(Object.values(ENTRY_KIND)).size).toBe(ENTRIES.length);
});

const refused = (code: string) => expect.objectContaining({ name: 'CodecError', code });

describe.each(ENTRIES.map((entry) => [entry.type, entry] as const))('%s', (_, entry) => {
  const bytes = encodeEntry(entry);

  test('is decoded to itself', () => {
    expect(decodeEntry(bytes)).toEqual(entry);
  });

  test('is refused with a byte more, and at every length less', () => {
    expect(() => decodeEntry(Uint8Array.from([...bytes, 0]))).toThrow(refused('CODEC_ENTRY_LENGTH'));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeEntry(bytes.subarray(0, length))).toThrow();
    }
  });

  test(`is canonical: whatever one changed byte decodes to has just those bytes (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = bytes.with(at, (bytes[at] ?? 0) ^ change);
        let decoded: Entry;
        try {
          decoded = decodeEntry(changed);
        } catch (error) {
          expect(error).toHaveProperty('name', 'CodecError');
          return;
        }
        expect(decoded).not.toEqual(entry);
        expect(encodeEntry(decoded)).toEqual(changed);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});

test('exact bytes of a tick, and the hash over them', () => {
  const bytes = encodeEntry({ type: 'tick', timeSec: 0x0102030405 });
  expect([...bytes]).toEqual([1, 1, 2, 3, 4, 5]);
  expect(entryHash(bytes)).toBe(BigInt(keccak256(bytes)) >> 8n);
});

test('an unknown type and too many quotes are refused', () => {
  expect(() => decodeEntry(Uint8Array.of(14))).toThrow(refused('CODEC_ENTRY_TYPE'));
  const quotes = Array<SignedIntent>(ENTRY_LIMITS.quotes + 1).fill(quote);
  expect(() => encodeEntry({ type: 'massQuote', quotes })).toThrow(refused('CODEC_ENTRY_LENGTH'));
});

test('a hasher that leaves out a hash is a defect, not an entry of hash 0', () => {
  const short = {
    keccakMany: (data: Uint8Array, lengths: Uint32Array) => keccakManyInJavaScript(data, lengths.slice(1)),
  };
  const entries = [1, 2].map((timeSec) => encodeEntry({ type: 'tick', timeSec }));
  expect(entryHashes({}, entries)).toEqual(entries.map(entryHash));
  expect(() => entryHashes(short, entries)).toThrow('each entry has a hash');
});
