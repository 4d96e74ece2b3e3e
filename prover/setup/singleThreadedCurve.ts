import { buildBn128, type Curve } from 'ffjavascript';

let curve: Promise<Curve> | undefined;

/** ffjavascript's BN254 without worker threads, built once: that takes some 100 ms, and it keeps no such curve itself. */
export function singleThreadedCurve(): Promise<Curve> {
  curve ??= buildBn128(true);
  return curve;
}
