import { describe, expect, it } from 'vitest';
import { parsePrices } from './pricesFile.ts';
import { createSeededPath } from './seededPath.ts';
import { settlementPrice } from './settlementPrice.ts';
import { splitMix } from './splitMix.ts';

describe('splitMix', () => {
  it("gives the reference generator's first outputs for seed 1234567", () => {
    const outputs = [0n, 1n, 2n, 3n, 4n].map((index) => splitMix(1234567n, index));
    expect(outputs).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });
});

describe('createSeededPath', () => {
  const options = { seed: 7n, startSec: 1_000, startPrice: 30_000_000n };

  it('does not depend on the order of the questions', () => {
    const forward = createSeededPath(options);
    const ahead = createSeededPath(options);
    const late = ahead.priceAt(1_900);
    for (let second = 1_000; second <= 1_900; second += 1) forward.priceAt(second);
    expect(forward.priceAt(1_900)).toBe(late);
    expect(forward.priceAt(1_123)).toBe(ahead.priceAt(1_123));
  });

  it.each([1n, 2n, 3n, 42n, 2n ** 63n])(
    'has a first jump of 6%% to 9%% between seconds 75 and 90 (seed %s)',
    (seed) => {
      const path = createSeededPath({ ...options, seed });
      const moves = Array.from({ length: 110 }, (_, second) => {
        const before = path.priceAt(1_000 + second);
        const move = path.priceAt(1_001 + second) - before;
        return ((move < 0n ? -move : move) * 1_000_000n) / before;
      });
      const jumps = moves.flatMap((move, second) => (move > 5_000n ? [[second + 1, Number(move)] as const] : []));
      expect(jumps).toHaveLength(1);
      const [second, size] = jumps[0] ?? [0, 0];
      expect(second).toBeGreaterThanOrEqual(75);
      expect(second).toBeLessThan(90);
      expect(size).toBeGreaterThan(60_000);
      expect(size).toBeLessThan(90_000);
    },
  );

  it('stays between half and twice its start for a day', () => {
    const path = createSeededPath(options);
    for (let second = 0; second < 86_400; second += 60) {
      expect(path.priceAt(1_000 + second)).toBeGreaterThan(15_000_000n);
      expect(path.priceAt(1_000 + second)).toBeLessThan(60_000_000n);
    }
  });
});

describe('parsePrices', () => {
  const parse = (text: string) => parsePrices(text, 'prices.csv', 5_000);

  it('takes the first row as the start and lets a price stand until the next', () => {
    const source = parse('time,price\n100,3000\n110,3010.5\n130,2999.0001\n');
    expect([4_990, 5_000, 5_009, 5_010, 5_029, 5_030, 9_999].map(source.priceAt)).toEqual([
      30_000_000n,
      30_000_000n,
      30_000_000n,
      30_105_000n,
      30_105_000n,
      29_990_001n,
      29_990_001n,
    ]);
  });

  it.each([
    ['', 'line 1: the header is "", not "time,price"'],
    ['price,time\n1,2\n', 'line 1: the header is "price,time"'],
    ['time,price\n', 'line 2: there is no price'],
    ['time,price\n1\n', 'line 2: 1 fields'],
    ['time,price\n1,2,3\n', 'line 2: 3 fields'],
    ['time,price\n1,2\n\n3,4\n', 'line 3: 1 fields'],
    ['time,price\n1.5,2\n', 'line 2: the time "1.5"'],
    ['time,price\n2,2\n2,3\n', 'line 3: the time 2 is not after 2'],
    ['time,price\n1,1e3\n', 'line 2: the price "1e3"'],
    ['time,price\n1,-3\n', 'line 2: the price "-3"'],
    ['time,price\n1,3.00001\n', 'line 2: the price "3.00001"'],
    ['time,price\n1,0\n', 'line 2: the price 0 is not between'],
    ['time,price\n1,109951162.7776\n', 'line 2: the price 109951162.7776 is not between'],
    ['time,price\n1,"3\n', 'line 2: Quote Not Closed'],
  ])('refuses %j', (text, what) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'PRICES_FILE_INVALID' }));
    expect(() => parse(text)).toThrow(what);
  });
});

describe('settlementPrice', () => {
  it("averages the window's seconds, the expiry's own last, and floors", () => {
    const source = { description: 'squares', priceAt: (second: number) => BigInt(second * second) };
    // (64 + 81 + 100) / 3 = 81.67
    expect(settlementPrice(source, 10, 3)).toBe(81n);
  });
});
