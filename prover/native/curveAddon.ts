import type { Implementation } from './coreAddon.ts';
import type { NativeJob } from './runJob.ts';

/**
 * Functions of src/binding/curveBinding.cc. Points are affine, in Montgomery form (times 2^256) as in .zkey files: x and y
 * of 32 bytes each for G1, real and imaginary part of x, then of y, for G2; all zero is infinity. An implementation of ''
 * is the best. What is not on the curve, not reduced or of another length throws CORE_ARGUMENT_INVALID.
 */
export type CurveAddon = {
  /**
   * Two points: the sum of scalars[first + i] * points[i], and that over the first half of the points (rounded down).
   *
   * @param scalars 32 bytes each, little-endian, not in Montgomery form, below r; more than points are allowed
   */
  multiplyPoints(
    group: 'G1' | 'G2',
    points: Uint8Array,
    scalars: Uint8Array,
    first: number,
    threads: number,
    implementation: Implementation | '',
  ): NativeJob<Uint8Array>;
  /** a[i] + b[i]. */
  addPoints(group: 'G1' | 'G2', a: Uint8Array, b: Uint8Array, implementation: Implementation | ''): Uint8Array;
  /** Whether all coordinates are reduced and all points on the curve or infinity. */
  arePointsOnCurve(group: 'G1' | 'G2', points: Uint8Array, implementation: Implementation | ''): boolean;
};
