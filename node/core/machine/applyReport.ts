import type { Entry } from '../protocol/entry.ts';
import { INSTRUMENT_STATUS, type RiskRow, type RiskTable } from '../protocol/riskRow.ts';
import { applyDeferredL1Ops } from './applyL1Op.ts';
import type { Exchange } from './exchange.ts';
import { liquidateAll } from './liquidate.ts';
import type { RejectionName } from './rejections.ts';
import { settleAll } from './settle.ts';

type ReportEntry = Extract<Entry, { type: 'report' }>;

const VALUE_BOUND = 2n ** 40n;

function rowHolds(row: RiskRow, columns: number): boolean {
  const expired = row.status === INSTRUMENT_STATUS.EXPIRED;
  if (!expired && row.status !== INSTRUMENT_STATUS.LIVE) return false;
  if (row.values.length !== columns || row.shortCharge < 0n || row.shortCharge >= VALUE_BOUND) return false;
  if (expired && (row.shortCharge !== 0n || row.values.some((value) => value !== row.values[0]))) return false;
  return row.values.every((value) => value >= 0n && value < VALUE_BOUND);
}

function rebuild(exchange: Exchange, entry: ReportEntry): RiskTable | null {
  const instruments = exchange.sortedInstruments().map((instrument) => instrument.spec);
  let table: RiskTable;
  try {
    table = exchange.rebuildTable(entry.inputs, instruments, entry);
  } catch {
    return null; // whatever a report's bytes are, they must not stop the machine: the report is refused
  }
  const ordered = table.every((row, k) => row.instrument > (table[k - 1]?.instrument ?? 0));
  return ordered && table.every((row) => rowHolds(row, exchange.columns)) ? table : null;
}

function tableProblem(exchange: Exchange, table: RiskTable, timeSec: number): RejectionName | null {
  const rows = new Map(table.map((row) => [row.instrument, row]));
  if (table.length > exchange.instrumentLimit) return 'REPORT_TOO_LARGE';
  for (const { id, holders, payoff, spec } of exchange.instruments.values()) {
    const next = rows.get(id);
    if (holders > 0 && next === undefined) return 'REPORT_LACKS_INSTRUMENT';
    if (next === undefined) continue;
    const expired = next.status === INSTRUMENT_STATUS.EXPIRED;
    // L1 pays no settlement before the expiry that it lists, nor at another payoff than the first.
    if (expired && spec.expirySec > timeSec) return 'REPORT_SETTLES_EARLY';
    if (payoff === null) continue;
    if (!expired) return 'REPORT_REVIVES_INSTRUMENT';
    if (next.values[0] !== payoff) return 'REPORT_CHANGES_PAYOFF';
  }
  return null;
}

function timeProblem(exchange: Exchange, timeSec: number): RejectionName | null {
  if (exchange.report !== null && timeSec <= exchange.report.timeSec) return 'REPORT_OUT_OF_ORDER';
  if (timeSec > exchange.timeSec) return 'REPORT_FROM_FUTURE';
  return exchange.timeSec - timeSec > exchange.genesis.reportMaxAgeSec ? 'REPORT_TOO_OLD' : null;
}

/** Puts a table in force: rows, fees a lot, and every account's scenarios. The open batch must be empty. */
export function adoptTable(exchange: Exchange, table: RiskTable, spots: ReadonlyMap<number, bigint>): void {
  const rows = new Map(table.map((row) => [row.instrument, row]));
  exchange.table = table;
  for (const instrument of exchange.instruments.values()) {
    exchange.price(instrument, rows.get(instrument.id) ?? null, spots.get(instrument.market) ?? 0n);
  }
  for (const account of exchange.accounts.values()) account.reprice();
}

/** Cancels what rests in instruments that the new table has expired, or does not have. */
function cancelDead(exchange: Exchange): void {
  for (const instrument of exchange.sortedInstruments()) {
    if (instrument.live) continue;
    exchange.cancelBook(instrument, instrument.row === null ? 'instrumentUnpriced' : 'instrumentExpired');
  }
}

/** Takes an oracle report: new table, then waiting L1 ops, settlements and liquidations at it. */
export function applyReport(exchange: Exchange, entry: ReportEntry): RejectionName | null {
  const late = timeProblem(exchange, entry.timeSec);
  if (late !== null) return late;
  const table = rebuild(exchange, entry);
  if (table === null) return 'REPORT_INVALID';
  const problem = tableProblem(exchange, table, entry.timeSec);
  if (problem !== null) return problem;
  const spots = new Map(entry.spots.map((spot) => [Number(spot >> 40n), spot & (VALUE_BOUND - 1n)]));
  exchange.closeBatch();
  exchange.report = { timeSec: entry.timeSec, index: exchange.entryIndex, spots };
  adoptTable(exchange, table, spots);
  exchange.events.push({ type: 'reportApplied', timeSec: entry.timeSec, instruments: table.length });
  cancelDead(exchange);
  applyDeferredL1Ops(exchange);
  settleAll(exchange);
  liquidateAll(exchange);
  return null;
}
