import { SECONDS_PER_DAY, SECONDS_PER_YEAR } from '../core/pricing/black76.ts';
import { sqrtFloor } from '../core/pricing/fixedPoint.ts';
import type { SviParameters } from '../core/pricing/svi.ts';

/** At-the-money volatility, in millionths: 65%. */
const ATM_VOL_PPM = 650_000n;
/** A forward's premium over spot: 0.01% a day. */
const BASIS_PPM_PER_DAY = 100n;

/**
 * One expiry of an SSVI surface (Gatheral and Jacquier, "Arbitrage-free SVI volatility surfaces", 2014) in raw SVI
 * parameters: theta = vol^2 T, phi = theta^(-1/2), rho = -1/4, so
 *
 *     a = theta (1 - rho^2) / 2,  b = sqrt(theta) / 2,  m = -rho sqrt(theta),  sigma = sqrt(1 - rho^2) sqrt(theta).
 *
 * Free of butterfly arbitrage (eta^2 (1 + |rho|) = 1.25 <= 4) and of calendar arbitrage (theta phi rises with theta).
 */
export function demonstrationSvi(timeToExpirySec: bigint): SviParameters {
  const thetaE18 = (ATM_VOL_PPM * ATM_VOL_PPM * 10n ** 6n * timeToExpirySec) / SECONDS_PER_YEAR;
  const rootE15 = sqrtFloor(thetaE18 * 10n ** 12n);
  return {
    aE15: (thetaE18 * 15n) / 32_000n,
    bE15: rootE15 / 2n,
    rhoE9: -250_000_000n,
    mE9: rootE15 / 4_000_000n,
    // sqrt(15) / 4
    sigmaE9: (rootE15 * 968_245_837n) / 10n ** 15n,
  };
}

/** spot * (1 + basis * time), floored to a price unit. */
export function demonstrationForward(spot: bigint, timeToExpirySec: bigint): bigint {
  return spot + (spot * BASIS_PPM_PER_DAY * timeToExpirySec) / (SECONDS_PER_DAY * 1_000_000n);
}
