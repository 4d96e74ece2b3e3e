/** Each mistake in the table of rejections, made on purpose, and which of two is named. */
import { describe, expect, it } from 'vitest';
import { simpleTable, tableBytes } from '../../../test/property/tableText.ts';
import { testGenesis, testRules } from '../../../test/property/testMachine.ts';
import type { Deployment } from '../protocol/deployment.ts';
import type { Entry } from '../protocol/entry.ts';
import { packFlags, SELF_TRADE, TIME_IN_FORCE } from '../protocol/flags.ts';
import type { Instrument } from '../protocol/instrument.ts';
import { DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE } from '../protocol/presets.ts';
import type { RiskTable } from '../protocol/riskRow.ts';
import type { Intent, Leg } from '../protocol/rows.ts';
import { createMachine, type Machine } from './machine.ts';
import { REJECTIONS, type RejectionName } from './rejections.ts';

const NOW = 1_000_000;
const MAX_AGE_SEC = 600;
const SPOT = 30_000_000n;
const SIGNATURE = { rX: 1n, rY: 2n, s: 3n };
const CALL = 0x10001;
const FUTURE = 0x10002;
const PUT = 0x10003;
const LATER = 0x10004;
const UNPRICED = 0x10005;
const FOREIGN = 0x20001;
const ALICE = 0x100001;
const BOB = 0x100002;
const POOR = 0x100003;
const RICH = 2n ** 62n;

const CHAIN: readonly Instrument[] = [
  { instrument: CALL, kind: 'call', expirySec: NOW + 500, strike: 30_000_000n },
  { instrument: FUTURE, kind: 'future', expirySec: NOW + 5_000, strike: 0n },
  { instrument: PUT, kind: 'put', expirySec: NOW + 500, strike: 30_000_000n },
  { instrument: LATER, kind: 'call', expirySec: NOW + 5_000, strike: 30_000_000n },
];
const NOT_IN_TABLE: readonly Instrument[] = [
  { instrument: UNPRICED, kind: 'call', expirySec: NOW + 9_000, strike: 1n },
  { instrument: FOREIGN, kind: 'call', expirySec: NOW + 9_000, strike: 1n },
];

const report = (timeSec: number, table: RiskTable = simpleTable(CHAIN, SPOT, timeSec, 15)): Entry => ({
  type: 'report',
  timeSec,
  inputs: tableBytes(table),
  spots: [(1n << 40n) | SPOT],
  signatures: [],
});

/** The first of an entry's rejections, by name. */
const told = (machine: Machine, entry: Entry): RejectionName | undefined => machine.apply(entry).rejections[0]?.name;

/** Instruments listed and priced, three accounts open, nothing traded. */
const started = (preset: Deployment = DEVELOPMENT_PRESET, chain = CHAIN): Machine => {
  const machine = createMachine(testRules(preset), testGenesis(preset, { reportMaxAgeSec: MAX_AGE_SEC }));
  const entries: Entry[] = [
    { type: 'tick', timeSec: NOW },
    { type: 'list', instruments: [...chain, ...NOT_IN_TABLE] },
    report(NOW, simpleTable(chain, SPOT, NOW, 15)),
    ...[ALICE, BOB, POOR].map((account, index): Entry => {
      const op = { kind: 1, account, amount: account === POOR ? 1n : RICH, owner: 9n, keyX: 4n, keyY: 5n } as const;
      return { type: 'l1Op', index, op };
    }),
  ];
  for (const entry of entries) expect(told(machine, entry)).toBeUndefined();
  return machine;
};

const flags = (change: Partial<Parameters<typeof packFlags>[0]> = {}): number =>
  packFlags({ timeInForce: TIME_IN_FORCE.GTC, postOnly: false, reduceOnly: false, selfTrade: 0, ...change });
const IOC = flags({ timeInForce: TIME_IN_FORCE.IOC });
const FOK = flags({ timeInForce: TIME_IN_FORCE.FOK });

/** ALICE buys ten calls at 70, good till cancelled, unless changed. */
const intent = (change: Partial<Intent> = {}): Entry => {
  const expirySec = NOW + 1_000;
  const fields = { account: ALICE, nonce: 1, expirySec, maxLots: 10, maxFeePerLot: 1_000_000, flags: flags() };
  return {
    type: 'intent',
    signed: {
      intent: { ...fields, limit: 700_000n, legs: [{ instrument: CALL, ratio: 1 }], ...change },
      signature: SIGNATURE,
    },
  };
};
const sell = (nonce: number, instrument: number, change: Partial<Intent> = {}): Entry =>
  intent({ account: BOB, nonce, limit: -700_000n, legs: [{ instrument, ratio: -1 }], ...change });
const legsOf = (...instruments: readonly number[]): Leg[] =>
  instruments.map((instrument) => ({ instrument, ratio: 1 }));
const withdraw = (amount: bigint, change: { account?: number; nonce?: number; expirySec?: number } = {}): Entry => ({
  type: 'withdraw',
  signed: { intent: { account: ALICE, nonce: 1, expirySec: NOW + 9, amount, ...change }, signature: SIGNATURE },
});
const cancel = (nonce: number, account = ALICE, expirySec = NOW + 9): Entry => ({
  type: 'cancel',
  account,
  nonce,
  expirySec,
  signature: SIGNATURE,
});

/** What is done before, and the mistake. */
type Mistake = readonly [name: RejectionName, mistake: Entry, before?: readonly Entry[]];

const tick = (sec: number): Entry => ({ type: 'tick', timeSec: NOW + sec });
const TRADED: readonly Entry[] = [sell(1, CALL), intent()];
const MALFORMED: readonly Mistake[] = [
  ['MALFORMED_INTENT', intent({ nonce: 2 ** 32 })],
  ['MALFORMED_INTENT', intent({ account: -1 })],
  ['MALFORMED_INTENT', intent({ limit: 2n ** 47n })],
  ['MALFORMED_INTENT', intent({ maxFeePerLot: 0.5 })],
  ['MALFORMED_FLAGS', intent({ flags: 64 })],
  ['MALFORMED_FLAGS', intent({ flags: 3 })],
  ['MALFORMED_FLAGS', intent({ flags: flags({ timeInForce: TIME_IN_FORCE.IOC, postOnly: true }) })],
  ['MALFORMED_LEGS', intent({ legs: [] })],
  ['MALFORMED_LEGS', intent({ legs: [{ instrument: CALL, ratio: 0 }] })],
  ['MALFORMED_LEGS', intent({ legs: legsOf(CALL, CALL) })],
  ['MALFORMED_LEGS', intent({ legs: legsOf(CALL, PUT, FUTURE, LATER, UNPRICED) })],
  ['MALFORMED_WITHDRAWAL', withdraw(0n)],
  ['MALFORMED_WITHDRAWAL', withdraw(2n ** 63n)],
  ['MALFORMED_WITHDRAWAL', withdraw(1n, { nonce: -1 })],
  ['MALFORMED_CANCEL', cancel(-1)],
  ['MALFORMED_CANCEL', cancel(1, 2 ** 24)],
];
const REFUSED: readonly Mistake[] = [
  ['UNKNOWN_ACCOUNT', intent({ account: 77 })],
  ['UNKNOWN_ACCOUNT', withdraw(1n, { account: 77 })],
  ['UNKNOWN_ACCOUNT', cancel(1, 77)],
  ['WRONG_MARKET', intent({ legs: legsOf(FOREIGN) })],
  ['UNKNOWN_INSTRUMENT', intent({ legs: legsOf(0x10009) })],
  ['UNKNOWN_INSTRUMENT', { type: 'delist', instruments: [0x10009] }],
  ['INSTRUMENT_EXPIRED', intent(), [tick(500)]],
  ['INSTRUMENT_EXPIRED', intent(), [tick(500), report(NOW + 500)]],
  ['INSTRUMENT_NOT_PRICED', intent({ legs: legsOf(UNPRICED) })],
  ['NO_FRESH_REPORT', intent({ legs: legsOf(FUTURE) }), [tick(MAX_AGE_SEC + 1)]],
  ['NO_FRESH_REPORT', withdraw(1n), [tick(MAX_AGE_SEC + 1)]],
  ['EXPIRED', intent({ expirySec: NOW - 1 })],
  ['EXPIRED', withdraw(1n, { expirySec: NOW - 1 })],
  ['EXPIRED', cancel(1, ALICE, NOW - 1)],
  ['NONCE_TOO_LOW', intent(), [intent()]],
  ['NONCE_TOO_LOW', intent(), [intent({ nonce: 4097 })]],
  ['NONCE_TOO_LOW', withdraw(1n), [intent()]],
  ['PRICE_OUT_OF_RANGE', intent({ limit: 0n })],
  ['PRICE_OUT_OF_RANGE', intent({ limit: 2n ** 40n })],
  ['SIZE_OUT_OF_RANGE', intent({ maxLots: 0 })],
  ['SIZE_OUT_OF_RANGE', intent({ maxLots: 2 ** 32 })],
  ['SIZE_OUT_OF_RANGE', intent({ maxLots: 2 ** 32 - 1, limit: 2n ** 22n })],
  ['PACKAGE_NEEDS_IOC_OR_FOK', intent({ legs: legsOf(CALL, PUT) })],
  ['PACKAGE_NEEDS_IOC_OR_FOK', intent({ legs: [{ instrument: CALL, ratio: 2 }] })],
];
const MATCHED: readonly Mistake[] = [
  ['FEE_CAP_TOO_LOW', intent({ maxFeePerLot: 0 }), [sell(1, CALL)]],
  [
    'FEE_CAP_TOO_LOW',
    intent({ legs: legsOf(CALL, PUT), limit: 1_400_000n, flags: IOC, maxFeePerLot: 0 }),
    [sell(1, CALL), sell(2, PUT)],
  ],
  ['NOTHING_TO_REDUCE', intent({ flags: flags({ reduceOnly: true }) })],
  ['NOTHING_TO_REDUCE', intent({ legs: legsOf(CALL, PUT), flags: flags({ timeInForce: 1, reduceOnly: true }) })],
  ['POST_ONLY_WOULD_CROSS', intent({ flags: flags({ postOnly: true }) }), [sell(1, CALL)]],
  ['NOT_ENOUGH_LIQUIDITY', intent({ flags: FOK })],
  ['NOT_ENOUGH_LIQUIDITY', intent({ maxLots: 11, flags: FOK }), [sell(1, CALL)]],
  ['NOT_ENOUGH_LIQUIDITY', intent({ legs: legsOf(CALL, PUT), limit: 1_400_000n, flags: IOC }), [sell(1, CALL)]],
  [
    'NOT_ENOUGH_LIQUIDITY',
    intent({ legs: legsOf(CALL, PUT), limit: 1_399_999n, flags: IOC }),
    [sell(1, CALL), sell(2, PUT)],
  ],
  ['SELF_TRADE', intent(), [sell(9, CALL, { account: ALICE })]],
  [
    'SELF_TRADE',
    intent({ flags: flags({ selfTrade: SELF_TRADE.CANCEL_NEWEST, timeInForce: TIME_IN_FORCE.IOC }) }),
    [sell(9, CALL, { account: ALICE })],
  ],
  ['UNKNOWN_ORDER', cancel(1)],
  ['UNKNOWN_ORDER', cancel(1), TRADED],
  // One row for the package and one for each of four makers: five, of the shape's four.
  [
    'SHAPE_TOO_SMALL',
    intent({ legs: legsOf(CALL, FUTURE, PUT, LATER), limit: 2_800_000n, flags: IOC, maxLots: 1 }),
    [sell(1, CALL), sell(2, FUTURE, { limit: -700_000n }), sell(3, PUT), sell(4, LATER)],
  ],
  ['INSUFFICIENT_MARGIN', intent({ account: POOR }), [sell(1, CALL)]],
  [
    'INSUFFICIENT_MARGIN',
    intent({ account: POOR, legs: legsOf(CALL, PUT), limit: 1_400_000n, flags: IOC }),
    [sell(1, CALL), sell(2, PUT)],
  ],
  ['INSUFFICIENT_MARGIN', withdraw(2n, { account: POOR })],
  [
    'AMOUNT_OUT_OF_BOUNDS',
    intent({ legs: legsOf(FUTURE), maxLots: 2 ** 32 - 1, limit: 100n }),
    [sell(1, FUTURE, { maxLots: 2 ** 32 - 1, limit: -100n })],
  ],
];
const OPERATORS: readonly Mistake[] = [
  ['REPORT_OUT_OF_ORDER', report(NOW)],
  ['REPORT_FROM_FUTURE', report(NOW + 1)],
  ['REPORT_TOO_OLD', report(NOW + 1), [tick(MAX_AGE_SEC + 2)]],
  [
    'REPORT_INVALID',
    { type: 'report', timeSec: NOW + 1, inputs: new Uint8Array(3), spots: [], signatures: [] },
    [tick(1)],
  ],
  ['REPORT_INVALID', report(NOW + 1, simpleTable(CHAIN, SPOT, NOW, 14)), [tick(1)]],
  ['REPORT_INVALID', report(NOW + 1, [...simpleTable(CHAIN, SPOT, NOW, 15)].reverse()), [tick(1)]],
  ['REPORT_LACKS_INSTRUMENT', report(NOW + 1, simpleTable(CHAIN.slice(1), SPOT, NOW, 15)), [...TRADED, tick(1)]],
  ['REPORT_TOO_LARGE', report(NOW + 1, simpleTable(manyCalls(25), SPOT, NOW, 15)), [tick(1)]],
  ['INSTRUMENT_LISTED', { type: 'list', instruments: CHAIN.slice(0, 1) }],
  ['INSTRUMENT_LISTED', { type: 'list', instruments: [...manyCalls(1), ...manyCalls(1)] }],
  ['INSTRUMENT_HELD', { type: 'delist', instruments: [CALL] }, TRADED],
  [
    'MALFORMED_LISTING',
    { type: 'list', instruments: [{ instrument: 0x10000, kind: 'put', expirySec: 1, strike: 1n }] },
  ],
  [
    'MALFORMED_LISTING',
    { type: 'list', instruments: [{ instrument: 77, kind: 'put', expirySec: 1, strike: 2n ** 40n }] },
  ],
  // 24 rows, of which six are taken.
  ['LISTING_FULL', { type: 'list', instruments: manyCalls(19) }],
  ['TIME_BACKWARDS', tick(-1)],
  ['EPOCH_OUT_OF_ORDER', { type: 'epoch', epoch: 2, nodeKey: 1n }],
  ['EPOCH_OUT_OF_ORDER', { type: 'epoch', epoch: 1, nodeKey: 1n }, [{ type: 'epoch', epoch: 1, nodeKey: 1n }]],
  ['MALFORMED_EPOCH', { type: 'epoch', epoch: 1, nodeKey: 0n }],
  ['MALFORMED_EPOCH', { type: 'epoch', epoch: 1, nodeKey: 2n ** 160n }],
];

function manyCalls(count: number): Instrument[] {
  return Array.from({ length: count }, (_, k): Instrument => {
    return { instrument: 0x10100 + k, kind: 'call', expirySec: NOW + 5_000, strike: BigInt(k + 1) };
  });
}

describe.each(Object.entries({ MALFORMED, REFUSED, MATCHED, OPERATORS }))('%s', (_, mistakes) => {
  it.each(mistakes.map((mistake, k) => [`${k} ${mistake[0]}`, mistake] as const))(
    '%s',
    (__, [name, entry, before = []]) => {
      const machine = started();
      for (const one of before) expect(told(machine, one)).toBeUndefined();
      const snapshot = machine.view.account(ALICE);
      const result = machine.apply(entry);
      expect(result.rejections[0]?.name).toBe(name);
      expect(result.rejections[0]?.code).toBe(REJECTIONS[name][0]);
      expect(result.events).toEqual([]);
      expect(machine.view.account(ALICE)).toEqual(snapshot);
    },
  );
});

it('POSITION_LIMIT: a position more than an account row opens; a package finds no shape for it', () => {
  const shape = { ...DEVELOPMENT_SHAPE, accountChunks: [1, 1] };
  const chain = manyCalls(18);
  const machine = started({ ...DEVELOPMENT_PRESET, shapes: [shape] }, chain);
  const calls = chain.map(({ instrument }) => instrument);
  for (const [k, instrument] of calls.entries()) expect(told(machine, sell(k + 1, instrument))).toBeUndefined();
  const outcomes = calls.map((instrument, k) =>
    told(machine, intent({ nonce: k + 1, legs: legsOf(instrument), flags: IOC })),
  );
  expect(outcomes).toEqual([...Array(16).fill(undefined), 'POSITION_LIMIT', 'POSITION_LIMIT']);
  const both = intent({ nonce: 99, legs: legsOf(...calls.slice(16)), limit: 1_400_000n, flags: IOC });
  expect(told(machine, both)).toBe('SHAPE_TOO_SMALL');
});

it('SHAPE_TOO_SMALL: an outright fill makes two rows, and a batch of one has no room for it', () => {
  const outcomes = [1, 2].map((trades) => {
    const machine = started({ ...DEVELOPMENT_PRESET, shapes: [{ ...DEVELOPMENT_SHAPE, trades }] });
    expect(told(machine, sell(1, CALL))).toBeUndefined();
    const before = machine.view.account(ALICE);
    const outcome = told(machine, intent({ flags: IOC }));
    if (outcome !== undefined) expect(machine.view.account(ALICE)).toEqual(before);
    return outcome;
  });
  expect(outcomes).toEqual(['SHAPE_TOO_SMALL', undefined]);
});

/** Faults in the order in which they are looked for, and what each changes of an intent without fault. */
const LADDER: readonly (readonly [RejectionName, Partial<Intent>])[] = [
  ['MALFORMED_INTENT', { maxFeePerLot: -1 }],
  ['MALFORMED_LEGS', { legs: [...legsOf(FOREIGN, UNPRICED), { instrument: CALL, ratio: 0 }] }],
  ['MALFORMED_FLAGS', { flags: 64 }],
  ['UNKNOWN_ACCOUNT', { account: 77 }],
  ['WRONG_MARKET', { legs: legsOf(FOREIGN, UNPRICED) }],
  ['INSTRUMENT_NOT_PRICED', { legs: legsOf(UNPRICED, FUTURE) }],
  ['EXPIRED', { expirySec: NOW - 1 }],
  ['NONCE_TOO_LOW', { nonce: 1 }],
  ['SIZE_OUT_OF_RANGE', { maxLots: 0 }],
  ['PACKAGE_NEEDS_IOC_OR_FOK', { legs: legsOf(CALL, FUTURE) }],
  ['PRICE_OUT_OF_RANGE', { limit: 0n, legs: legsOf(CALL) }],
];

it('names the first fault of those that an intent has', () => {
  const machine = started();
  expect(told(machine, intent({ nonce: 1 }))).toBeUndefined();
  const named = LADDER.map((_, from) => {
    const faults = LADDER.slice(from).toReversed();
    return told(machine, intent(Object.assign({ nonce: 2 }, ...faults.map(([, change]) => change))));
  });
  expect(named).toEqual(LADDER.map(([name]) => name));
});
