import { isInstrumentId } from '../protocol/ids.ts';
import { INSTRUMENT_STATUS, type RiskRow, type RiskTable } from '../protocol/riskRow.ts';
import { WIDTH } from '../protocol/widths.ts';
import { fitsUnsigned } from '../units/bounds.ts';
import { RiskError } from './RiskError.ts';

/** Rows by instrument. */
export type RiskIndex = ReadonlyMap<number, RiskRow>;

function checkRow(row: RiskRow, columns: number): void {
  const refuse = (why: string): never => {
    throw new RiskError('RISK_TABLE_INVALID', `risk table refused: ${why}`, { instrument: row.instrument });
  };
  if (!isInstrumentId(row.instrument)) refuse('no instrument has this id');
  if (row.status !== INSTRUMENT_STATUS.LIVE && row.status !== INSTRUMENT_STATUS.EXPIRED) refuse('unknown status');
  if (row.values.length !== columns) refuse(`a row has ${row.values.length} values instead of ${columns}`);
  if (![row.shortCharge, ...row.values].every((value) => fitsUnsigned(value, WIDTH.price)))
    refuse('a value is too large');
  if (row.status !== INSTRUMENT_STATUS.EXPIRED) return;
  if (row.shortCharge !== 0n) refuse('an expired row has a short charge');
  if (row.values.some((value) => value !== row.values[0])) refuse('an expired row has more than one payoff');
}

/** Checks bounds and order of a table and makes it searchable. @throws RiskError RISK_TABLE_INVALID */
export function indexRiskTable(table: RiskTable, columns: number): RiskIndex {
  const index = new Map<number, RiskRow>();
  let previous = 0;
  for (const row of table) {
    checkRow(row, columns);
    if (row.instrument <= previous) {
      throw new RiskError('RISK_TABLE_INVALID', 'risk table refused: ids are not strictly increasing', {
        instrument: row.instrument,
      });
    }
    previous = row.instrument;
    index.set(row.instrument, row);
  }
  return index;
}
