import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { PriceSourceError } from './PriceSourceError.ts';
import type { PriceSource } from './priceSource.ts';

interface PricePoint {
  /** Seconds on the file's own clock. */
  readonly timeSec: number;
  readonly price: bigint;
}

const MAX_PRICE = (1n << 40n) - 1n;
const UNITS_PER_USDC = 10_000n;

/**
 * Prices from CSV text with the header `time,price`: time in whole seconds, strictly increasing (any origin: the first row
 * is taken as `startSec`), price in USDC with at most four decimals. Between rows the earlier price stands; after the last row
 * it stands for good.
 *
 * @throws PriceSourceError PRICES_FILE_INVALID naming the first line that is wrong
 */
export function parsePrices(text: string, name: string, startSec: number): PriceSource {
  const points = parsePoints(text, name);
  const first = points[0] as PricePoint;
  return {
    description: `${name}, ${points.length} prices`,
    priceAt: (timeSec) => (points[lastAtOrBefore(points, timeSec - startSec + first.timeSec)] as PricePoint).price,
  };
}

/** @throws PriceSourceError PRICES_FILE_MISSING, PRICES_FILE_INVALID */
export async function readPricesFile(path: string, startSec: number): Promise<PriceSource> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const message = `Cannot read the price file ${path}. Give --prices a readable CSV file with the columns time,price.`;
    throw new PriceSourceError('PRICES_FILE_MISSING', message, { path }, cause);
  });
  return parsePrices(text, path, startSec);
}

function parsePoints(text: string, name: string): readonly PricePoint[] {
  const [header, ...rows] = readRecords(text, name);
  if (header === undefined || header.join() !== 'time,price') {
    throw invalid(name, 1, `the header is "${(header ?? []).join()}", not "time,price"`);
  }
  if (rows.length === 0) throw invalid(name, 2, 'there is no price');
  const points: PricePoint[] = [];
  for (const [index, row] of rows.entries()) points.push(parsePoint(row, points[points.length - 1], name, index + 2));
  return points;
}

function readRecords(text: string, name: string): string[][] {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: false });
  } catch (cause) {
    const line = (cause as { lines?: number }).lines ?? 1;
    throw invalid(name, line, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function parsePoint(row: readonly string[], before: PricePoint | undefined, name: string, line: number): PricePoint {
  const [time, price] = row;
  if (time === undefined || price === undefined || row.length !== 2) {
    throw invalid(name, line, `${row.length} fields, not two`);
  }
  if (!/^\d{1,12}$/.test(time)) throw invalid(name, line, `the time "${time}" is not a whole number of seconds`);
  const timeSec = Number(time);
  if (before !== undefined && timeSec <= before.timeSec) {
    throw invalid(name, line, `the time ${timeSec} is not after ${before.timeSec} of the line before`);
  }
  const [, whole, decimals = ''] = /^(\d{1,9})(?:\.(\d{1,4}))?$/.exec(price) ?? [];
  if (whole === undefined) {
    throw invalid(name, line, `the price "${price}" is not a decimal number with at most four decimals`);
  }
  const units = BigInt(whole) * UNITS_PER_USDC + BigInt(decimals.padEnd(4, '0'));
  if (units < 1n || units > MAX_PRICE)
    throw invalid(name, line, `the price ${price} is not between 0.0001 and 109951162.7775`);
  return { timeSec, price: units };
}

function invalid(name: string, line: number, what: string, cause?: unknown): PriceSourceError {
  const message = `The price file ${name} is wrong in line ${line}: ${what}. Correct the file: columns time,price.`;
  return new PriceSourceError('PRICES_FILE_INVALID', message, { path: name, line }, cause);
}

/** Index of the last point not after the time; 0 if there is none. */
function lastAtOrBefore(points: readonly PricePoint[], timeSec: number): number {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((points[middle] as PricePoint).timeSec <= timeSec) low = middle;
    else high = middle - 1;
  }
  return low;
}
