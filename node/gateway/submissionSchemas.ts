import { z } from 'zod';
import { LEGS_PER_INTENT } from '../core/protocol/limits.ts';

/** What a submission looks like on the wire. bigints are decimal strings; widths are protocol section 1's. */
const unsigned = (bits: number) =>
  z
    .int()
    .min(0)
    .max(2 ** bits - 1);

const decimal = (min: bigint, max: bigint) =>
  z
    .string()
    .max(80)
    .regex(/^-?(0|[1-9]\d*)$/, 'a decimal string')
    .transform((text) => BigInt(text))
    .refine((value) => value >= min && value <= max, `out of range ${min}..${max}`);

const field = decimal(0n, (1n << 256n) - 1n);

export const accountId = unsigned(24);
export const instrumentId = unsigned(20);

const signature = z.strictObject({ rX: field, rY: field, s: field });

const leg = z.strictObject({ instrument: instrumentId, ratio: z.int().min(-128).max(127) });

export const signedIntent = z.strictObject({
  account: accountId,
  nonce: unsigned(32),
  expirySec: unsigned(40),
  maxLots: unsigned(32),
  maxFeePerLot: unsigned(24),
  limit: decimal(-(1n << 47n), (1n << 47n) - 1n),
  flags: unsigned(16),
  legs: z.array(leg).min(1).max(LEGS_PER_INTENT),
  signature,
});

export const massQuote = z.strictObject({ quotes: z.array(signedIntent).min(1).max(64) });

export const signedCancel = z.strictObject({
  account: accountId,
  nonce: unsigned(32),
  expirySec: unsigned(40),
  signature,
});

export const signedWithdraw = z.strictObject({
  account: accountId,
  nonce: unsigned(32),
  expirySec: unsigned(40),
  amount: decimal(0n, (1n << 64n) - 1n),
  signature,
});

export type SignedIntentParams = z.output<typeof signedIntent>;
export type SignedCancelParams = z.output<typeof signedCancel>;
export type SignedWithdrawParams = z.output<typeof signedWithdraw>;
