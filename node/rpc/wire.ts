import { hexToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';

/**
 * How values look on the wire. In types both sides of a call hold bigints and bytes; in JSON they are decimal strings and hex digits
 * behind 0x, which schemas made here read and `toJson` writes.
 */

const DECIMAL = /^(?:0|-?[1-9]\d*)$/;
/** 2^256 has 78 digits. */
const MAX_DECIMAL_CHARS = 80;

/** A whole number from `min` to `max` as a decimal string in its only spelling. */
export const decimal = (min: bigint, max: bigint): z.ZodType<bigint, bigint> =>
  z
    .string()
    .max(MAX_DECIMAL_CHARS)
    .regex(DECIMAL, 'a decimal string')
    .transform((text) => BigInt(text))
    .refine((value) => value >= min && value <= max, `out of range ${min}..${max}`) as unknown as z.ZodType<
    bigint,
    bigint
  >;

const MAX_WORD = (1n << 256n) - 1n;

/** 0 to 2^256 - 1. */
export const word: z.ZodType<bigint, bigint> = decimal(0n, MAX_WORD);

/** Of either sign, up to 2^256 - 1. */
export const signedWord: z.ZodType<bigint, bigint> = decimal(-MAX_WORD, MAX_WORD);

/** An unsigned number of that many bits, 53 at most. */
export const unsigned = (bits: number): z.ZodInt =>
  z
    .int()
    .min(0)
    .max(2 ** bits - 1);

export const count: z.ZodInt = z.int().nonnegative();

/** Bytes as 0x and hex digits, two a byte. */
export const hex: z.ZodType<`0x${string}`, `0x${string}`> = z.templateLiteral([
  '0x',
  z.string().regex(/^(?:[0-9a-fA-F]{2})*$/),
]);

/** So many bytes, held as such on both sides. */
export const bytes = (length: number): z.ZodType<Uint8Array, Uint8Array> =>
  z
    .string()
    .length(2 + 2 * length)
    .regex(/^0x[0-9a-fA-F]*$/, 'bytes in hex')
    .transform((text) => hexToBytes(text.slice(2))) as unknown as z.ZodType<Uint8Array, Uint8Array>;
