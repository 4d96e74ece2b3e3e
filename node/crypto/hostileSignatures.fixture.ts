import {
  type AffinePoint,
  add,
  BASE8,
  multiply,
  multiplyBase,
  SUBGROUP_ORDER,
  toAffine,
  toExtended,
} from '../core/crypto/babyJubjub.ts';
import { publicKey, sign, signatureHash } from '../core/crypto/eddsa.ts';
import { FIELD_PRIME, type Hasher } from '../core/crypto/hasher.ts';
import type { SignatureCheck } from '../core/crypto/signatureVerifier.ts';

export interface Case extends SignatureCheck {
  readonly name: string;
  /** What the circuit makes of it. */
  readonly holds: boolean;
}

/** circomlib's generator of the whole curve; times the subgroup's order, a point of order 8. */
const GENERATOR: AffinePoint = {
  x: 995203441582195749578291179787384436505546430278305826713579947235728471134n,
  y: 5472060717959818805561601436314318772137091100104008585924551046643952123905n,
};

/** The 8 points whose order divides 8; the identity first. */
export const SMALL_ORDER_POINTS: readonly AffinePoint[] = Array.from({ length: 8 }, (_, i) =>
  toAffine(multiply(multiply(toExtended(GENERATOR), SUBGROUP_ORDER), BigInt(i))),
);

const sum = (p: AffinePoint, q: AffinePoint): AffinePoint => toAffine(add(toExtended(p), toExtended(q)));
const SEED = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1);
const MESSAGE = 123456789n;

/** A signer who knows the secret and chooses nonce, key and R as they like: s = nonce + 8 h secret. */
function craft(hasher: Hasher, keyOffset: AffinePoint, rOffset: AffinePoint): SignatureCheck {
  const [secret, nonce] = [987654321987654321n, 135792468n];
  const key = sum(toAffine(multiplyBase(secret)), keyOffset);
  const r = sum(toAffine(multiplyBase(nonce)), rOffset);
  const h = signatureHash(hasher, key, MESSAGE, r.x, r.y);
  return { key, message: MESSAGE, signature: { rX: r.x, rY: r.y, s: (nonce + 8n * h * secret) % SUBGROUP_ORDER } };
}

function outOfRange({ key, message, signature }: SignatureCheck): Case[] {
  const { rX, rY, s } = signature;
  const changed = (name: string, change: Partial<SignatureCheck>): Case => ({
    name,
    holds: false,
    key,
    message,
    signature,
    ...change,
  });
  const shifts: [string, (value: bigint) => bigint][] = [
    ['plus p', (value) => value + FIELD_PRIME],
    ['minus p', (value) => value - FIELD_PRIME],
    ['plus 2^256', (value) => value + 2n ** 256n],
    ['plus 2^4096', (value) => value + 2n ** 4096n],
    ['negated', (value) => -value],
  ];
  const coordinates = shifts.flatMap(([name, shift]) => [
    changed(`key x ${name}`, { key: { ...key, x: shift(key.x) } }),
    changed(`key y ${name}`, { key: { ...key, y: shift(key.y) } }),
    changed(`R x ${name}`, { signature: { ...signature, rX: shift(rX) } }),
    changed(`R y ${name}`, { signature: { ...signature, rY: shift(rY) } }),
  ]);
  const scalars = [
    s + SUBGROUP_ORDER,
    s + 2n * SUBGROUP_ORDER,
    s - SUBGROUP_ORDER,
    -s,
    -1n,
    SUBGROUP_ORDER,
    s + 2n ** 256n,
    2n ** 252n,
    2n ** 255n,
    2n ** 256n - 1n,
  ];
  return [...coordinates, ...scalars.map((value) => changed(`s ${value}`, { signature: { rX, rY, s: value } }))];
}

function wrong({ key, message, signature }: SignatureCheck): Case[] {
  const { rX, rY, s } = signature;
  const other = publicKey(new Uint8Array(32));
  const cases: [string, SignatureCheck][] = [
    ['another message', { key, message: message + 1n, signature }],
    ['another key', { key: other, message, signature }],
    ['another s', { key, message, signature: { rX, rY, s: (s + 1n) % SUBGROUP_ORDER } }],
    ['the largest s', { key, message, signature: { rX, rY, s: SUBGROUP_ORDER - 1n } }],
    ['s 0', { key, message, signature: { rX, rY, s: 0n } }],
    ['R negated', { key, message, signature: { rX: FIELD_PRIME - rX, rY, s } }],
    ['key negated', { key: { x: FIELD_PRIME - key.x, y: key.y }, message, signature }],
    ['R with its coordinates swapped', { key, message, signature: { rX: rY, rY: rX, s } }],
    ['R off the curve', { key, message, signature: { rX, rY: (rY + 1n) % FIELD_PRIME, s } }],
    ['R (0, 0)', { key, message, signature: { rX: 0n, rY: 0n, s } }],
    ['key off the curve', { key: { x: (key.x + 1n) % FIELD_PRIME, y: key.y }, message, signature }],
    ['key (0, 0)', { key: { x: 0n, y: 0n }, message, signature }],
    ['R the generator', { key, message, signature: { rX: BASE8.x, rY: BASE8.y, s } }],
  ];
  return cases.map(([name, check]) => ({ ...check, name, holds: false }));
}

/** Keys and Rs with a part of small order, or nothing else. */
function smallOrder(hasher: Hasher): Case[] {
  const [identity, ...others] = SMALL_ORDER_POINTS;
  if (identity === undefined) throw new Error('assertion: the identity is of small order');
  const pure = SMALL_ORDER_POINTS.flatMap((key, i): Case[] => {
    const r = toAffine(multiplyBase(77n));
    const signature = { rX: r.x, rY: r.y, s: 77n };
    return [{ name: `key of small order ${i}, R = s B8`, holds: false, key, message: MESSAGE, signature }];
  });
  const zeros = SMALL_ORDER_POINTS.flatMap((r, i): Case[] => {
    const signature = { rX: r.x, rY: r.y, s: 0n };
    return [
      { name: `R of small order ${i}, s 0`, holds: false, key: publicKey(SEED), message: MESSAGE, signature },
      { name: `key and R of small order ${i}, s 0`, holds: false, key: r, message: MESSAGE, signature },
    ];
  });
  const inKey = others.map((t, i) => ({
    ...craft(hasher, t, identity),
    name: `key with a part of small order ${i + 1}: 8 A is rid of it`,
    holds: true,
  }));
  const inR = others.map((t, i) => ({
    ...craft(hasher, identity, t),
    name: `R with a part of small order ${i + 1}`,
    holds: false,
  }));
  const inBoth = others.map((t, i) => ({
    ...craft(hasher, t, t),
    name: `key and R with parts of small order ${i + 1}`,
    holds: false,
  }));
  return [...pure, ...zeros, ...inKey, ...inR, ...inBoth];
}

/** Every way of being wrong that we could think of, with what is right among it. */
export function hostileSignatures(hasher: Hasher): Case[] {
  const [identity = BASE8] = SMALL_ORDER_POINTS;
  const check = { key: publicKey(SEED), message: MESSAGE, signature: sign(hasher, SEED, MESSAGE) };
  const messages = [0n, 1n, FIELD_PRIME - 1n].map((message) => ({
    name: `message ${message}`,
    holds: true,
    key: check.key,
    message,
    signature: sign(hasher, SEED, message),
  }));
  return [
    { ...check, name: 'signed', holds: true },
    { ...craft(hasher, identity, identity), name: 'crafted', holds: true },
    ...messages,
    ...outOfRange(check),
    ...wrong(check),
    ...smallOrder(hasher),
  ];
}
