import type { MachineView } from '../core/machine/machineView.ts';
import { type DeviationBound, isWithinDeviation } from '../oracle/deviation.ts';

/** What a report says of prices: spots packed as signed (protocol, section 7). */
export interface ReportedSpots {
  readonly timeSec: number;
  readonly spots: readonly bigint[];
}

const MARKETS = 16;
const MARKET_SHIFT = 40n;
const PRICE_MASK = (1n << MARKET_SHIFT) - 1n;

/** Of the report that the machine values with; null before the first. */
export const spotsInForce = (view: Pick<MachineView, 'reportTimeSec' | 'spot'>): ReportedSpots | null => {
  const timeSec = view.reportTimeSec();
  if (timeSec === null) return null;
  const spots = Array.from({ length: MARKETS }, (_, market) => {
    const price = view.spot(market);
    return price === null ? [] : [(BigInt(market) << MARKET_SHIFT) + price];
  }).flat();
  return { timeSec, spots };
};

export interface Leap {
  readonly market: number;
  readonly price: bigint;
  readonly pastPrice: bigint;
  readonly pastTimeSec: number;
}

/**
 * L1 compares a report with the one that the batch before used, not with the one signed before. Reports that no batch used
 * are steps that L1 never sees: two small steps may be one leap to it, and the batch behind would be refused for good. So a report
 * must be near every report that may come to be its predecessor on L1.
 * @returns the first leap, or null
 */
export const findLeap = (
  bound: DeviationBound,
  report: ReportedSpots,
  predecessors: readonly ReportedSpots[],
): Leap | null => {
  for (const past of predecessors) {
    const prices = new Map(past.spots.map((spot) => [spot >> MARKET_SHIFT, spot & PRICE_MASK]));
    for (const spot of report.spots) {
      const pastPrice = prices.get(spot >> MARKET_SHIFT);
      const price = spot & PRICE_MASK;
      if (pastPrice === undefined) continue;
      if (isWithinDeviation(bound, { price: pastPrice, timeSec: past.timeSec }, price, report.timeSec)) continue;
      return { market: Number(spot >> MARKET_SHIFT), price, pastPrice, pastTimeSec: past.timeSec };
    }
  }
  return null;
};
