import { FIELD_PRIME } from './hasher.ts';

/**
 * Baby Jubjub (EIP-2494) as circomlib has it: a x^2 + y^2 = 1 + d x^2 y^2 over BN254's scalar field, in extended
 * coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, T = XY/Z. The formulas are add-2008-hwcd and dbl-2008-hwcd of the
 * Explicit-Formulas Database; a is a square and d is not, so addition is complete.
 */
const P = FIELD_PRIME;
const A = 168700n;
const D = 168696n;

/** Order of the subgroup that B8 generates; the curve's order is 8 times this. */
export const SUBGROUP_ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041n;

export interface AffinePoint {
  readonly x: bigint;
  readonly y: bigint;
}

export interface ExtendedPoint {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

/** Generator of the subgroup. */
export const BASE8: AffinePoint = {
  x: 5299619240641551281634865583518297030282874472190772894086521144482721001553n,
  y: 16950150798460657717958625567821834550301663161624707787222815936182638968203n,
};

const IDENTITY: ExtendedPoint = { X: 0n, Y: 1n, Z: 1n, T: 0n };

const mod = (value: bigint): bigint => {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
};

/** On the curve, with both coordinates canonical (in [0, p)). */
export function isOnCurve({ x, y }: AffinePoint): boolean {
  if (x < 0n || x >= P || y < 0n || y >= P) return false;
  const x2 = (x * x) % P;
  const y2 = (y * y) % P;
  return (A * x2 + y2 - 1n - D * ((x2 * y2) % P)) % P === 0n;
}

export const toExtended = ({ x, y }: AffinePoint): ExtendedPoint => ({ X: x, Y: y, Z: 1n, T: (x * y) % P });

export const negate = ({ X, Y, Z, T }: ExtendedPoint): ExtendedPoint => ({ X: -X, Y, Z, T: -T });

export function add(p: ExtendedPoint, q: ExtendedPoint): ExtendedPoint {
  const a = (p.X * q.X) % P;
  const b = (p.Y * q.Y) % P;
  const c = (((p.T * q.T) % P) * D) % P;
  const d = q.Z === 1n ? p.Z : (p.Z * q.Z) % P;
  const e = ((p.X + p.Y) * (q.X + q.Y) - a - b) % P;
  const f = d - c;
  const g = d + c;
  const h = b - A * a;
  return { X: (e * f) % P, Y: (g * h) % P, Z: (f * g) % P, T: (e * h) % P };
}

export function double({ X, Y, Z }: ExtendedPoint): ExtendedPoint {
  const a = (X * X) % P;
  const b = (Y * Y) % P;
  const c = 2n * ((Z * Z) % P);
  const d = A * a;
  const e = ((X + Y) * (X + Y) - a - b) % P;
  const g = d + b;
  const f = g - c;
  const h = d - b;
  return { X: (e * f) % P, Y: (g * h) % P, Z: (f * g) % P, T: (e * h) % P };
}

export const isIdentity = ({ X, Y, Z }: ExtendedPoint): boolean => X % P === 0n && (Y - Z) % P === 0n;

/** Whether a projective point is the affine one, without an inversion. */
export const equalsAffine = ({ X, Y, Z }: ExtendedPoint, { x, y }: AffinePoint): boolean =>
  (X - x * Z) % P === 0n && (Y - y * Z) % P === 0n;

/** Inverse in the field, by the extended Euclidean algorithm; the value must not be 0. */
function invert(value: bigint): bigint {
  let [r0, r1] = [P, mod(value)];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return mod(t0);
}

export function toAffine({ X, Y, Z }: ExtendedPoint): AffinePoint {
  const inverse = invert(Z);
  return { x: mod(X * inverse), y: mod(Y * inverse) };
}

const WINDOW_BITS = 6;
const WINDOW_SIZE = 1 << WINDOW_BITS;
const SCALAR_BITS = 254;
const WINDOWS = Math.ceil(SCALAR_BITS / WINDOW_BITS);

/** multiples[w][j] = j * 2^(6 w) * B8, affine so that adding one saves a product. */
function buildBaseTable(): readonly (readonly ExtendedPoint[])[] {
  const table: ExtendedPoint[][] = [];
  let power = toExtended(BASE8);
  for (let window = 0; window < WINDOWS; window++) {
    const multiples = [IDENTITY];
    let multiple = IDENTITY;
    for (let j = 1; j < WINDOW_SIZE; j++) {
      multiple = add(multiple, power);
      multiples.push(toExtended(toAffine(multiple)));
    }
    table.push(multiples);
    power = toExtended(toAffine(add(multiple, power)));
  }
  return table;
}

let baseTable: ReturnType<typeof buildBaseTable> | undefined;

/** scalar * B8 from a table built on first use; scalar in [0, 2^254). */
export function multiplyBase(scalar: bigint): ExtendedPoint {
  baseTable ??= buildBaseTable();
  let sum = IDENTITY;
  let rest = scalar;
  for (const multiples of baseTable) {
    const multiple = multiples[Number(rest & BigInt(WINDOW_SIZE - 1))];
    if (multiple !== undefined && multiple !== IDENTITY) sum = add(sum, multiple);
    rest >>= BigInt(WINDOW_BITS);
  }
  return sum;
}

const NAF_WIDTH = 5;

/** Signed odd digits of width 5, least significant first: at most one in five is not 0. */
function nonAdjacentForm(scalar: bigint): number[] {
  const digits: number[] = [];
  let rest = scalar;
  while (rest > 0n) {
    let digit = 0;
    if (rest & 1n) {
      digit = Number(rest & 31n);
      if (digit >= 1 << (NAF_WIDTH - 1)) digit -= 1 << NAF_WIDTH;
      rest -= BigInt(digit);
    }
    digits.push(digit);
    rest >>= 1n;
  }
  return digits;
}

/** scalar * point, scalar >= 0. */
export function multiply(point: ExtendedPoint, scalar: bigint): ExtendedPoint {
  const twice = double(point);
  const odd: ExtendedPoint[] = [point];
  for (let i = 1; i < 1 << (NAF_WIDTH - 2); i++) odd.push(add(odd[i - 1] ?? point, twice));
  const digits = nonAdjacentForm(scalar);
  let sum = IDENTITY;
  for (let i = digits.length - 1; i >= 0; i--) {
    sum = double(sum);
    const digit = digits[i] ?? 0;
    const term = odd[Math.abs(digit) >> 1];
    if (digit !== 0 && term !== undefined) sum = add(sum, digit > 0 ? term : negate(term));
  }
  return sum;
}
