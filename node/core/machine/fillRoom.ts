import { NO_ROWS, type RowCounts } from '../protocol/rowCounts.ts';
import type { AccountState } from './accountState.ts';
import type { Exchange } from './exchange.ts';
import type { InstrumentState } from './instrumentState.ts';
import type { Touch } from './openBatch.ts';
import type { Order } from './order.ts';

/** Rows of a fill by how many trade rows it adds. Made once: room is asked for with every fill. */
const FILL_ROWS = [0, 1, 2].map((trades) => ({ ...NO_ROWS, trades }));

function fillTouches(taker: AccountState, maker: AccountState, instrument: InstrumentState): readonly Touch[] {
  return [
    { account: taker, positions: taker.positionsWith(instrument.id) },
    { account: maker, positions: maker.positionsWith(instrument.id) },
  ];
}

/** Whether a fill between two accounts fits an empty batch at all. */
export function fillFitsFresh(
  exchange: Exchange,
  taker: AccountState,
  maker: AccountState,
  instrument: InstrumentState,
): boolean {
  const { batch, shape } = exchange;
  const most = Math.max(taker.lots.length, maker.lots.length) + 1;
  if (most <= 16 && shape.accountChunks.length >= 2 && shape.trades >= 2) return true;
  return batch.fits(FILL_ROWS[2] as RowCounts, fillTouches(taker, maker, instrument), true);
}

/** Room for a fill's two rows. `takerOrder` is null for a liquidation, whose row may already exist. */
export function makeRoomForFill(
  exchange: Exchange,
  taker: AccountState,
  takerOrder: Order | null,
  rowExists: boolean,
  maker: Order,
): void {
  const { number } = exchange.batch;
  const other = maker.account;
  const instrument = maker.instrument as InstrumentState;
  const touched = taker.touchedBatch === number && other.touchedBatch === number;
  const newPosition = taker.lotsOf(instrument.id) === 0 || other.lotsOf(instrument.id) === 0;
  const conflict =
    other.liquidatedBatch === number ||
    (takerOrder !== null ? taker.liquidatedBatch === number : taker.signedBatch === number || taker.opBatch === number);
  const trades = (rowExists ? 0 : 1) + (maker.rowBatch === number ? 0 : 1);
  if (!conflict && touched && trades === 0 && !newPosition) return;
  exchange.makeRoom(FILL_ROWS[trades] as RowCounts, fillTouches(taker, other, instrument), conflict);
}
