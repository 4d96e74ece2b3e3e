import { beforeAll, describe, expect, test } from 'vitest';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import type { Hasher } from '../crypto/hasher.ts';
import type { RiskRow } from '../protocol/riskRow.ts';
import { isFairLiquidation, isMarginBinding, type Margin, maintenanceBreached, marginOf, mayEndAt } from './margin.ts';
import { indexRiskTable } from './riskTable.ts';
import { riskRowHash, riskTableHash } from './tableHash.ts';

const row = (instrument: number, values: readonly bigint[], fields: Partial<RiskRow> = {}): RiskRow => ({
  instrument,
  status: 0,
  shortCharge: 10n,
  values,
  ...fields,
});
const TABLE = [row(0x10001, [100n, 50n, 300n]), row(0x10002, [40n, 90n, 5n])];
const margin = (e0: bigint, worst: bigint): Margin => ({ equity: [e0], shortCharge: 0n, worst });

test('equity per scenario, short charge and the worst of them, by hand', () => {
  const positions = [
    { instrument: 0x10001, lots: -3 },
    { instrument: 0x10002, lots: 2 },
  ];
  // 1000 - 300 + 80, 1000 - 150 + 180, 1000 - 900 + 10; three lots short at 10.
  expect(marginOf({ cash: 1000n, positions }, indexRiskTable(TABLE, 3), 3)).toEqual({
    equity: [780n, 1030n, 110n],
    shortCharge: 30n,
    worst: 80n,
  });
});

test('a position that the table lacks is an error, not worth nothing', () => {
  const positions = [{ instrument: 0x10003, lots: 1 }];
  expect(() => marginOf({ cash: 0n, positions }, indexRiskTable(TABLE, 3), 3)).toThrow('no row for instrument 65539');
});

test('thresholds to the unit', () => {
  expect([-1n, 0n].map((worst) => mayEndAt(margin(0n, -2n), margin(0n, worst)))).toEqual([true, true]);
  expect(mayEndAt(margin(0n, -2n), margin(0n, -3n))).toBe(false);
  expect(mayEndAt(margin(0n, 5n), margin(0n, -1n))).toBe(false);
  expect([-30n, -31n].map((worst) => maintenanceBreached(margin(90n, worst)))).toEqual([false, true]);
  expect([999_999n, 1_000_000n].map((worst) => isMarginBinding(margin(0n, worst)))).toEqual([true, false]);
  // 40 of worst gained may cost 10 of equity.
  expect(isFairLiquidation(margin(90n, -100n), margin(80n, -60n))).toBe(true);
  expect(isFairLiquidation(margin(90n, -100n), margin(79n, -60n))).toBe(false);
  expect(isFairLiquidation(margin(90n, -100n), margin(90n, -100n))).toBe(false);
  expect(isFairLiquidation(margin(90n, -30n), margin(90n, 0n))).toBe(false);
});

describe('a risk table is refused', () => {
  test.each<[string, RiskRow[], string]>([
    ['ids equal', [TABLE[0] as RiskRow, TABLE[0] as RiskRow], 'strictly increasing'],
    ['ids falling', [...TABLE].reverse(), 'strictly increasing'],
    ['a value of 41 bits', [row(1, [1n, 2n, 2n ** 40n])], 'too large'],
    ['a negative value', [row(1, [1n, 2n, -1n])], 'too large'],
    ['columns missing', [row(1, [1n])], '1 values instead of 3'],
    ['instrument 0', [row(0, [1n, 1n, 1n])], 'no instrument'],
    ['two payoffs', [row(1, [1n, 1n, 2n], { status: 1, shortCharge: 0n })], 'more than one payoff'],
    ['a charge on an expired row', [row(1, [1n, 1n, 1n], { status: 1 })], 'short charge'],
  ])('%s', (_, table, message) => {
    expect(() => indexRiskTable(table, 3)).toThrow(message);
  });
});

describe('table hash', () => {
  let hasher: Hasher;
  beforeAll(async () => {
    hasher = await createCircomHasher();
  });
  const values = Array.from({ length: 30 }, (_, i) => BigInt(i + 1));

  test('15 columns are one call, 30 are two, rows go through the sponge', () => {
    const head = 0x10001n | (10n << 24n);
    const first = hasher.poseidon([head, ...values.slice(0, 15)]);
    const narrow = row(0x10001, values.slice(0, 15));
    expect(riskRowHash(hasher, narrow)).toBe(first);
    const both = hasher.poseidon([first, ...values.slice(15)]);
    expect(riskRowHash(hasher, row(0x10001, values))).toBe(both);
    expect(riskTableHash(hasher, [narrow, narrow])).toBe(
      hasher.poseidon([2n, first, first, ...Array<bigint>(13).fill(0n)]),
    );
    expect(riskTableHash(hasher, [])).toBe(0n);
  });
});
