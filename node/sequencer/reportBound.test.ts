import { expect, test } from 'vitest';
import { findLeap } from './reportBound.ts';

const BOUND = { basePpm: 100_000n, ppmPerSec: 1_000n };
const eth = (price: bigint): bigint => (1n << 40n) + price;
const at = (timeSec: number, price: bigint) => ({ timeSec, spots: [eth(price)] });

test('a step within the bound of every predecessor is none', () => {
  expect(findLeap(BOUND, at(10, 1_110n), [at(0, 1_000n), at(5, 1_050n)])).toBeNull();
});

test('two steps that L1 would see as one are a leap', () => {
  const used = at(0, 1_000n);
  const unused = at(10, 1_100n);
  const next = at(20, 1_210n);
  expect(findLeap(BOUND, next, [unused])).toBeNull();
  expect(findLeap(BOUND, next, [unused, used])).toEqual({
    market: 1,
    price: 1_210n,
    pastPrice: 1_000n,
    pastTimeSec: 0,
  });
});

test('time widens the bound, to the unit', () => {
  expect(findLeap(BOUND, at(20, 1_120n), [at(0, 1_000n)])).toBeNull();
  expect(findLeap(BOUND, at(20, 1_121n), [at(0, 1_000n)])).not.toBeNull();
});

test('a market without a past price may have any', () => {
  expect(findLeap(BOUND, { timeSec: 1, spots: [(2n << 40n) + 5n] }, [at(0, 1_000n)])).toBeNull();
});
