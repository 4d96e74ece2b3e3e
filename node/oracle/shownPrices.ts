import { impliedVolatilityE9 } from '../core/pricing/black76.ts';
import type { ExpiryInputs, ReportInputs } from '../core/pricing/reportInputs.ts';
import { sliceVarianceX64, sviSlice } from '../core/pricing/svi.ts';

const VOLATILITY_SHIFT = 40n;
const EXPIRY_SHIFT = 72n;
const MARKET_SHIFT = 112n;
const PRICE_MASK = (1n << 40n) - 1n;
const MAX_VOLATILITY_PPM = (1n << 32n) - 1n;

/** What a report shows L1 of one spot (expiry and volatility 0) or of one expiry. */
export interface ShownPrice {
  /** 0 to 15. */
  readonly market: number;
  readonly expirySec: number;
  /** Price units: the spot, or the forward. */
  readonly price: bigint;
  /** At the money, millionths a year. */
  readonly volatilityPpm: bigint;
}

/** price 40 @0 | volatility 32 @40 | expiry 40 @72 | market 4 @112 (protocol, section 7). */
export const packShownPrice = ({ market, expirySec, price, volatilityPpm }: ShownPrice): bigint =>
  price | (volatilityPpm << VOLATILITY_SHIFT) | (BigInt(expirySec) << EXPIRY_SHIFT) | (BigInt(market) << MARKET_SHIFT);

/** Inverse of packShownPrice for words below 2^116; a market above 15 shows in a wider word. */
export const unpackShownPrice = (word: bigint): ShownPrice => ({
  price: word & PRICE_MASK,
  volatilityPpm: (word >> VOLATILITY_SHIFT) & MAX_VOLATILITY_PPM,
  expirySec: Number((word >> EXPIRY_SHIFT) & PRICE_MASK),
  market: Number(word >> MARKET_SHIFT),
});

/**
 * What the report of these inputs must show L1, packed: of each market its spot, then of each expiry to come its forward
 * and the volatility of its curve at the money.
 */
export const shownPrices = ({ markets, timeSec }: ReportInputs): bigint[] =>
  markets.flatMap(({ expiries, market, spot }) => [
    packShownPrice({ market, expirySec: 0, price: spot, volatilityPpm: 0n }),
    ...expiries
      .filter(({ expirySec }) => expirySec > timeSec)
      .map((expiry) =>
        packShownPrice({
          market,
          expirySec: Number(expiry.expirySec),
          price: expiry.forward,
          volatilityPpm: atTheMoneyPpm(expiry, expiry.expirySec - timeSec),
        }),
      ),
  ]);

/** Floored to a millionth, at least one and at most what 32 bits hold. */
function atTheMoneyPpm(expiry: ExpiryInputs, leftSec: bigint): bigint {
  const ppm = impliedVolatilityE9(sliceVarianceX64(sviSlice(expiry), 0n), leftSec) / 1_000n;
  if (ppm < 1n) return 1n;
  return ppm < MAX_VOLATILITY_PPM ? ppm : MAX_VOLATILITY_PPM;
}
