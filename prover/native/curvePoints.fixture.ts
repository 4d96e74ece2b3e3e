import { bn254 } from '@noble/curves/bn254.js';
import { bytesToNumbers, numbersToBytes } from './numberBytes.ts';
import { numbersFrom } from './productCircuit.fixture.ts';

const { Fp } = bn254.fields;
const RADIX = 2n ** 256n % Fp.ORDER;
const TO_PLAIN = Fp.inv(RADIX);

const { Point: G1 } = bn254.G1;
const { Point: G2 } = bn254.G2;

/** What the tests need of a curve of noble's, and how the core writes its points. */
export type Curve<P> = {
  readonly group: 'G1' | 'G2';
  readonly zero: P;
  readonly base: P;
  readonly add: (a: P, b: P) => P;
  readonly negate: (a: P) => P;
  readonly multiply: (a: P, scalar: bigint) => P;
  readonly coordinates: (a: P) => readonly bigint[];
};

type PointG1 = typeof G1.BASE;
type PointG2 = typeof G2.BASE;

export const curveG1: Curve<PointG1> = {
  group: 'G1',
  zero: G1.ZERO,
  base: G1.BASE,
  add: (a, b) => a.add(b),
  negate: (a) => a.negate(),
  multiply: (a, scalar) => a.multiplyUnsafe(scalar),
  coordinates: (a) => {
    if (a.is0()) return [0n, 0n];
    const { x, y } = a.toAffine();
    return [x, y];
  },
};
export const curveG2: Curve<PointG2> = {
  group: 'G2',
  zero: G2.ZERO,
  base: G2.BASE,
  add: (a, b) => a.add(b),
  negate: (a) => a.negate(),
  multiply: (a, scalar) => a.multiplyUnsafe(scalar),
  coordinates: (a) => {
    if (a.is0()) return [0n, 0n, 0n, 0n];
    const { x, y } = a.toAffine();
    return [x.c0, x.c1, y.c0, y.c1];
  },
};

/** Numbers as the core keeps them. */
export const toMontgomery = (numbers: readonly bigint[]): Uint8Array =>
  numbersToBytes(numbers.map((number) => Fp.mul(number, RADIX)));

/** Numbers of a point or more as the core gives them. */
export const fromMontgomery = (bytes: Uint8Array): bigint[] =>
  bytesToNumbers(bytes).map((number) => Fp.mul(number, TO_PLAIN));

export const encodePoints = <P>(curve: Curve<P>, points: readonly P[]): Uint8Array =>
  toMontgomery(points.flatMap(curve.coordinates));

/** A walk from a point by steps of another: distinct, and nobody knows how they relate to the scalars. */
export function walk<P>({ base, add, multiply }: Curve<P>, count: number, seed: number): P[] {
  const next = numbersFrom(seed);
  const step = multiply(base, next());
  let at = multiply(base, next());
  return Array.from({ length: count }, () => {
    at = add(at, step);
    return at;
  });
}

/** The sum of points[i] * scalars[first + i], one by one. */
export const naiveSum = <P>(
  { zero, add, multiply }: Curve<P>,
  points: readonly P[],
  scalars: readonly bigint[],
  first: number,
): P =>
  points.reduce((sum, point, i) => {
    const scalar = scalars[first + i] ?? 0n;
    return scalar === 0n ? sum : add(sum, multiply(point, scalar));
  }, zero);
