import type { Instrument } from '../core/protocol/instrument.ts';

/** The underlying of the demonstration: ETH. */
export const DEMO_MARKET = 1;

const UNITS_PER_USDC = 10_000n;
const NEAR_STRIKES_PPM = [980_000n, 1_020_000n];
const FAR_STRIKES_PPM = [850_000n, 930_000n, 1_000_000n, 1_070_000n, 1_150_000n];
const STRIKE_STEP = 10n * UNITS_PER_USDC;

/** A call and a put a strike, and a future, of one expiry; serials count on from `firstSerial`. */
export function expiryListing(
  spot: bigint,
  expirySec: number,
  firstSerial: number,
  term: 'near' | 'far',
): readonly Instrument[] {
  const shares = term === 'near' ? NEAR_STRIKES_PPM : FAR_STRIKES_PPM;
  const strikes = shares.map((share) => ((spot * share) / 1_000_000n / STRIKE_STEP) * STRIKE_STEP);
  const options = strikes.flatMap((strike) => [{ kind: 'call', strike } as const, { kind: 'put', strike } as const]);
  return [...options, { kind: 'future', strike: 0n } as const].map((terms, index) => ({
    instrument: DEMO_MARKET * 2 ** 16 + firstSerial + index,
    expirySec,
    ...terms,
  }));
}
