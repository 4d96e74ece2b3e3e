import { z } from 'zod';
import { LEGS_PER_INTENT } from '../../core/protocol/limits.ts';
import { defineMethod } from '../method.ts';
import { bytes, count, decimal, unsigned, word } from '../wire.ts';

/** What traders sign and submit; widths are protocol section 1's. */

export const accountId = unsigned(24);
export const instrumentId = unsigned(20);

const signature = z.strictObject({ rX: word, rY: word, s: word });

const leg = z.strictObject({ instrument: instrumentId, ratio: z.int().min(-128).max(127) });

const signedIntent = z.strictObject({
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

const signedCancel = z.strictObject({ account: accountId, nonce: unsigned(32), expirySec: unsigned(40), signature });

const signedWithdraw = z.strictObject({
  account: accountId,
  nonce: unsigned(32),
  expirySec: unsigned(40),
  amount: decimal(0n, (1n << 64n) - 1n),
  signature,
});

/** The sequencer's one signature over a group of entries. */
const head = z.object({
  epoch: unsigned(32),
  first: count,
  last: count,
  root: bytes(32),
  chainHash: word,
  timeSec: unsigned(40),
  signature: bytes(65),
});

/** The sequencer's promise that an entry stands at an index (protocol, section 8); core/heads/receiptSigner.ts checks it. */
export const receipt = z.object({
  index: count,
  entryHash: word,
  chainHash: word,
  path: z.array(bytes(32)).max(53),
  head,
});

/** A user's mistake: a number and a name of the machine's table, or 901 BAD_SIGNATURE. */
const rejection = z.object({ code: count, name: z.string(), message: z.string() });

const party = z.object({ account: accountId, nonce: unsigned(32), fee: decimal(-(1n << 64n), 1n << 64n) });

export const fill = z.object({
  type: z.literal('fill'),
  tradeId: count,
  batchNumber: count,
  instrument: instrumentId,
  price: count,
  lots: count,
  maker: party,
  taker: party,
  aggressor: z.enum(['buy', 'sell']),
  liquidation: z.boolean(),
  timeSec: count,
});

/** Receipt null: refused at the door, not logged. */
const outcome = z.object({
  receipt: receipt.nullable(),
  rejection: rejection.nullable(),
  fills: z.array(fill),
});

/** What a submission may meet behind the door. */
const errors = ['BUSY', 'ORACLE_STALE', 'NOT_ACCEPTING', 'KEY_CHANGED'] as const;

export const submitIntent = defineMethod({ name: 'submit_intent', params: signedIntent, result: outcome, errors });

export const massQuote = defineMethod({
  name: 'mass_quote',
  params: z.strictObject({ quotes: z.array(signedIntent).min(1).max(64) }),
  result: z.object({
    receipt: receipt.nullable(),
    results: z.array(outcome.omit({ receipt: true })),
  }),
  errors,
});

export const cancel = defineMethod({ name: 'cancel', params: signedCancel, result: outcome, errors });

export const cancelAll = defineMethod({ name: 'cancel_all', params: signedCancel, result: outcome, errors });

export const withdraw = defineMethod({ name: 'withdraw', params: signedWithdraw, result: outcome, errors });
