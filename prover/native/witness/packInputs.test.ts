import { describe, expect, it } from 'vitest';
import { FIELD } from './fieldOperations.ts';
import { packInputs, signalHash } from './packInputs.ts';

describe('signalHash', () => {
  it('is FNV-1a of 64 bits', () => {
    // From the test vectors of draft-eastlake-fnv.
    expect(signalHash('')).toBe(0xcbf29ce484222325n);
    expect(signalHash('a')).toBe(0xaf63dc4c8601ec8cn);
    expect(signalHash('foobar')).toBe(0x85944171f73967e8n);
  });
});

describe('packInputs', () => {
  it('writes hash, count and values, arrays row by row, modulo the field', () => {
    const packed = Buffer.from(
      packInputs({
        a: [
          [1n, '2'],
          [-1n, FIELD + 3n],
        ],
      }),
    );
    expect(packed.length).toBe(16 + 4 * 32);
    expect(packed.readBigUInt64LE(0)).toBe(0xaf63dc4c8601ec8cn);
    expect(packed.readBigUInt64LE(8)).toBe(4n);
    const value = (i: number): bigint =>
      [0, 1, 2, 3].reduce((sum, k) => sum + (packed.readBigUInt64LE(16 + 32 * i + 8 * k) << BigInt(64 * k)), 0n);
    expect([0, 1, 2, 3].map(value)).toEqual([1n, 2n, FIELD - 1n, 3n]);
  });

  it('takes integers only', () => {
    expect(() => packInputs({ a: 'one' })).toThrow(SyntaxError);
    expect(() => packInputs({ a: 0.5 })).toThrow(RangeError);
  });
});
