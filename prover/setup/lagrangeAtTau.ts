import { type Bn254Arena, scalarBytes } from './Bn254Arena.ts';
import { FIELD_BYTES, SCALAR_FIELD } from './r1csHeader.ts';

const TWO_ADICITY = 28;
/** 5 generates the multiplicative group's 2-part: it is the least quadratic non-residue, as ffjavascript finds it. */
const NON_RESIDUE = 5n;

/** base^exponent modulo the scalar field's order. */
export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % SCALAR_FIELD;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % SCALAR_FIELD;
    square = (square * square) % SCALAR_FIELD;
  }
  return result;
}

/** The root of unity of order `size`, a power of two up to 2^28, that snarkjs uses. */
export function rootOfUnity(size: number): bigint {
  const steps = Math.log2(size);
  if (!Number.isInteger(steps) || steps > TWO_ADICITY) throw new RangeError(`no root of unity of order ${size}`);
  return power(NON_RESIDUE, (SCALAR_FIELD - 1n) / 2n ** BigInt(steps));
}

/** Copies a scalar into the arena in Montgomery form. */
export function allocateMontgomery(arena: Bn254Arena, value: bigint): number {
  const address = arena.allocate(FIELD_BYTES);
  arena.write(address, scalarBytes(((value % SCALAR_FIELD) + SCALAR_FIELD) % SCALAR_FIELD));
  arena.exports.frm_toMontgomery(address, address);
  return address;
}

/**
 * Evaluates Lagrange basis polynomials of the `size`-th roots of unity at tau:
 * L_i(tau) = (tau^size - 1) / size * w^i / (tau - w^i), for i = first, first + stride, ... (`count` of them).
 *
 * @returns address of `count` elements in Montgomery form
 */
export function lagrangeAtTau(
  arena: Bn254Arena,
  tau: bigint,
  size: number,
  { first, stride, count }: { readonly first: number; readonly stride: number; readonly count: number },
): number {
  const root = rootOfUnity(size);
  const values = arena.allocate(count * FIELD_BYTES);
  const numerators = arena.allocate(count * FIELD_BYTES);
  const tauAddress = allocateMontgomery(arena, tau);
  const step = allocateMontgomery(arena, power(root, BigInt(stride)));
  const vanishing = (power(tau, BigInt(size)) - 1n) * power(BigInt(size), SCALAR_FIELD - 2n);
  const scale = allocateMontgomery(arena, vanishing);
  const current = allocateMontgomery(arena, power(root, BigInt(first)));
  arena.reserveScratch((count + 2) * FIELD_BYTES);
  const { frm_mul, frm_sub, frm_batchInverse } = arena.exports;
  for (let index = 0; index < count; index++) {
    frm_sub(tauAddress, current, values + index * FIELD_BYTES);
    frm_mul(current, scale, numerators + index * FIELD_BYTES);
    frm_mul(current, step, current);
  }
  frm_batchInverse(values, FIELD_BYTES, count, values, FIELD_BYTES);
  for (let offset = 0; offset < count * FIELD_BYTES; offset += FIELD_BYTES) {
    frm_mul(values + offset, numerators + offset, values + offset);
  }
  return values;
}
