/** Packages: whole units, all legs or none, within the net limit. */
import { describe, expect, it } from 'vitest';
import { simpleTable, tableBytes } from '../../../test/property/tableText.ts';
import { testGenesis, testRules } from '../../../test/property/testMachine.ts';
import { packFlags, TIME_IN_FORCE } from '../protocol/flags.ts';
import type { Instrument } from '../protocol/instrument.ts';
import { DEVELOPMENT_PRESET } from '../protocol/presets.ts';
import type { Intent, Leg } from '../protocol/rows.ts';
import { createMachine, type Machine } from './machine.ts';

const NOW = 1_000_000;
const SPOT = 30_000_000n;
const [CALL, PUT] = [0x10001, 0x10002];
const [ALICE, BOB, POOR] = [0x100001, 0x100002, 0x100003];
const CHAIN: readonly Instrument[] = [
  { instrument: CALL, kind: 'call', expirySec: NOW + 5_000, strike: SPOT },
  { instrument: PUT, kind: 'put', expirySec: NOW + 5_000, strike: SPOT },
];

const flagsOf = (timeInForce: 0 | 1 | 2, reduceOnly = false, selfTrade: 0 | 1 | 2 = 0): number =>
  packFlags({ timeInForce, postOnly: false, reduceOnly, selfTrade });
const IOC = flagsOf(TIME_IN_FORCE.IOC);
const FOK = flagsOf(TIME_IN_FORCE.FOK);

function submit(machine: Machine, change: Partial<Intent>) {
  const intent = { account: BOB, nonce: 1, expirySec: NOW + 9, maxLots: 1, maxFeePerLot: 1_000_000, limit: 0n };
  const signed = { intent: { ...intent, flags: IOC, legs: [], ...change }, signature: { rX: 1n, rY: 2n, s: 3n } };
  return machine.apply({ type: 'intent', signed });
}

const ask = (machine: Machine, nonce: number, instrument: number, lots: number, price: bigint, account = ALICE) =>
  submit(machine, {
    account,
    nonce,
    maxLots: lots,
    limit: -price,
    flags: flagsOf(TIME_IN_FORCE.GTC),
    legs: [{ instrument, ratio: -1 }],
  });

/** ALICE asks 70 for ten calls and thirty puts; POOR has a cent. */
function started(): Machine {
  const machine = createMachine(testRules(DEVELOPMENT_PRESET), testGenesis(DEVELOPMENT_PRESET));
  machine.apply({ type: 'tick', timeSec: NOW });
  machine.apply({ type: 'list', instruments: CHAIN });
  const inputs = tableBytes(simpleTable(CHAIN, SPOT, NOW, 15));
  machine.apply({ type: 'report', timeSec: NOW, inputs, spots: [(1n << 40n) | SPOT], signatures: [] });
  for (const [index, account] of [ALICE, BOB, POOR].entries()) {
    const amount = account === POOR ? 10_000n : 10n ** 12n;
    machine.apply({ type: 'l1Op', index, op: { kind: 1, account, amount, owner: 9n, keyX: 4n, keyY: 5n } });
  }
  ask(machine, 1, CALL, 10, 700_000n);
  ask(machine, 2, PUT, 30, 700_000n);
  return machine;
}

const STRADDLE: readonly Leg[] = [CALL, PUT].map((instrument) => ({ instrument, ratio: 1 }));
const held = (machine: Machine, account = BOB) =>
  machine.view.account(account)?.positions.map(({ instrument, lots }) => [instrument, lots]);

describe('units', () => {
  it('as many as the scarcest leg gives, by its ratio, and the rest is cancelled', () => {
    const machine = started();
    const legs = [
      { instrument: CALL, ratio: 2 },
      { instrument: PUT, ratio: 3 },
    ];
    const { events } = submit(machine, { maxLots: 9, limit: 3_500_000n, legs });
    expect(held(machine)).toEqual([
      [CALL, 10],
      [PUT, 15],
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'cancelled', lots: 4, reason: 'ioc' });
  });

  it('of nonce 0 take one slot, however many fills they have', () => {
    const machine = started();
    submit(machine, { nonce: 0, maxLots: 4, limit: 1_400_000n, legs: STRADDLE });
    machine.apply({ type: 'seal' });
    submit(machine, { nonce: 1, limit: 1_400_000n, legs: STRADDLE });
    const [sealed] = machine.apply({ type: 'seal' }).sealed;
    const slots = sealed?.accountsBefore.get(BOB)?.slots;
    expect([slots?.size, [...(slots ?? [])]]).toEqual([1, [[0, 4n]]]);
  });

  it('all or none for FOK: nothing has moved after a refusal, not even the nonce', () => {
    const machine = started();
    const before = [ALICE, BOB].map(machine.view.account);
    const { rejections, events } = submit(machine, { maxLots: 11, limit: 1_400_000n, flags: FOK, legs: STRADDLE });
    expect([rejections[0]?.name, events]).toEqual(['NOT_ENOUGH_LIQUIDITY', []]);
    expect(machine.view.acceptedNonce(BOB, 1)).toBeNull();
    expect([ALICE, BOB].map(machine.view.account)).toEqual(before);
    expect(submit(machine, { maxLots: 10, limit: 1_400_000n, flags: FOK, legs: STRADDLE }).rejections).toEqual([null]);
    expect(held(machine)).toEqual([
      [CALL, 10],
      [PUT, 10],
    ]);
  });

  it('no unit above the net limit, to the unit', () => {
    expect(submit(started(), { limit: 1_399_999n, legs: STRADDLE }).rejections[0]?.name).toBe('NOT_ENOUGH_LIQUIDITY');
    expect(submit(started(), { limit: 1_400_000n, legs: STRADDLE }).rejections).toEqual([null]);
  });
});

it('a maker that cannot take its leg is left out and cancelled, the next one fills', () => {
  const machine = started();
  // Short puts cost POOR more margin than it has: its ask rests in front and is passed over.
  ask(machine, 1, PUT, 1, 600_000n, POOR);
  const { events } = submit(machine, { limit: 1_400_000n, legs: STRADDLE });
  expect(events).toContainEqual({ type: 'cancelled', account: POOR, nonce: 1, lots: 1, reason: 'riskMaker' });
  expect(held(machine)).toEqual([
    [CALL, 1],
    [PUT, 1],
  ]);
  expect(held(machine, POOR)).toEqual([]);
});

it.each([
  ['INSUFFICIENT_MARGIN', { account: POOR }],
  ['FEE_CAP_TOO_LOW', { maxFeePerLot: 1 }],
  ['NOTHING_TO_REDUCE', { flags: flagsOf(TIME_IN_FORCE.IOC, true) }],
  ['SELF_TRADE', { account: ALICE, nonce: 9 }],
] as const)('%s: refused as a whole, books and makers stay', (name, change) => {
  const machine = started();
  const depth = () => [CALL, PUT].map((instrument) => machine.view.depth(instrument, 9));
  const before = depth();
  const { rejections, events } = submit(machine, { limit: 1_400_000n, legs: STRADDLE, ...change });
  expect([rejections[0]?.name, events]).toEqual([name, []]);
  expect(depth()).toEqual(before);
});

// A position is in bounds on each maker's side; the two of the package together are not.
it.each([
  ['INSUFFICIENT_MARGIN', 2 ** 29],
  ['AMOUNT_OUT_OF_BOUNDS', 2 ** 29 + 1],
] as const)('%s: %i lots of each leg, 2^30 lots being the most that an account holds', (name, lots) => {
  const machine = started();
  for (const [index, account] of [0x100004, 0x100005].entries()) {
    const op = { kind: 1, account, amount: 10n ** 18n, owner: 9n, keyX: 4n, keyY: 5n } as const;
    expect(machine.apply({ type: 'l1Op', index: 3 + index, op }).rejections).toEqual([null]);
    expect(ask(machine, 1, CHAIN[index]?.instrument ?? 0, lots, 600_000n, account).rejections[0] ?? null).toBeNull();
  }
  const before = machine.view.account(BOB);
  const { rejections, events } = submit(machine, { maxLots: lots, limit: 1_400_000n, flags: FOK, legs: STRADDLE });
  expect([rejections[0]?.name, events]).toEqual([name, []]);
  expect(machine.view.account(BOB)).toEqual(before);
});

it('its row counts units, its makers’ rows lots, and premium adds to nothing', () => {
  const machine = started();
  submit(machine, { maxLots: 4, limit: 1_400_000n, legs: STRADDLE });
  const rows = machine.apply({ type: 'seal' }).sealed[0]?.rows.trades ?? [];
  expect(rows.map(({ account, lots, net }) => [account, lots, net])).toEqual([
    [BOB, 4, 5_600_000n],
    [ALICE, 4, -2_800_000n],
    [ALICE, 4, -2_800_000n],
  ]);
});
