import { formatDecimal } from '../core/units/decimal.ts';
import type { Level, Ticker } from './marketView.ts';

const price = (units: bigint): string => Number(formatDecimal(units, 4)).toFixed(2);
const top = (level: Level | null): string => (level === null ? '-' : price(BigInt(level.price)));

/** Book tops as a table, an instrument a line. */
export function marketTable(market: readonly Ticker[], nowSec: number): string {
  const index = market.find((ticker) => ticker.index !== null)?.index;
  const rows = market.map((ticker) => [
    ticker.kind === 'future' ? 'future' : `${Number(ticker.strike / 10_000n)} ${ticker.kind}`,
    timeLeft(ticker.expirySec - nowSec),
    top(ticker.bestBid),
    ticker.mark === null ? '-' : price(ticker.mark),
    top(ticker.bestAsk),
  ]);
  const table = [['ETH', 'expires', 'bid', 'mark', 'ask'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
  return [`ETH index ${index === undefined || index === null ? '-' : price(index)}`, ...lines].join('\n  ');
}

function timeLeft(seconds: number): string {
  if (seconds <= 0) return 'expired';
  if (seconds < 600) return `${seconds} s`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
