import { hexToBytes } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { expect, it } from 'vitest';
import { testGenesis } from '../../test/property/testMachine.ts';
import { type Alarm, createAlarms } from '../alarms.ts';
import { createMachine, type Machine } from '../core/machine/machine.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { instrumentId } from '../core/protocol/ids.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import { NOTICE_SEC, unchanged } from '../oracle/inForce.ts';
import { type PriceAnchor, priceKey, takeReport } from '../oracle/priceBound.ts';
import { createReportContent } from '../oracle/reportContent.ts';
import { createSigner } from '../oracle/signer.ts';
import { rebuildTable, spotsOf } from '../replica/rebuildTable.ts';
import { createL1Feed } from './l1Feed.ts';

const LIMIT = 24;
const LISTED_SEC = 10_000;
const NEAR_SEC = 20_000;
const FAR_SEC = 50_000;
const MARKET = 1;

/** Futures of one expiry, and behind the limit the first of another. */
const future = (serial: number): Instrument => ({
  instrument: instrumentId(MARKET, serial),
  kind: 'future',
  expirySec: serial <= LIMIT ? NEAR_SEC : FAR_SEC,
  strike: 0n,
});
const LISTING = Array.from({ length: LIMIT + 2 }, (_, k) => future(k + 1));

/** A node's way from L1's listings to reports, without its processes: feed, machine, signer. */
function started() {
  const raised: Alarm[] = [];
  const machine: Machine = createMachine(
    { deployments: [DEVELOPMENT_PRESET], rebuildTable },
    testGenesis(DEVELOPMENT_PRESET),
  );
  const listed = new Set<number>();
  const submitOwn = async (entries: readonly Entry[]) =>
    entries.map((entry) => {
      if (entry.type === 'list') for (const { instrument } of entry.instruments) listed.add(instrument);
      return { entry, result: machine.apply(entry) } as never;
    });
  const alarms = createAlarms((alarm) => raised.push(alarm));
  const { view } = machine;
  const feed = createL1Feed({ view, wasListed: (id) => listed.has(id) }, { submitOwn }, alarms);
  const codes = () => alarms.list().map(({ code }) => code);
  return { machine, feed, codes, ids: () => view.instruments().map(({ instrument }) => instrument) };
}

const bound = { basePpm: 100_000n, ppmPerSec: 1_000n, ceilingPpm: 500_000n };
const anchor = (listed: number): PriceAnchor => ({
  price: 0n,
  volatilityPpm: 0n,
  timeSec: 0,
  listedAtSec: LISTED_SEC,
  listed,
});
const BOOK = new Map([
  [priceKey(MARKET, NEAR_SEC), anchor(LIMIT)],
  [priceKey(MARKET, FAR_SEC), anchor(2)],
]);

const signer = () =>
  createSigner({
    account: privateKeyToAccount(`0x${'11'.repeat(32)}`),
    domain: { name: 'Straddle', version: '1', chainId: 1, verifyingContract: `0x${'22'.repeat(20)}` },
    market: MARKET,
    l1: {
      instrument: async (id) => LISTING.find(({ instrument }) => instrument === id) ?? null,
      prices: async () => ({
        blockTimeSec: 0,
        lastReportTimeSec: 0,
        bound: unchanged(bound),
        book: BOOK,
        committee: unchanged({ oracles: [], quorum: 1, leapQuorum: 1 }),
      }),
    },
    makeReport: createReportContent({
      market: MARKET,
      source: { description: 'still', priceAt: () => 30_000_000n },
      deployment: DEVELOPMENT_PRESET,
      settlementWindowSec: 10,
      hashTable: () => 1n,
    }),
    cadenceSec: 10,
    leapHoldSec: 60,
    maxLagSec: 60,
    nowSec: () => LISTED_SEC + NOTICE_SEC,
  });

it('reports go on when L1 lists more than a report can price: machine, signers and L1 take them', async () => {
  const { machine, feed, codes, ids } = started();
  const timeSec = LISTED_SEC + NOTICE_SEC;
  machine.apply({ type: 'tick', timeSec });
  await feed.onEvents(LISTING.map((instrument) => ({ type: 'list', instrument })));
  expect(ids()).toHaveLength(LIMIT);
  expect(codes()).toEqual(['LISTING_WAITS']);

  const { report } = await signer().sign({ timeSec, instruments: ids() });
  const inputs = hexToBytes(report.inputs);
  const spots = spotsOf(decodeReportInputs(inputs));
  const { rejections } = machine.apply({ type: 'report', timeSec, inputs, spots, signatures: [] });
  expect(rejections).toEqual([null]);
  expect(takeReport(BOOK, bound, report, false)).toMatchObject({ accepted: true });
});

it('what waits is listed once there is room, in order, however often L1 is read again', async () => {
  const { feed, codes, ids } = started();
  const events = LISTING.map((instrument) => ({ type: 'list', instrument }) as const);
  await feed.onEvents(events);
  await feed.onEvents(events);
  const [first, second] = [instrumentId(MARKET, 1), instrumentId(MARKET, 2)];
  await feed.onEvents([{ type: 'delist', instrument: first }]);
  expect(ids().at(-1)).toBe(instrumentId(MARKET, LIMIT + 1));
  expect(codes()).toEqual(['LISTING_WAITS']);
  await feed.onEvents([{ type: 'delist', instrument: second }]);
  expect(ids()).toEqual(LISTING.slice(2).map(({ instrument }) => instrument));
  await feed.retryListings();
  expect(codes()).toEqual([]);
});

it('what is delisted on L1 while it waits, or expires, is not listed any more', async () => {
  const { machine, feed, codes, ids } = started();
  await feed.onEvents(LISTING.map((instrument) => ({ type: 'list', instrument })));
  await feed.onEvents([{ type: 'delist', instrument: instrumentId(MARKET, LIMIT + 1) }]);
  machine.apply({ type: 'tick', timeSec: FAR_SEC });
  await feed.onEvents([{ type: 'delist', instrument: instrumentId(MARKET, 1) }]);
  expect(ids()).toHaveLength(LIMIT - 1);
  expect(codes()).toEqual([]);
});
