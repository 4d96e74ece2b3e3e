import { type Address, bytesToHex, type Hex, hexToBytes } from 'viem';
import { beforeAll, expect, test } from 'vitest';
import { createAlarms } from '../alarms.ts';
import { ManualClock } from '../clock.fixture.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import { DEVELOPMENT_RISK_PRESET } from '../core/protocol/riskPreset.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { createCircomHasher } from '../crypto/circomHasher.ts';
import type { OracleReport } from '../l1/reportTypedData.ts';
import { unchanged } from '../oracle/inForce.ts';
import type { L1Prices } from '../oracle/oracleL1.ts';
import { createReportContent } from '../oracle/reportContent.ts';
import { rebuildTable } from '../replica/rebuildTable.ts';
import { createOracleFeed, type OracleFeedConfig } from './oracleFeed.ts';
import type { Applied } from './sequencer.ts';

const CALL = { instrument: 0x10001, kind: 'call', expirySec: 9_000, strike: 29_000_000n } as const;
const DOMAIN = { name: 'Straddle', version: '1', chainId: 1, verifyingContract: `0x${'1'.repeat(40)}` } as const;
const PRICES: L1Prices = {
  blockTimeSec: 1_000,
  lastReportTimeSec: 0,
  bound: unchanged({ basePpm: 100_000n, ppmPerSec: 1_000n, ceilingPpm: 500_000n }),
  book: new Map(),
  committee: unchanged({ oracles: [], quorum: 2, leapQuorum: 3 }),
};
const SIGNATURES: readonly Hex[] = [1, 2, 3].map((at) => bytesToHex(new Uint8Array(65).fill(at)));
const START_SEC = 1_003;

let hasher: Hasher;
let makeReport: ReturnType<typeof createReportContent>;
beforeAll(async () => {
  hasher = await createCircomHasher();
  makeReport = createReportContent({
    market: 1,
    source: { description: 'still', priceAt: () => 30_000_000n },
    deployment: DEVELOPMENT_PRESET,
    settlementWindowSec: 10,
    hashTable: (table) => riskTableHash(hasher, table),
  });
});

/** A feed whose signers answer with a true report, changed by `spoil`; `needed` signatures satisfy L1. */
const start = (
  changes: {
    spoil?: (report: OracleReport) => OracleReport;
    needed?: number;
    isRefused?: boolean;
    committee?: L1Prices['committee'];
  } = {},
) => {
  const clock = new ManualClock(START_SEC * 1000);
  const logged: Extract<Entry, { type: 'report' }>[] = [];
  const asked: (readonly [timeSec: number, committee: readonly Address[], quorum: number])[] = [];
  const l1 = { reads: 0, isDown: false };
  const rejection = { code: 801, name: 'REPORT_STALE', message: 'older than the one in force' };
  const alarms = createAlarms(() => undefined);
  const config: OracleFeedConfig = {
    openCollector: ({ committee, quorum }) => ({
      collect: async ({ timeSec, instruments }) => {
        asked.push([timeSec, committee, quorum]);
        expect(instruments).toEqual([CALL.instrument]);
        const report = { ...makeReport(timeSec, [CALL]), timeSec };
        return { report: changes.spoil?.(report) ?? report, signatures: SIGNATURES };
      },
    }),
    cadenceSec: 5,
    readL1: async () => {
      l1.reads += 1;
      if (l1.isDown) throw new Error('L1 is down');
      return { domain: DOMAIN, prices: { ...PRICES, committee: changes.committee ?? PRICES.committee } };
    },
    hasher,
    view: { instruments: () => [CALL], reportTimeSec: () => logged.at(-1)?.timeSec ?? null },
    sequencer: {
      submitOwn: async (entries) =>
        entries.map((entry) => {
          if (entry.type === 'report' && !changes.isRefused) logged.push(entry);
          return { entry, result: { rejections: [changes.isRefused ? rejection : null] } } as never as Applied;
        }),
    },
    alarms,
    rebuildTable: rebuildTable(DEVELOPMENT_RISK_PRESET),
    bound: {
      rebase: async () => undefined,
      refusal: async ({ signatures }) => (signatures >= (changes.needed ?? 2) ? null : 'the price leaps'),
    },
    clock,
  };
  return { clock, logged, asked, l1, alarms, config, feed: createOracleFeed(config) };
};

test('brings one report a slot, with no more signatures than L1 needs', async () => {
  const { clock, feed, logged, alarms } = start();
  await feed.step();
  await feed.step();
  await clock.advance(4_000);
  await feed.step();
  expect(logged.map(({ timeSec, signatures }) => [timeSec, signatures.length])).toEqual([
    [1_000, 2],
    [1_005, 2],
  ]);
  expect(logged[0]?.spots).toEqual([(1n << 40n) | 30_000_000n]);
  expect(alarms.list()).toEqual([]);
});

test('a leap carries all signatures when these are enough for L1, and is left out when they are not', async () => {
  const enough = start({ needed: 3 });
  await enough.feed.step();
  expect(enough.logged[0]?.signatures.length).toBe(3);
  const short = start({ needed: 4 });
  await short.feed.step();
  expect(short.logged).toEqual([]);
  expect(short.alarms.list()).toMatchObject([{ code: 'ORACLE_FAILED', data: { slot: 1_000 } }]);
});

test.each<[string, (report: OracleReport) => OracleReport, RegExp]>([
  ['another table', (report) => ({ ...report, riskTableHash: report.riskTableHash + 1n }), /another risk table/],
  ['other prices', (report) => ({ ...report, prices: report.prices.map((price) => price + 1n) }), /other prices/],
  ['inputs cut short', (report) => ({ ...report, inputs: bytesToHex(hexToBytes(report.inputs).slice(1)) }), /./],
])('a report signed over %s than its inputs give never reaches the log', async (_, spoil, said) => {
  const { feed, logged, alarms } = start({ spoil });
  await feed.step();
  expect(logged).toEqual([]);
  expect(alarms.list()).toMatchObject([{ code: 'ORACLE_FAILED', message: expect.stringMatching(said) }]);
});

test("the log's refusal of a report is an alarm", async () => {
  const { feed, alarms } = start({ isRefused: true });
  await feed.step();
  expect(alarms.list()).toMatchObject([{ code: 'ORACLE_FAILED', message: expect.stringContaining('was refused') }]);
});

test('the committee is read once a minute; the last one serves while L1 is down, but there must have been one', async () => {
  const { clock, feed, logged, l1, alarms } = start();
  l1.isDown = true;
  await feed.step();
  expect(alarms.list()).toMatchObject([{ code: 'ORACLE_FAILED', message: 'L1 is down' }]);
  l1.isDown = false;
  await feed.step();
  expect([logged.length, l1.reads, alarms.list().length]).toEqual([1, 2, 0]);
  await clock.advance(55_000);
  await feed.step();
  expect([logged.length, l1.reads]).toEqual([2, 2]);
  l1.isDown = true;
  await clock.advance(5_000);
  await feed.step();
  expect([logged.length, l1.reads, alarms.list().length]).toEqual([3, 3, 0]);
});

test('a report is asked of the committee of its time, a change of which takes no reading of L1 anew', async () => {
  const [old, next] = [1, 2].map((at): Address => `0x${`${at}`.repeat(40)}`) as [Address, Address];
  const before = { oracles: [old], quorum: 2, leapQuorum: 3 };
  const latest = { oracles: [next], quorum: 3, leapQuorum: 4 };
  const { asked, clock, feed, l1, logged } = start({ committee: { before, sinceSec: 1_010, latest } });
  for (let slot = 0; slot < 3; slot += 1) {
    await feed.step();
    await clock.advance(5_000);
  }
  expect(asked).toEqual([
    [1_000, [old], 2],
    [1_005, [old], 2],
    [1_010, [next], 3],
  ]);
  expect(logged.map(({ signatures }) => signatures.length)).toEqual([2, 2, 3]);
  expect(l1.reads).toBe(1);
});

test('without signers nobody is asked', async () => {
  const { config, l1, logged } = start();
  await createOracleFeed({ ...config, openCollector: null }).step();
  expect([l1.reads, logged.length]).toEqual([0, 0]);
});
