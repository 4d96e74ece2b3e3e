import type { PriceSource } from './priceSource.ts';

/**
 * What instruments of an expiry settle at: the average of the prices of the last `windowSec` seconds up to and with the
 * expiry's own second, floored to a price unit. One second's jump moves it by a part only.
 */
export function settlementPrice(source: PriceSource, expirySec: number, windowSec: number): bigint {
  let sum = 0n;
  for (let second = expirySec - windowSec + 1; second <= expirySec; second += 1) sum += source.priceAt(second);
  return sum / BigInt(windowSec);
}
