import { keccak256, pad, toHex } from 'viem';
import { describe, expect, test } from 'vitest';
import { FIELD_PRIME } from '../crypto/hasher.ts';
import { type BatchRows, L1_OP_KIND } from '../protocol/rows.ts';
import { dataPoint, dataValue, decodeRows, encodeRows } from './words.ts';

const ROWS: BatchRows = {
  batchNumber: 7,
  l1Ops: [
    { kind: L1_OP_KIND.OPEN, account: 0x100001, amount: 5n, owner: 0xabcn, keyX: FIELD_PRIME - 1n, keyY: 2n, paid: 0n },
    { kind: L1_OP_KIND.FORCED_WITHDRAWAL, account: 0x100002, amount: 9n, owner: 1n, keyX: 0n, keyY: 0n, paid: 4n },
  ],
  withdrawals: [{ account: 0x100001, nonce: 2 ** 32 - 1, amount: 2n ** 64n - 1n }],
  trades: [
    {
      account: 0x100001,
      nonce: 3,
      lots: 10,
      net: -(2n ** 63n),
      fee: 2n ** 56n - 1n,
      liquidation: false,
      legs: [
        { instrument: 0x10001, ratio: -128 },
        { instrument: 0x10002, ratio: 127 },
      ],
    },
    {
      account: 0x100002,
      nonce: 0,
      lots: 1,
      net: 1n,
      fee: 0n,
      liquidation: true,
      legs: [{ instrument: 0x10001, ratio: 1 }],
    },
  ],
  settlements: [{ account: 0x100001, instrument: 0x10003, lots: -(2 ** 31), payoff: 2n ** 40n - 1n }],
};
const words = encodeRows(ROWS);
/** Places of words in ROWS. */
const AT = { header: 0, open: 1, forced: 5, withdrawal: 9, trade: 10, legs: 11, liquidation: 12, settlement: 14 };

const codeOf = (index: number, word: bigint): string => {
  try {
    decodeRows(words.with(index, word));
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  return 'accepted';
};
const at = (index: number): bigint => words[index] ?? 0n;

test('packs little-endian in bits, as the protocol says', () => {
  expect(words).toHaveLength(15);
  expect(at(AT.header)).toBe(7n | (2n << 64n) | (1n << 80n) | (2n << 96n) | (1n << 112n));
  expect(at(AT.forced)).toBe(4n | (0x100002n << 4n) | (9n << 28n) | (4n << 92n));
  expect(at(AT.liquidation)).toBe(0x100002n | (1n << 56n) | ((1n + 2n ** 63n) << 88n) | (1n << 208n));
  const unused = (128n << 76n) | (128n << 104n);
  expect(at(AT.legs)).toBe(0x10001n | (0x10002n << 28n) | (255n << 48n) | unused);
  expect(at(AT.settlement)).toBe(0x100001n | (0x10003n << 24n) | ((2n ** 40n - 1n) << 76n));
});

test('decoding is the inverse', () => {
  expect(decodeRows(words)).toEqual(ROWS);
});

describe('strictness', () => {
  test.each<[string, number, bigint, string]>([
    ['a bit above the last field', AT.withdrawal, at(AT.withdrawal) | (1n << 120n), 'CODEC_UNKNOWN_BITS'],
    ['a bit above the header', AT.header, at(AT.header) | (1n << 128n), 'CODEC_UNKNOWN_BITS'],
    ['a word of 2^248', AT.withdrawal, 1n << 248n, 'CODEC_WORD_RANGE'],
    ['a word that is the same plus p', AT.trade, at(AT.trade) + FIELD_PRIME, 'CODEC_WORD_RANGE'],
    ['a key of p', AT.open + 2, FIELD_PRIME, 'CODEC_WORD_RANGE'],
    ['more rows than words', AT.header, at(AT.header) + (1n << 96n), 'CODEC_WORD_COUNT'],
    ['fewer rows than words', AT.header, at(AT.header) - (1n << 112n), 'CODEC_WORD_COUNT'],
    ['an unknown op', AT.open, at(AT.open) + 4n, 'CODEC_ROW'],
    ['op 0', AT.open, at(AT.open) - 1n, 'CODEC_ROW'],
    ['payment of an OPEN', AT.open, at(AT.open) | (1n << 92n), 'CODEC_ROW'],
    ['payment above the amount', AT.forced, at(AT.forced) + (6n << 92n), 'CODEC_ROW'],
    ['a key of a forced withdrawal', AT.forced + 2, 1n, 'CODEC_ROW'],
    ['account 0', AT.withdrawal, 5n << 24n, 'CODEC_ROW'],
    ['no lots', AT.liquidation, at(AT.liquidation) - (1n << 56n), 'CODEC_ROW'],
    ['a liquidation with a nonce', AT.liquidation, at(AT.liquidation) | (1n << 24n), 'CODEC_ROW'],
    ['a settlement of nothing', AT.settlement, at(AT.settlement) + (1n << 75n), 'CODEC_ROW'],
    ['a leg twice', AT.legs, at(AT.legs) - (1n << 28n), 'CODEC_LEGS'],
    ['a leg of ratio 0', AT.legs, at(AT.legs) - (127n << 48n), 'CODEC_LEGS'],
    ['an unused leg with a ratio', AT.legs, at(AT.legs) + (1n << 76n), 'CODEC_LEGS'],
    ['no leg at all', AT.legs, [0n, 1n, 2n, 3n].reduce((sum, i) => sum | (128n << (28n * i + 20n)), 0n), 'CODEC_LEGS'],
  ])('%s is refused', (_, index, word, code) => {
    expect(codeOf(index, word)).toBe(code);
  });

  test('an empty list has no header', () => {
    expect(() => decodeRows([])).toThrow('fewer words');
  });
});

test('the data point is what the contract hashes, the value Horner with the first word leading', () => {
  const packed = `0x${[5n, 6n, 7n].map((word) => pad(toHex(word), { size: 32 }).slice(2)).join('')}` as const;
  const point = dataPoint(5n, [6n, 7n]);
  expect(point).toBe(BigInt(keccak256(packed)) % FIELD_PRIME);
  expect(dataValue(10n, [1n, 2n, 3n])).toBe(123n);
});
