import type { RiskTable } from '../../node/core/protocol/riskRow.ts';
import type { TradeRow } from '../../node/core/protocol/rows.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import type { CircuitInput } from './circuitInput.ts';

/** The table's rows as inputs, unused ones 0, and how often each is traded. @throws Error if the table is too long for the shape. */
export const tableInput = (
  table: RiskTable,
  trades: readonly TradeRow[],
  columns: number,
  shape: Shape,
): CircuitInput => {
  if (table.length > shape.instruments) throw new Error(`${table.length} instruments do not fit shape ${shape.name}`);
  const rows = Array.from({ length: shape.instruments }, (_, m) => table[m]);
  const traded = new Map<number, bigint>();
  for (const { instrument } of trades.flatMap(({ legs }) => legs)) {
    traded.set(instrument, (traded.get(instrument) ?? 0n) + 1n);
  }
  return {
    tableId: rows.map((row) => BigInt(row?.instrument ?? 0)),
    tableStatus: rows.map((row) => BigInt(row?.status ?? 0)),
    tableShortCharge: rows.map((row) => row?.shortCharge ?? 0n),
    tableTrades: rows.map((row) => traded.get(row?.instrument ?? 0) ?? 0n),
    tableValues: rows.map((row) => row?.values ?? Array<bigint>(columns).fill(0n)),
  };
};
