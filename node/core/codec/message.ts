import type { Hasher } from '../crypto/hasher.ts';
import { LEGS_PER_INTENT } from '../protocol/limits.ts';
import { MESSAGE_KIND } from '../protocol/messageKind.ts';
import type { Intent, Leg, WithdrawIntent } from '../protocol/rows.ts';
import { signOffset, WIDTH } from '../protocol/widths.ts';
import { packFields, unpackFields } from './bitFields.ts';
import { CodecError } from './CodecError.ts';

const LIMIT_OFFSET = signOffset(WIDTH.limit);
const HEAD_WIDTHS = [
  WIDTH.account,
  WIDTH.messageKind,
  WIDTH.nonce,
  WIDTH.time,
  WIDTH.lots,
  WIDTH.feePerLot,
  WIDTH.limit,
  WIDTH.flags,
] as const;
const LEGS_WIDTHS = Array.from({ length: LEGS_PER_INTENT }, () => [WIDTH.instrument, WIDTH.ratio]).flat();
const RATIO_OFFSET = Number(signOffset(WIDTH.ratio));

/** What CANCEL and CANCEL_ALL name. */
export interface CancelFields {
  readonly account: number;
  readonly nonce: number;
  readonly expirySec: number;
}

interface HeadFields extends CancelFields {
  readonly kind: number;
  readonly maxLots: number;
  readonly maxFeePerLot: number;
  readonly limit: bigint;
  readonly flags: number;
}

const packHead = (head: HeadFields): bigint =>
  packFields([
    [head.account, WIDTH.account, 'account'],
    [head.kind, WIDTH.messageKind, 'kind'],
    [head.nonce, WIDTH.nonce, 'nonce'],
    [head.expirySec, WIDTH.time, 'expiry'],
    [head.maxLots, WIDTH.lots, 'maxLots'],
    [head.maxFeePerLot, WIDTH.feePerLot, 'maxFeePerLot'],
    [head.limit + LIMIT_OFFSET, WIDTH.limit, 'limit'],
    [head.flags, WIDTH.flags, 'flags'],
  ]);

const plainHead = (kind: number, { account, nonce, expirySec }: CancelFields): bigint =>
  packHead({ account, kind, nonce, expirySec, maxLots: 0, maxFeePerLot: 0, limit: 0n, flags: 0 });

/** Used legs first, one to four, instruments distinct and not 0, no ratio 0. */
export function checkLegs(legs: readonly Leg[]): void {
  const refuse = (why: string): never => {
    throw new CodecError('CODEC_LEGS', `legs are not canonical: ${why}`);
  };
  if (legs.length < 1 || legs.length > LEGS_PER_INTENT) refuse('there must be one to four');
  if (legs.some((leg) => leg.instrument === 0)) refuse('a used leg names instrument 0');
  if (legs.some((leg) => leg.ratio === 0)) refuse('a used leg has ratio 0');
  if (new Set(legs.map((leg) => leg.instrument)).size !== legs.length) refuse('an instrument is named twice');
}

/** Four legs of instrument 20 and (ratio + 128) 8; an unused leg is instrument 0, ratio 0 (stored as 128). */
export function packLegs(legs: readonly Leg[]): bigint {
  checkLegs(legs);
  const fields = Array.from({ length: LEGS_PER_INTENT }, (_, i) => legs[i] ?? { instrument: 0, ratio: 0 });
  return packFields(
    fields.flatMap((leg) => [
      [leg.instrument, WIDTH.instrument, 'instrument'] as const,
      [leg.ratio + RATIO_OFFSET, WIDTH.ratio, 'ratio'] as const,
    ]),
  );
}

/** The inverse of packLegs, strict. */
export function unpackLegs(word: bigint): Leg[] {
  const fields = unpackFields(word, LEGS_WIDTHS).map(Number);
  const all = Array.from({ length: LEGS_PER_INTENT }, (_, i) => ({
    instrument: fields[2 * i] ?? 0,
    ratio: (fields[2 * i + 1] ?? 0) - RATIO_OFFSET,
  }));
  let used = LEGS_PER_INTENT;
  while (used > 0 && all[used - 1]?.instrument === 0 && all[used - 1]?.ratio === 0) used--;
  const legs = all.slice(0, used);
  checkLegs(legs);
  return legs;
}

export const intentHead = (intent: Intent): bigint => packHead({ ...intent, kind: MESSAGE_KIND.TRADE });

const withdrawHead = (intent: WithdrawIntent): bigint => plainHead(MESSAGE_KIND.WITHDRAW, intent);

const withdrawBody = (intent: WithdrawIntent): bigint => packFields([[intent.amount, WIDTH.cash, 'amount']]);

/** The intent of a head and a body as packed above, strict. */
export function unpackIntent(head: bigint, body: bigint): Intent {
  const [account, kind, nonce, expiry, maxLots, maxFeePerLot, limit, flags] = unpackFields(head, HEAD_WIDTHS);
  if (Number(kind) !== MESSAGE_KIND.TRADE) {
    throw new CodecError('CODEC_ROW', 'a message is not of kind TRADE', { kind: Number(kind) });
  }
  return {
    account: Number(account),
    nonce: Number(nonce),
    expirySec: Number(expiry),
    maxLots: Number(maxLots),
    maxFeePerLot: Number(maxFeePerLot),
    limit: limit - LIMIT_OFFSET,
    flags: Number(flags),
    legs: unpackLegs(body),
  };
}

/** What a message is the hash of: domain, head and body. */
export type MessagePreimage = readonly [domain: bigint, head: bigint, body: bigint];
export const MESSAGE_ELEMENTS = 3;

/** What a trader signs the hash of; a field that does not fit throws CodecError, here and below. */
export const intentPreimage = (domain: bigint, intent: Intent): MessagePreimage => [
  domain,
  intentHead(intent),
  packLegs(intent.legs),
];

export const withdrawPreimage = (domain: bigint, intent: WithdrawIntent): MessagePreimage => [
  domain,
  withdrawHead(intent),
  withdrawBody(intent),
];

export const cancelPreimage = (domain: bigint, cancel: CancelFields): MessagePreimage => [
  domain,
  plainHead(MESSAGE_KIND.CANCEL, cancel),
  0n,
];

export const cancelAllPreimage = (domain: bigint, cancel: CancelFields): MessagePreimage => [
  domain,
  plainHead(MESSAGE_KIND.CANCEL_ALL, cancel),
  0n,
];

/** What a trader signs. */
export const intentMessage = (hasher: Hasher, domain: bigint, intent: Intent): bigint =>
  hasher.poseidon(intentPreimage(domain, intent));

export const withdrawMessage = (hasher: Hasher, domain: bigint, intent: WithdrawIntent): bigint =>
  hasher.poseidon(withdrawPreimage(domain, intent));

export const cancelMessage = (hasher: Hasher, domain: bigint, cancel: CancelFields): bigint =>
  hasher.poseidon(cancelPreimage(domain, cancel));

export const cancelAllMessage = (hasher: Hasher, domain: bigint, cancel: CancelFields): bigint =>
  hasher.poseidon(cancelAllPreimage(domain, cancel));
