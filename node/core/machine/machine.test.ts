import { describe, expect, it } from 'vitest';
import { settlementPrice, simpleTable, tableBytes } from '../../../test/property/tableText.ts';
import { testGenesis, testRules } from '../../../test/property/testMachine.ts';
import { packFlags } from '../protocol/flags.ts';
import type { Instrument } from '../protocol/instrument.ts';
import { DEVELOPMENT_PRESET } from '../protocol/presets.ts';
import { INSTRUMENT_STATUS, type RiskTable } from '../protocol/riskRow.ts';
import { L1OpOrderError } from './l1OpOrderError.ts';
import { createMachine, type Machine, restoreMachine } from './machine.ts';
import { REJECTIONS } from './rejections.ts';
import { SnapshotError } from './snapshotError.ts';

const NOW = 1_000_000;
const SPOT = 30_000_000n;
const SIGNATURE = { rX: 1n, rY: 2n, s: 3n };
const CALL = 0x10001;
const FUTURE = 0x10002;
const PUT = 0x10003;
const UNPRICED = 0x10004;
const ALICE = 0x100001;
const BOB = 0x100002;
const POOR = 0x100003;
const OTHER_MARKET = 0x200001;
/** Of CALL, struck at 30 million. */
const PAYOFF = settlementPrice(NOW + 500) - 30_000_000n;

const RULES = testRules(DEVELOPMENT_PRESET);
const GENESIS = testGenesis(DEVELOPMENT_PRESET);

const CHAIN: readonly Instrument[] = [
  { instrument: CALL, kind: 'call', expirySec: NOW + 500, strike: 30_000_000n },
  { instrument: FUTURE, kind: 'future', expirySec: NOW + 5_000, strike: 0n },
  { instrument: PUT, kind: 'put', expirySec: NOW + 500, strike: 30_000_000n },
];

function report(machine: Machine, timeSec: number, spot: bigint) {
  const inputs = tableBytes(simpleTable(CHAIN, spot, timeSec, 15));
  return machine.apply({ type: 'report', timeSec, inputs, spots: [(1n << 40n) | spot], signatures: [] });
}

function started(): Machine {
  const machine = createMachine(RULES, GENESIS);
  machine.apply({ type: 'tick', timeSec: NOW });
  const extra: Instrument = { instrument: UNPRICED, kind: 'call', expirySec: NOW + 9_000, strike: 1n };
  machine.apply({ type: 'list', instruments: [...CHAIN, extra] });
  report(machine, NOW, SPOT);
  const cash = [10n ** 11n, 10n ** 11n, 1n, 10n ** 11n];
  for (const [index, account] of [ALICE, BOB, POOR, OTHER_MARKET].entries()) {
    const op = { kind: 1, account, amount: cash[index] ?? 0n, owner: 9n, keyX: 4n, keyY: 5n } as const;
    machine.apply({ type: 'l1Op', index, op });
  }
  return machine;
}

const TIF: Readonly<Record<string, 0 | 1 | 2>> = { gtc: 0, ioc: 1, fok: 2 };
const WHO: Readonly<Record<string, number>> = { alice: ALICE, bob: BOB, poor: POOR, other: OTHER_MARKET, nobody: 77 };
const WHAT: Readonly<Record<string, number>> = {
  call: CALL,
  future: FUTURE,
  put: PUT,
  unpriced: UNPRICED,
  none: 0x10009,
};

/** "who nonce what side lots price [gtc|ioc|fok] [post] [reduce] [oldest|both] [fee=N] [expired]" */
function order(line: string) {
  const [who = '', nonce = '', what = '', side = '', lots = '', price = '', ...options] = line.split(/\s+/);
  const ratio = side === 'buy' ? 1 : -1;
  const timeInForce = TIF[options.find((option) => option in TIF) ?? 'gtc'] ?? 0;
  const selfTrade = options.includes('oldest') ? 1 : options.includes('both') ? 2 : 0;
  const fee = options.find((option) => option.startsWith('fee='))?.slice(4);
  const intent = {
    account: WHO[who] ?? 0,
    nonce: Number(nonce),
    expirySec: options.includes('expired') ? NOW - 1 : NOW + 1_000,
    maxLots: Number(lots),
    maxFeePerLot: Number(fee ?? 1_000_000),
    limit: BigInt(Number(price) * ratio),
    flags: packFlags({
      timeInForce,
      postOnly: options.includes('post'),
      reduceOnly: options.includes('reduce'),
      selfTrade,
    }),
    legs: [{ instrument: WHAT[what] ?? 0, ratio }],
  };
  return { intent, signature: SIGNATURE };
}

function submit(machine: Machine, line: string) {
  return machine.apply({ type: 'intent', signed: order(line) });
}

/** What an order did, in words: rejection code, or its fills, cancels and what rests. */
function outcome(machine: Machine, line: string): string {
  const { rejections, events } = submit(machine, line);
  const [rejected] = rejections;
  if (rejected) return `${rejected.code}`;
  const words = events.flatMap((event) => {
    if (event.type === 'fill') return [`fill ${event.lots}@${event.price}`];
    if (event.type === 'cancelled') return [`${event.reason} ${event.lots}`];
    return event.type === 'resting' ? [`rest ${event.lots}`] : [];
  });
  return words.join(', ');
}

describe('orders, each table on one machine, line by line', () => {
  const tables: Readonly<Record<string, string>> = {
    'price, time and remainders': `
      alice 1 call buy  100 700000               | rest 100
      alice 2 call buy  50  710000               | rest 50
      alice 3 call buy  70  700000               | rest 70
      bob   1 call sell 60  700000 ioc           | fill 50@710000, fill 10@700000
      bob   2 call sell 200 700000 fok           | 602
      bob   3 call sell 200 700000 ioc           | fill 90@700000, fill 70@700000, ioc 40
      bob   4 call sell 5   900000               | rest 5
      alice 4 call buy  9   900000 post          | 601
      alice 4 call buy  9   890000 post          | rest 9
      alice 5 call buy  9   900000               | fill 5@900000, rest 4`,
    'self trade': `
      alice 1 call sell 10 700000                | rest 10
      alice 2 call buy  10 700000                | 603
      alice 2 call buy  10 700000 oldest         | selfTrade 10, rest 10
      alice 3 call sell 10 700000 both           | selfTrade 10, selfTrade 10`,
    'reduce only': `
      alice 1 call buy  6  700000 reduce         | 505
      alice 1 call buy  6  700000                | rest 6
      bob   1 call sell 6  700000                | fill 6@700000
      alice 2 call sell 20 700000 reduce         | rest 20
      bob   2 call buy  9  700000                | fill 6@700000, reduceOnly 14, rest 3`,
    'nonces and replacement': `
      alice 0    call buy 10 700000              | rest 10
      alice 0    call buy 10 700000              | 402
      alice 4096 call buy 11 700000              | replaced 10, rest 11
      alice 0    call buy 10 700000              | 402
      alice 4097 call buy 12 700000              | rest 12`,
    'fees and margin': `
      alice 1 call buy  10 700000 fee=0          | rest 10
      bob   1 call sell 10 700000 fee=0          | 503
      bob   1 call sell 10 700000                | feeMaker 10, rest 10
      poor  1 call buy  10 700000                | 701
      poor  1 call buy  10 600000                | rest 10
      bob   2 call sell 10 600000                | riskMaker 10, rest 10`,
    'what is refused at once': `
      nobody 1 call     buy 10 700000            | 201
      other  1 call     buy 10 700000            | 202
      alice  1 none     buy 10 700000            | 301
      alice  1 unpriced buy 10 700000            | 303
      alice  1 call     buy 10 700000 expired    | 401
      alice  1 call     buy 10 0                 | 501
      alice  1 call     buy 0  700000            | 502
      alice  1 call     buy 4294967295 100000000 | 502
      alice  1 call     buy 10 700000 fok        | 602
      alice  1 call     buy 10 700000 ioc        | ioc 10`,
  };
  it.each(Object.entries(tables))('%s', (_, text) => {
    const machine = started();
    const rows = text
      .trim()
      .split('\n')
      .map((line) => line.split('|').map((part) => part.trim()));
    const found = rows.map(([line = '']) => `${line.replace(/\s+/g, ' ')} | ${outcome(machine, line)}`);
    expect(found).toEqual(rows.map(([line = '', expected]) => `${line.replace(/\s+/g, ' ')} | ${expected}`));
  });
});

it('numbers every rejection once', () => {
  const codes = Object.values(REJECTIONS).map(([code]) => code);
  expect(new Set(codes).size).toBe(codes.length);
});

it('caps an option fee at 12.5% of the premium, rounded down, and charges a future its share of spot', () => {
  const machine = started();
  submit(machine, 'alice 1 call buy 3 10001');
  submit(machine, 'alice 2 future buy 3 30000000');
  const fills = ['bob 1 call sell 3 10001', 'bob 2 future sell 3 30000000'].map((line) =>
    submit(machine, line).events.find((event) => event.type === 'fill'),
  );
  expect(fills.map((fill) => [fill?.maker.fee, fill?.taker.fee])).toEqual([
    [3_750n, 3_750n],
    [9_000n, 27_000n],
  ]);
});

it('fills a package whole or not at all, inside its net limit', () => {
  const machine = started();
  for (const line of ['alice 1 call sell 10 700000', 'alice 2 call sell 10 800000', 'alice 3 put sell 30 700000']) {
    submit(machine, line);
  }
  const base = { account: BOB, expirySec: NOW + 9, maxFeePerLot: 1_000_000 };
  const straddle = (nonce: number, maxLots: number, limit: bigint, flags: number, ratio = 1) => {
    const legs = [CALL, PUT].map((instrument) => ({ instrument, ratio }));
    return machine.apply({
      type: 'intent',
      signed: { intent: { ...base, nonce, maxLots, limit, flags, legs }, signature: SIGNATURE },
    });
  };
  expect(straddle(1, 10, 1_400_000n, 0).rejections[0]?.code).toBe(504);
  expect(straddle(1, 12, 1_400_000n, 2).rejections[0]?.code).toBe(602);
  // Ten units at 1.4m leave room for none at 1.5m; a limit of 1.41m on average for one more.
  expect(straddle(1, 15, 1_410_000n, 1).events.at(-1)).toMatchObject({ type: 'cancelled', lots: 4, reason: 'ioc' });
  expect(machine.view.account(BOB)?.positions).toEqual([
    { instrument: CALL, lots: 11 },
    { instrument: PUT, lots: 11 },
  ]);
  const [batch] = machine.apply({ type: 'seal' }).sealed;
  expect(batch?.rows.trades.map(({ account, nonce, lots, net }) => [account, nonce, lots, net])).toEqual([
    [BOB, 1, 11, 15_500_000n],
    [ALICE, 1, 10, -7_000_000n],
    [ALICE, 2, 1, -800_000n],
    [ALICE, 3, 11, -7_700_000n],
  ]);
});

it('holds L1 ops back without a fresh report, and refuses them out of order', () => {
  const machine = createMachine(RULES, GENESIS);
  const op = { kind: 1, account: ALICE, amount: 5n, owner: 1n, keyX: 1n, keyY: 2n } as const;
  expect(machine.apply({ type: 'l1Op', index: 0, op }).events).toEqual([{ type: 'l1OpDeferred', index: 0 }]);
  expect(() => machine.apply({ type: 'l1Op', index: 2, op })).toThrow(L1OpOrderError);
  machine.apply({ type: 'tick', timeSec: NOW });
  expect(report(machine, NOW, SPOT).events.map((event) => event.type)).toEqual(['reportApplied', 'l1Op']);
  expect(machine.view.account(ALICE)?.cash).toBe(5n);
});

it('pays a forced withdrawal what margin leaves, and closes the batch when that is less than asked', () => {
  const machine = started();
  submit(machine, 'alice 1 future buy 100 30000000');
  submit(machine, 'bob 1 future sell 100 30000000');
  const op = { kind: 4, account: ALICE, amount: 10n ** 12n, owner: 9n, keyX: 0n, keyY: 0n } as const;
  const { sealed } = machine.apply({ type: 'l1Op', index: 4, op });
  expect(sealed.at(-1)?.rows.l1Ops[0]?.paid).toBe(10n ** 11n - 450_000_000n - 300_000n);
  expect(machine.view.account(ALICE)?.initialExcess).toBe(0n);
});

it('settles at expiry at the payoff', () => {
  const machine = started();
  submit(machine, 'alice 1 call buy 10 700000');
  submit(machine, 'bob 1 call sell 10 700000');
  machine.apply({ type: 'tick', timeSec: NOW + 500 });
  expect(outcome(machine, 'alice 2 call buy 1 700000')).toBe('302');
  const { events } = report(machine, NOW + 500, 31_000_000n);
  expect(events.filter((event) => event.type === 'settled').map(({ account, amount }) => [account, amount])).toEqual([
    [ALICE, 10n * PAYOFF],
    [BOB, -10n * PAYOFF],
  ]);
  expect(machine.view.account(ALICE)?.positions).toEqual([]);
});

describe('a payoff is said once', () => {
  const at = (machine: Machine, timeSec: number, change: (table: RiskTable) => RiskTable) => {
    machine.apply({ type: 'tick', timeSec });
    const inputs = tableBytes(change(simpleTable(CHAIN, SPOT, timeSec, 15)));
    const spots = [(1n << 40n) | SPOT];
    return machine.apply({ type: 'report', timeSec, inputs, spots, signatures: [] }).rejections[0]?.name;
  };
  const settled = (): Machine => {
    const machine = started();
    expect(at(machine, NOW + 500, (table) => table)).toBeUndefined();
    return machine;
  };
  const other = (table: RiskTable): RiskTable =>
    table.map((row) => (row.instrument === CALL ? { ...row, values: row.values.map((value) => value + 1n) } : row));
  const without = (table: RiskTable): RiskTable => table.filter((row) => row.instrument !== CALL);

  it('by the first report after the expiry, for all that follow', () => {
    const machine = settled();
    expect(at(machine, NOW + 501, other)).toBe('REPORT_CHANGES_PAYOFF');
    expect(at(machine, NOW + 501, (table) => table)).toBeUndefined();
  });

  it('also when a report between leaves the instrument out, and across a snapshot', () => {
    const machine = settled();
    expect(at(machine, NOW + 501, without)).toBeUndefined();
    const restored = restoreMachine(RULES, machine.snapshot());
    expect(at(restored, NOW + 502, other)).toBe('REPORT_CHANGES_PAYOFF');
    const live = (table: RiskTable): RiskTable =>
      table.map((row) => (row.instrument === CALL ? { ...row, status: INSTRUMENT_STATUS.LIVE } : row));
    expect(at(restored, NOW + 502, live)).toBe('REPORT_REVIVES_INSTRUMENT');
  });

  it('not before the expiry', () => {
    const early = (table: RiskTable): RiskTable =>
      table.map((row) =>
        row.instrument === CALL
          ? { ...row, status: INSTRUMENT_STATUS.EXPIRED, shortCharge: 0n, values: row.values.map(() => 5n) }
          : row,
      );
    expect(at(started(), NOW + 499, early)).toBe('REPORT_SETTLES_EARLY');
  });
});

describe('a liquidation', () => {
  /** POOR is short 100 futures at 30 million with little behind them; the price rises by a tenth. */
  const breached = (bids: readonly string[]) => {
    const machine = started();
    const op = { kind: 2, account: POOR, amount: 481_000_000n, owner: 9n, keyX: 0n, keyY: 0n } as const;
    machine.apply({ type: 'l1Op', index: 4, op });
    submit(machine, 'alice 1 future buy 100 30000000');
    expect(outcome(machine, 'poor 1 future sell 100 30000000')).toBe('fill 100@30000000');
    for (const line of bids) submit(machine, line);
    machine.apply({ type: 'tick', timeSec: NOW + 10 });
    const { events } = report(machine, NOW + 10, 33_000_000n);
    return events.flatMap((event) => (event.type === 'fill' ? [event.price] : []));
  };

  it('closes inside a band around the mark', () => {
    expect(breached(['bob 1 future sell 1000 33330000'])).toEqual([33_330_000]);
  });

  it('leaves what is offered beyond it alone', () => {
    expect(breached(['bob 1 future sell 1000 33330001'])).toEqual([]);
  });
});

it('refuses a damaged or foreign snapshot', () => {
  const bytes = started().snapshot();
  const damaged = bytes.slice();
  damaged[100] = (damaged[100] ?? 0) ^ 1;
  expect(() => restoreMachine(RULES, damaged)).toThrow(SnapshotError);
  const foreign = testRules({ ...DEVELOPMENT_PRESET, columns: 30 });
  expect(() => restoreMachine(foreign, bytes)).toThrow(expect.objectContaining({ code: 'SNAPSHOT_OTHER_DEPLOYMENT' }));
});
