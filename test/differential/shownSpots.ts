import { packShownPrice } from '../../node/oracle/shownPrices.ts';

/** What a test's report shows L1: its spots (price 40 @0 | market 4 @40) alone. Its expiries come within the grace of a listing. */
export const shownSpots = (spots: readonly bigint[]): bigint[] =>
  spots.map((spot) =>
    packShownPrice({ market: Number(spot >> 40n), expirySec: 0, price: spot & ((1n << 40n) - 1n), volatilityPpm: 0n }),
  );
