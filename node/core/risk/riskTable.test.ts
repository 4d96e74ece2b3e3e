import { expect, it } from 'vitest';
import { INSTRUMENT_STATUS, type RiskRow } from '../protocol/riskRow.ts';
import { marginOf } from './margin.ts';
import { indexRiskTable } from './riskTable.ts';

const row = (change: Partial<RiskRow> = {}): RiskRow => ({
  instrument: 0x10001,
  status: INSTRUMENT_STATUS.LIVE,
  shortCharge: 5n,
  values: [1n, 2n, 3n],
  ...change,
});
const expired = { status: INSTRUMENT_STATUS.EXPIRED, shortCharge: 0n, values: [7n, 7n, 7n] };

it.each<readonly [what: string, table: readonly RiskRow[]]>([
  ['an id that no instrument has', [row({ instrument: 0x10000 })]],
  ['an unknown status', [{ ...row(), status: 7 } as unknown as RiskRow]],
  ['too few values', [row({ values: [1n, 2n] })]],
  ['a value out of its width', [row({ values: [1n, 2n, 1n << 40n] })]],
  ['a negative charge', [row({ shortCharge: -1n })]],
  ['a charge on what has expired', [row({ ...expired, shortCharge: 1n })]],
  ['two payoffs', [row({ ...expired, values: [7n, 7n, 8n] })]],
  ['rows out of order', [row({ instrument: 0x10002 }), row()]],
  ['a row twice', [row(), row()]],
])('a table with %s is refused', (_, table) => {
  expect(() => indexRiskTable(table, 3)).toThrow(expect.objectContaining({ code: 'RISK_TABLE_INVALID' }));
});

it('takes live and expired rows in order, and values no other position', () => {
  const index = indexRiskTable([row(), row({ ...expired, instrument: 0x10002 })], 3);
  const holding = (instrument: number) => ({ cash: 1n, positions: [{ instrument, lots: 2 }] });
  expect(marginOf(holding(0x10002), index, 3).worst).toBe(15n);
  const unknown = { code: 'RISK_UNKNOWN_INSTRUMENT', data: { instrument: 0x10003 } };
  expect(() => marginOf(holding(0x10003), index, 3)).toThrow(expect.objectContaining(unknown));
});
