import type { MessagePreimage } from '../core/codec/message.ts';
import type { AffinePoint } from '../core/crypto/babyJubjub.ts';
import type { Signature } from '../core/protocol/rows.ts';

/** A signature of the hash of a message. */
export interface SignedPreimage {
  readonly key: AffinePoint;
  readonly preimage: MessagePreimage;
  readonly signature: Signature;
}

/**
 * Checks as bytes, to be sent between threads: eight values of 32 bytes each, lowest byte first, as the native core takes them: key
 * x and y, the message's three elements, r x and y, s.
 */
const VALUES = 8;
const VALUE_BYTES = 32;
export const CHECK_BYTES = VALUES * VALUE_BYTES;

const LIMIT = 1n << 256n;

const writeValue = (words: BigUint64Array, at: number, value: bigint): void => {
  if (value < 0n || value >= LIMIT) throw new Error('assertion: a value of a check has at most 256 bits');
  words[at] = BigInt.asUintN(64, value);
  words[at + 1] = BigInt.asUintN(64, value >> 64n);
  words[at + 2] = BigInt.asUintN(64, value >> 128n);
  words[at + 3] = value >> 192n;
};

export const encodeChecks = (checks: readonly SignedPreimage[]): Uint8Array<ArrayBuffer> => {
  const words = new BigUint64Array((checks.length * CHECK_BYTES) / 8);
  checks.forEach(({ key, preimage, signature }, check) => {
    const values = [key.x, key.y, ...preimage, signature.rX, signature.rY, signature.s];
    values.forEach((value, position) => {
      writeValue(words, (check * CHECK_BYTES) / 8 + 4 * position, value);
    });
  });
  return new Uint8Array(words.buffer);
};

/** Values `from` to before `to` of every check, together, in bytes. */
export const selectValues = (checks: Uint8Array, from: number, to: number): Uint8Array => {
  const width = (to - from) * VALUE_BYTES;
  const count = checks.length / CHECK_BYTES;
  const selected = new Uint8Array(count * width);
  for (let check = 0; check < count; check++) {
    const start = check * CHECK_BYTES + from * VALUE_BYTES;
    selected.set(checks.subarray(start, start + width), check * width);
  }
  return selected;
};
