/** Whom liquidation touches, how far it goes, and what it leaves alone. */
import { expect, it } from 'vitest';
import { simpleTable, tableBytes } from '../../../test/property/tableText.ts';
import { testGenesis, testRules } from '../../../test/property/testMachine.ts';
import { packFlags } from '../protocol/flags.ts';
import type { Instrument } from '../protocol/instrument.ts';
import { DEVELOPMENT_PRESET } from '../protocol/presets.ts';
import { createMachine, type Machine } from './machine.ts';

const NOW = 1_000_000;
const SPOT = 30_000_000n;
const SIGNATURE = { rX: 1n, rY: 2n, s: 3n };
const FUTURE: Instrument = { instrument: 0x10001, kind: 'future', expirySec: NOW + 5_000, strike: 0n };
const [ALICE, BOB, POOR] = [0x100001, 0x100002, 0x100003];

interface Terms {
  readonly lots: number;
  readonly price: number;
  readonly maxFeePerLot?: number;
  readonly reduceOnly?: boolean;
}

/** One lot of the future bought (+1) or sold (-1) for each of `lots`. */
function order(machine: Machine, account: number, nonce: number, side: 1 | -1, terms: Terms) {
  const { lots: maxLots, maxFeePerLot = 1_000_000, price, reduceOnly = false } = terms;
  const intent = {
    account,
    nonce,
    expirySec: NOW + 1_000,
    maxLots,
    maxFeePerLot,
    limit: BigInt(price * side),
    flags: packFlags({ timeInForce: 0, postOnly: false, reduceOnly, selfTrade: 0 }),
    legs: [{ instrument: FUTURE.instrument, ratio: side }],
  };
  return machine.apply({ type: 'intent', signed: { intent, signature: SIGNATURE } });
}

function report(machine: Machine, timeSec: number, spot: bigint) {
  machine.apply({ type: 'tick', timeSec });
  const inputs = tableBytes(simpleTable([FUTURE], spot, timeSec, 15));
  return machine.apply({ type: 'report', timeSec, inputs, spots: [(1n << 40n) | spot], signatures: [] });
}

/** POOR is short 100 futures at 30 million, with `cash` behind them; ALICE and BOB have plenty. */
function started(cash = 481_000_000n): Machine {
  const machine = createMachine(testRules(DEVELOPMENT_PRESET), testGenesis(DEVELOPMENT_PRESET));
  machine.apply({ type: 'tick', timeSec: NOW });
  machine.apply({ type: 'list', instruments: [FUTURE] });
  report(machine, NOW, SPOT);
  for (const [index, account] of [ALICE, BOB, POOR].entries()) {
    const amount = account === POOR ? cash : 10n ** 12n;
    machine.apply({ type: 'l1Op', index, op: { kind: 1, account, amount, owner: 9n, keyX: 4n, keyY: 5n } });
  }
  order(machine, ALICE, 1, 1, { lots: 100, price: 30_000_000 });
  order(machine, POOR, 1, -1, { lots: 100, price: 30_000_000 });
  expect(machine.view.account(POOR)?.positions).toEqual([{ instrument: FUTURE.instrument, lots: -100 }]);
  return machine;
}

const closedLots = (machine: Machine): number => 100 + (machine.view.account(POOR)?.positions[0]?.lots ?? 0);

it('nobody whose maintenance holds is touched', () => {
  const machine = started();
  order(machine, BOB, 1, -1, { lots: 1_000, price: 30_010_000 });
  const { events } = report(machine, NOW + 10, 30_010_000n);
  expect(machine.view.account(POOR)?.maintenanceBreached).toBe(false);
  expect(events.filter(({ type }) => type === 'liquidation' || type === 'fill')).toEqual([]);
});

it('closes at no fee of its own, no further than initial margin needs, inside the bound on what it costs', () => {
  const machine = started(620_000_000n);
  order(machine, BOB, 1, -1, { lots: 1_000, price: 33_000_000 });
  const spot = 33_000_000n;
  const { events } = report(machine, NOW + 10, spot);
  const after = machine.view.account(POOR);
  if (after === null) throw new Error('bad test');
  const fills = events.flatMap((event) => (event.type === 'fill' ? [event] : []));
  expect(fills.length).toBeGreaterThan(0);
  for (const { liquidation, taker } of fills) {
    expect([liquidation, taker]).toEqual([true, { account: POOR, nonce: 0, fee: 0n }]);
  }
  expect(closedLots(machine)).toBeGreaterThan(0);
  expect(closedLots(machine)).toBeLessThan(100);
  expect(after.initialExcess).toBeGreaterThanOrEqual(0n);
  // One lot less, at the mark, and margin would not be met: a future's W is linear in its lots.
  const perLot = spot / 10n + spot / 20n + (spot * 5n) / 1_000n;
  expect(after.initialExcess).toBeLessThan(perLot * 2n);
});

it('cancels the account’s own orders first, and says when it begins and ends', () => {
  const machine = started();
  order(machine, POOR, 2, 1, { lots: 5, price: 29_000_000 });
  order(machine, BOB, 1, -1, { lots: 1_000, price: 33_000_000 });
  const { events } = report(machine, NOW + 10, 33_000_000n);
  const told = events.flatMap((event) => {
    if (event.type === 'cancelled') return [`${event.account} ${event.reason}`];
    return event.type === 'liquidation' ? [event.phase] : [];
  });
  expect(told).toEqual([`${POOR} liquidation`, 'begun', 'ended']);
});

it('cancels a maker whose fee cap does not allow the fill, and goes on to the next', () => {
  const machine = started();
  order(machine, ALICE, 2, -1, { lots: 10, price: 32_990_000, maxFeePerLot: 0 });
  order(machine, BOB, 2, -1, { lots: 1_000, price: 33_000_000 });
  const { events } = report(machine, NOW + 10, 33_000_000n);
  const cancelled = events.flatMap((event) => (event.type === 'cancelled' ? [event.reason] : []));
  expect(cancelled).toEqual(['feeMaker']);
  expect(closedLots(machine)).toBeGreaterThan(0);
});

it('with nobody to trade with, leaves the positions and goes on with the next report', () => {
  const machine = started();
  const first = report(machine, NOW + 10, 33_000_000n).events;
  expect(first.map(({ type }) => type)).toEqual(['batchSealed', 'reportApplied', 'liquidation', 'liquidation']);
  expect(closedLots(machine)).toBe(0);
  order(machine, BOB, 1, -1, { lots: 1_000, price: 33_000_000 });
  report(machine, NOW + 20, 33_000_000n);
  expect(closedLots(machine)).toBeGreaterThan(0);
});

it('its rows are nonce 0 and fee 0, in a batch without signed rows of the account', () => {
  const machine = started();
  order(machine, BOB, 1, -1, { lots: 1_000, price: 33_000_000 });
  const sealed = [...report(machine, NOW + 10, 33_000_000n).sealed, ...machine.apply({ type: 'seal' }).sealed];
  const batch = sealed.find(({ rows }) => rows.trades.some(({ liquidation }) => liquidation));
  const rows = batch?.rows.trades.filter(({ account }) => account === POOR);
  expect(rows).toMatchObject([{ nonce: 0, fee: 0n, liquidation: true, legs: [{ ratio: 1 }] }]);
  expect(batch?.authorisations.trades.filter((signed) => signed?.intent.account === POOR)).toEqual([]);
});
