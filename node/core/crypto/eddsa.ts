import { blake512 } from '@noble/hashes/blake1.js';
import type { Signature } from '../protocol/rows.ts';
import {
  type AffinePoint,
  add,
  double,
  equalsAffine,
  isIdentity,
  isOnCurve,
  multiply,
  multiplyBase,
  negate,
  SUBGROUP_ORDER,
  toAffine,
  toExtended,
} from './babyJubjub.ts';
import type { Hasher } from './hasher.ts';

/** circomlib's EdDSA-Poseidon (protocol, section 2): S * B8 = R + 8 h A, h = Poseidon5(Rx, Ry, Ax, Ay, M). */

const readLittleEndian = (bytes: Uint8Array): bigint => {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
};

const littleEndian32 = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = value; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 255n);
  return bytes;
};

/** circomlibjs' expansion of a seed: the pruned scalar s (the key is (s / 8) B8), and what nonces are drawn from. */
function expand(seed: Uint8Array): { scalar: bigint; prefix: Uint8Array } {
  if (seed.length !== 32) throw new RangeError('a private key is 32 bytes');
  const hash = blake512(seed);
  hash[0] = (hash[0] ?? 0) & 0xf8;
  hash[31] = ((hash[31] ?? 0) & 0x7f) | 0x40;
  return { scalar: readLittleEndian(hash.subarray(0, 32)), prefix: hash.subarray(32, 64) };
}

/** The key that belongs to a 32-byte private key. */
export function publicKey(privateKey: Uint8Array): AffinePoint {
  return toAffine(multiplyBase(expand(privateKey).scalar >> 3n));
}

export const signatureHash = (hasher: Hasher, key: AffinePoint, message: bigint, rX: bigint, rY: bigint): bigint =>
  hasher.poseidon([rX, rY, key.x, key.y, message]);

/** Signs one field element. Deterministic, and equal to circomlibjs' signPoseidon. */
export function sign(hasher: Hasher, privateKey: Uint8Array, message: bigint): Signature {
  const { scalar, prefix } = expand(privateKey);
  const key = toAffine(multiplyBase(scalar >> 3n));
  const nonceInput = new Uint8Array(64);
  nonceInput.set(prefix, 0);
  nonceInput.set(littleEndian32(message), 32);
  const nonce = readLittleEndian(blake512(nonceInput)) % SUBGROUP_ORDER;
  const r = toAffine(multiplyBase(nonce));
  const h = signatureHash(hasher, key, message, r.x, r.y);
  return { rX: r.x, rY: r.y, s: (nonce + h * scalar) % SUBGROUP_ORDER };
}

/** Accepts exactly what the circuit accepts: S below the subgroup order, R and A canonical and on the curve, 8A not the identity. */
export function verifySignature(hasher: Hasher, key: AffinePoint, message: bigint, signature: Signature): boolean {
  const r = { x: signature.rX, y: signature.rY };
  if (signature.s < 0n || signature.s >= SUBGROUP_ORDER) return false;
  if (!isOnCurve(r) || !isOnCurve(key)) return false;
  const key8 = double(double(double(toExtended(key))));
  if (isIdentity(key8)) return false;
  // 8A lies in the subgroup, so its factor may be reduced by the subgroup's order.
  const h = signatureHash(hasher, key, message, r.x, r.y) % SUBGROUP_ORDER;
  return equalsAffine(add(multiplyBase(signature.s), negate(multiply(key8, h))), r);
}
