import { describe, expect, test } from 'vitest';
import { NOTICE_SEC, unchanged } from '../oracle/inForce.ts';
import type { L1Prices } from '../oracle/oracleL1.ts';
import { priceKey, takeReport } from '../oracle/priceBound.ts';
import { packShownPrice } from '../oracle/shownPrices.ts';
import { createReportBound, L1_KNOWN_SEC, type ReportOnRecord } from './reportBound.ts';

const BOUND = { basePpm: 100_000n, ppmPerSec: 1_000n, ceilingPpm: 500_000n };
const at = (timeSec: number, price: bigint, signatures = 2): ReportOnRecord => ({
  timeSec,
  prices: [packShownPrice({ market: 1, expirySec: 0, price, volatilityPpm: 0n })],
  signatures,
});
const l1At = (used: readonly ReportOnRecord[]): L1Prices => {
  const book = used.reduce((past: L1Prices['book'], report) => {
    const verdict = takeReport(past, BOUND, report, false);
    if (!verdict.accepted) throw new Error(JSON.stringify(verdict.refusal));
    return verdict.book;
  }, new Map());
  const lastReportTimeSec = used.at(-1)?.timeSec ?? 0;
  const committee = unchanged({ oracles: [], quorum: 2, leapQuorum: 3 });
  return { blockTimeSec: 100, lastReportTimeSec, bound: unchanged(BOUND), book, committee };
};
/** A node that has sealed batches of these reports, and has another one in force; L1 has accepted what it has. */
const nodeWith = async (
  sealed: readonly ReportOnRecord[],
  inForce: ReportOnRecord | null,
  l1: L1Prices = l1At([at(0, 1_000n)]),
) => {
  const bound = createReportBound({
    inForce: () => inForce,
    sealed: { count: async () => sealed.length, at: async (batchNumber) => sealed[batchNumber] as ReportOnRecord },
  });
  await bound.rebase(l1);
  return bound;
};

describe('a report', () => {
  test('within reach of what L1 has, after the report in force and without it, is taken', async () => {
    const bound = await nodeWith([at(0, 1_000n)], at(5, 1_050n));
    expect(await bound.refusal(at(10, 1_110n))).toBeNull();
  });

  test('two steps that L1 would see as one are refused', async () => {
    const inForce = at(10, 1_100n);
    expect(await (await nodeWith([inForce], inForce)).refusal(at(20, 1_121n))).toBeNull();
    expect(await (await nodeWith([], inForce)).refusal(at(20, 1_121n))).toContain('out of reach of its anchor 1000');
  });

  test('so are two of which L1 would take the second only without the first', async () => {
    // L1's anchor is old: the ceiling lets it go to 1500 at once, but not back to 1100 within ten seconds.
    const l1 = l1At([at(0, 1_000n)]);
    const inForce = at(2_000, 1_500n);
    const next = at(2_010, 1_100n);
    expect(await (await nodeWith([], null, { ...l1, blockTimeSec: 2_000 })).refusal(next)).toBeNull();
    expect(await (await nodeWith([], inForce, { ...l1, blockTimeSec: 2_000 })).refusal(next)).toContain('out of reach');
  });

  test('is measured from the batches that are sealed and not on L1 yet', async () => {
    const sealed = [at(0, 1_000n), at(100, 1_200n), at(200, 1_300n)];
    const bound = await nodeWith(sealed, sealed[2] as ReportOnRecord);
    expect(await bound.refusal(at(210, 1_340n))).toBeNull();
    expect(await bound.refusal(at(210, 1_050n))).toContain('out of reach');
  });

  test('out of reach is taken once enough oracles have signed it, and the next one is measured from it', async () => {
    expect(await (await nodeWith([], null)).refusal(at(10, 400n))).toContain('out of reach');
    expect(await (await nodeWith([], null)).refusal(at(10, 400n, 3))).toBeNull();
    const leapt = await nodeWith([at(0, 1_000n), at(10, 400n, 3)], null);
    expect(await leapt.refusal(at(20, 420n))).toBeNull();
    expect(await leapt.refusal(at(20, 1_000n))).toContain('out of reach');
  });

  test('is measured without the one in force once no batch can use that any more', async () => {
    const l1 = l1At([at(0, 1_000n)]);
    const bound = await nodeWith([], at(10, 1_100n), { ...l1, bound: unchanged({ ...BOUND, basePpm: 10_000n }) });
    expect(await bound.refusal(at(20, 1_010n))).toBeNull();
  });

  test('is refused while L1 will refuse a batch that is sealed', async () => {
    const bound = await nodeWith([at(0, 1_000n), at(10, 2_000n)], null);
    await expect(bound.refusal(at(20, 1_000n))).rejects.toThrow('L1 will refuse batch 1');
  });

  test('must show what L1 wants shown, and is refused when L1 was not read for as long as a listing may be unknown', async () => {
    const l1 = l1At([at(0, 1_000n)]);
    const due = { price: 0n, volatilityPpm: 0n, timeSec: 0, listedAtSec: 1, listed: 1 };
    const book = new Map([...l1.book, [priceKey(1, 9_999), due] as const]);
    const bound = await nodeWith([], null, { ...l1, book, blockTimeSec: 3_600 });
    expect(await bound.refusal(at(NOTICE_SEC, 1_000n))).toBeNull();
    expect(await bound.refusal(at(NOTICE_SEC + 1, 1_000n))).toContain('no price of market 1, expiry 9999');
    // What L1 is told after the block that was read binds from an hour on: never before it is read, or refused here.
    expect(L1_KNOWN_SEC).toBeLessThanOrEqual(NOTICE_SEC);
    const old = await nodeWith([], null, l1);
    expect(await old.refusal(at(L1_KNOWN_SEC + 99, 1_000n))).toBeNull();
    expect(await old.refusal(at(L1_KNOWN_SEC + 100, 1_000n))).toContain('L1 was last read at 100');
  });

  test('goes by the bound of its time: what was taken before a change settles, what comes after is held to the new one', async () => {
    const tight = { basePpm: 10_000n, ppmPerSec: 1n, ceilingPpm: 20_000n };
    const l1 = { ...l1At([at(0, 1_000n)]), bound: { before: BOUND, sinceSec: 50, latest: tight } };
    expect(await (await nodeWith([], null, l1)).refusal(at(49, 1_140n))).toBeNull();
    expect(await (await nodeWith([], null, l1)).refusal(at(50, 1_140n))).toContain('out of reach');
    // A sealed batch of the time before does not stop the exchange.
    const sealed = await nodeWith([at(49, 1_140n)], null, l1);
    expect(await sealed.refusal(at(50, 1_050n))).toBeNull();
  });

  test('leaps with as many signatures as the committee of its time asks for', async () => {
    const of = (leapQuorum: number) => ({ oracles: [], quorum: 2, leapQuorum });
    const l1 = { ...l1At([at(0, 1_000n)]), committee: { before: of(3), sinceSec: 50, latest: of(4) } };
    expect(await (await nodeWith([], null, l1)).refusal(at(49, 400n, 3))).toBeNull();
    expect(await (await nodeWith([], null, l1)).refusal(at(50, 400n, 3))).toContain('out of reach');
    expect(await (await nodeWith([], null, l1)).refusal(at(50, 400n, 4))).toBeNull();
    const sealed = await nodeWith([at(49, 400n, 3)], null, l1);
    expect(await sealed.refusal(at(60, 420n))).toBeNull();
  });
});

test('nothing is known before L1 was read', async () => {
  const bound = createReportBound({ inForce: () => null, sealed: { count: async () => 0, at: async () => at(0, 1n) } });
  await expect(bound.refusal(at(0, 1n))).rejects.toThrow('not known yet');
});
