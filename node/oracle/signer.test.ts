import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it } from 'vitest';
import { sviSurfaceProblems } from '../core/pricing/svi.ts';
import type { ExchangeDomain } from '../l1/exchangeDomain.ts';
import { askSignerOverHttp } from './askSigner.ts';
import { createCollector } from './collector.ts';
import { NOTICE_SEC, unchanged } from './inForce.ts';
import type { L1Prices, OracleL1 } from './oracleL1.ts';
import { type OracleServer, startOracleServer } from './oracleServer.ts';
import { type PriceAnchor, type PriceBook, priceKey } from './priceBound.ts';
import { packShownPrice } from './shownPrices.ts';
import { createSigner, type Signer } from './signer.ts';
import { demonstrationSvi } from './volatilityCurve.ts';

const domain: ExchangeDomain = {
  name: 'Straddle',
  version: '1',
  chainId: 31_337,
  verifyingContract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
};
const CALL = { instrument: 5, kind: 'call', expirySec: 9_000, strike: 30_000_000n } as const;
const pricesOf = (book: PriceBook): L1Prices => ({
  blockTimeSec: 1_000,
  lastReportTimeSec: 0,
  bound: unchanged({ basePpm: 100_000n, ppmPerSec: 1_000n, ceilingPpm: 500_000n }),
  book,
  committee: unchanged({ oracles: [], quorum: 2, leapQuorum: 3 }),
});
const l1: OracleL1 = {
  instrument: async (id) => (id === 5 ? CALL : null),
  prices: async () => pricesOf(new Map()),
};
const spotOf = (price: bigint): bigint => packShownPrice({ market: 0, expirySec: 0, price, volatilityPpm: 0n });
/** An L1 with these anchors of market 0, by expiry. */
const l1With = (anchors: Readonly<Record<number, Partial<PriceAnchor>>>): OracleL1 => {
  const none = { price: 0n, volatilityPpm: 0n, timeSec: 0, listedAtSec: 0, listed: 0 };
  const entries = Object.entries(anchors).map(([expirySec, one]) => {
    const entry: [number, PriceAnchor] = [priceKey(0, Number(expirySec)), { ...none, ...one }];
    return entry;
  });
  return { ...l1, prices: async () => pricesOf(new Map(entries)) };
};
const keys = [1, 2, 3].map(() => privateKeyToAccount(generatePrivateKey()));

/** A signer whose price is 1000 up to time 1000 and `later` from then on. */
function signerAt(
  options: { now?: number; nowSec?: () => number; later?: bigint; index?: number; l1?: OracleL1 } = {},
): Signer {
  return createSigner({
    account: keys[options.index ?? 0] as (typeof keys)[number],
    domain,
    market: 0,
    l1: options.l1 ?? l1,
    makeReport: (timeSec) => ({
      timeSec,
      riskTableHash: 77n,
      inputs: '0x1234',
      prices: [spotOf(timeSec <= 1_000 ? 1_000n : (options.later ?? 1_000n))],
    }),
    cadenceSec: 10,
    leapHoldSec: 30,
    maxLagSec: 60,
    nowSec: options.nowSec ?? (() => options.now ?? 1_015),
  });
}

describe('createSigner', () => {
  it.each([1_001, 1_020, 950])('refuses %d at second 1015: no slot, to come, too old', async (timeSec) => {
    await expect(signerAt().sign({ timeSec, instruments: [5] })).rejects.toMatchObject({ code: 'ORACLE_TIME_REFUSED' });
  });

  it('refuses an instrument that L1 does not list', async () => {
    const refused = signerAt().sign({ timeSec: 1_000, instruments: [5, 6] });
    await expect(refused).rejects.toMatchObject({ code: 'ORACLE_INSTRUMENT_UNLISTED', data: { instrument: 6 } });
  });

  it('signs a slot for one set of instruments only, and no slot before it', async () => {
    const both = { ...l1, instrument: async (id: number) => ({ ...CALL, instrument: id }) };
    const signer = signerAt({ l1: both });
    const first = await signer.sign({ timeSec: 1_000, instruments: [5] });
    expect((await signer.sign({ timeSec: 1_000, instruments: [5] })).signature).toBe(first.signature);
    const taken = { code: 'ORACLE_SLOT_TAKEN' };
    await expect(signer.sign({ timeSec: 1_000, instruments: [5, 6] })).rejects.toMatchObject(taken);
    await expect(signer.sign({ timeSec: 990, instruments: [5] })).rejects.toMatchObject(taken);
  });

  it.each([
    [1_110n, true],
    [1_111n, false],
    [901n, true],
    [899n, false],
  ])('after 1000, ten seconds later, at 10%% and 0.1%% a second: %s is signed: %s', async (later, isSigned) => {
    const signer = signerAt({ later });
    await signer.sign({ timeSec: 1_000, instruments: [5] });
    const next = signer.sign({ timeSec: 1_010, instruments: [5] });
    if (isSigned) expect((await next).report.prices).toEqual([spotOf(later)]);
    else await expect(next).rejects.toMatchObject({ code: 'ORACLE_PRICE_DEVIATES' });
  });

  it("holds to L1's anchor too", async () => {
    const signer = signerAt({ l1: l1With({ 0: { price: 800n, timeSec: 1_000 } }) });
    const refused = signer.sign({ timeSec: 1_000, instruments: [5] });
    await expect(refused).rejects.toMatchObject({
      code: 'ORACLE_PRICE_DEVIATES',
      data: { anchor: 800n, value: 1_000n },
    });
  });

  it('signs a leap that has lasted', async () => {
    let now = 1_015;
    const signer = signerAt({ later: 500n, nowSec: () => now });
    await signer.sign({ timeSec: 1_000, instruments: [5] });
    for (const timeSec of [1_010, 1_020, 1_030]) {
      now = timeSec;
      const refused = signer.sign({ timeSec, instruments: [5] });
      await expect(refused).rejects.toMatchObject({ code: 'ORACLE_PRICE_DEVIATES' });
    }
    now = 1_040;
    expect((await signer.sign({ timeSec: 1_040, instruments: [5] })).report.prices).toEqual([spotOf(500n)]);
    now = 1_050;
    await signer.sign({ timeSec: 1_050, instruments: [5] });
  });

  it('signs no report without an expiry that L1 wants shown, however long that lasts', async () => {
    let now = 10_000;
    const listed = { listedAtSec: 1_000, listed: 1 };
    const signer = signerAt({ l1: l1With({ 0: {}, 99999: listed }), nowSec: () => now });
    for (now of [10_000, 10_100]) {
      const refused = signer.sign({ timeSec: now, instruments: [5] });
      await expect(refused).rejects.toMatchObject({ code: 'ORACLE_PRICES_INCOMPLETE', data: { expirySec: 99_999 } });
    }
    const young = l1With({ 0: {}, 99999: { listed: 1, listedAtSec: 10_101 - NOTICE_SEC } });
    await signerAt({ l1: young, now }).sign({ timeSec: 10_100, instruments: [5] });
  });
});

describe('createCollector', () => {
  const servers: OracleServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function collectorOf(signers: readonly Signer[], committee = keys.map(({ address }) => address)) {
    for (const signer of signers) servers.push(await startOracleServer(signer, 0));
    const urls = servers.map(({ port }) => `http://127.0.0.1:${port}`);
    return createCollector({ urls, committee, quorum: 2, domain, ask: askSignerOverHttp(5_000) });
  }

  it('takes the report that two of three signed alike, by increasing address', async () => {
    const signers = [signerAt({ index: 0 }), signerAt({ index: 1, later: 1_050n }), signerAt({ index: 2 })];
    const collector = await collectorOf(signers);
    const { report, signatures } = await collector.collect({ timeSec: 1_010, instruments: [5] });
    expect(report).toEqual({ timeSec: 1_010, riskTableHash: 77n, inputs: '0x1234', prices: [spotOf(1_000n)] });
    const honest = [signers[0], signers[2]].flatMap((signer) => (signer === undefined ? [] : [signer]));
    honest.sort((one, other) => (BigInt(one.address) < BigInt(other.address) ? -1 : 1));
    const expected = honest.map((signer) => signer.sign({ timeSec: 1_010, instruments: [5] }));
    expect(signatures).toEqual((await Promise.all(expected)).map(({ signature }) => signature));
  });

  it.each([
    ['one signer asked twice', [0, 0], [0, 1, 2]],
    ['a signer outside the committee', [0, 2], [0, 1]],
    ['one signer only', [1], [0, 1, 2]],
  ])('has no quorum with %s', async (_, asked, members) => {
    const addressOf = (index: number) => (keys[index] as (typeof keys)[number]).address;
    const collector = await collectorOf(
      asked.map((index) => signerAt({ index })),
      members.map(addressOf),
    );
    const refused = collector.collect({ timeSec: 1_010, instruments: [5] });
    await expect(refused).rejects.toMatchObject({ code: 'ORACLE_NO_QUORUM' });
  });

  it('answers what is no request with an error, not with silence', async () => {
    await collectorOf([signerAt()]);
    const ask = async (body: string) => {
      const response = await fetch(`http://127.0.0.1:${servers[0]?.port}`, { method: 'POST', body });
      return ((await response.json()) as { error: { code: number } }).error.code;
    };
    expect(await ask('{')).toBe(-32_700);
    const call = (method: string, params: object) => ask(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    expect(await call('eval', {})).toBe(-32_601);
    expect(await call('oracle_getReport', { timeSec: -1, instruments: [5] })).toBe(-32_602);
    expect(await call('oracle_getReport', { timeSec: 10, instruments: [5, 5] })).toBe(-32_602);
    expect(await call('oracle_getReport', { timeSec: 10 ** 9, instruments: [5] })).toBe(-32_007);
    expect(await ask(`{"a":"${'x'.repeat(20_000)}"}`)).toBe(-32_005);
  });
});

describe('demonstrationSvi', () => {
  it('is free of arbitrage by the pricing rules, from a second to two years', () => {
    const terms = [1n, 2n, 10n, 150n, 3_600n, 86_400n, 2_592_000n, 63_072_000n];
    const expiries = terms.map((term) => ({ expirySec: term, svi: demonstrationSvi(term) }));
    expect(sviSurfaceProblems(0n, expiries)).toEqual([]);
  });
});
