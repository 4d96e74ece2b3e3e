import { type OrderFlags, parseFlags, TIME_IN_FORCE } from '../protocol/flags.ts';
import { intentSlot } from '../protocol/limits.ts';
import type { Intent, Leg } from '../protocol/rows.ts';
import type { AccountState } from './accountState.ts';
import type { Exchange } from './exchange.ts';
import type { InstrumentState } from './instrumentState.ts';
import type { RejectionName } from './rejections.ts';

export interface CheckedIntent {
  readonly account: AccountState;
  readonly flags: OrderFlags;
  /** One per leg. */
  readonly instruments: readonly InstrumentState[];
  /** One leg with ratio 1 or -1: matched in its book. Everything else is a package. */
  readonly outright: boolean;
}

/** 2^bits: a power costs a call each time where the compiler does not see both operands. */
const POWERS = Array.from({ length: 53 }, (_, bits) => 2 ** bits);
/** All values that flags can have, parsed once. */
const FLAGS = Array.from({ length: 64 }, (_, flags) => parseFlags(flags));
const LIMIT_BOUND = 2 ** 47;

export function isUint(value: number, bits: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < (POWERS[bits] as number);
}

/** Rounding to a Number carries nothing over the bounds, which are Numbers themselves, and inside them it is exact. */
function limitFits(limit: bigint): boolean {
  const rounded = Number(limit);
  return rounded >= -LIMIT_BOUND && rounded < LIMIT_BOUND;
}

function legsFit(legs: readonly Leg[]): boolean {
  if (legs.length < 1 || legs.length > 4) return false;
  for (let k = 0; k < legs.length; k++) {
    const { instrument, ratio } = legs[k] as Leg;
    if (!isUint(instrument, 20) || !Number.isInteger(ratio) || ratio < -128 || ratio > 127 || ratio === 0) return false;
    for (let other = 0; other < k; other++) if (legs[other]?.instrument === instrument) return false;
  }
  return true;
}

function malformed({ account, nonce, expirySec, maxFeePerLot, limit, legs }: Intent): RejectionName | null {
  const fields = isUint(account, 24) && isUint(nonce, 32) && isUint(expirySec, 40) && isUint(maxFeePerLot, 24);
  if (!fields || !limitFits(limit)) return 'MALFORMED_INTENT';
  return legsFit(legs) ? null : 'MALFORMED_LEGS';
}

function legProblem(
  exchange: Exchange,
  account: AccountState,
  instrument: InstrumentState | undefined,
): RejectionName | null {
  if (instrument === undefined) return 'UNKNOWN_INSTRUMENT';
  if (instrument.market !== account.market) return 'WRONG_MARKET';
  if (instrument.spec.expirySec <= exchange.timeSec) return 'INSTRUMENT_EXPIRED';
  if (instrument.row === null) return 'INSTRUMENT_NOT_PRICED';
  return instrument.live ? null : 'INSTRUMENT_EXPIRED';
}

function outrightProblem({ limit, legs, maxLots }: Intent): RejectionName | null {
  const price = Number(limit) * (legs[0]?.ratio ?? 1);
  if (price < 1 || price >= 2 ** 40) return 'PRICE_OUT_OF_RANGE';
  return price * maxLots < 2 ** 53 ? null : 'SIZE_OUT_OF_RANGE';
}

/** All that can be said of an intent before matching it: what it is, or why it is rejected. */
export function checkIntent(exchange: Exchange, intent: Intent): CheckedIntent | RejectionName {
  const flags = FLAGS[intent.flags];
  const shape = malformed(intent);
  if (shape !== null) return shape;
  if (flags === undefined || (flags.postOnly && flags.timeInForce !== TIME_IN_FORCE.GTC)) return 'MALFORMED_FLAGS';
  const account = exchange.accounts.get(intent.account);
  if (account === undefined) return 'UNKNOWN_ACCOUNT';
  // One array literal: pushing to an empty array reserves room for 17, and nearly every intent has one leg.
  const instruments: (InstrumentState | undefined)[] = [exchange.instruments.get(intent.legs[0]?.instrument ?? 0)];
  for (let k = 1; k < intent.legs.length; k++) {
    instruments.push(exchange.instruments.get(intent.legs[k]?.instrument ?? 0));
  }
  for (const instrument of instruments) {
    const problem = legProblem(exchange, account, instrument);
    if (problem !== null) return problem;
  }
  if (!exchange.fresh) return 'NO_FRESH_REPORT';
  if (intent.expirySec < exchange.timeSec) return 'EXPIRED';
  if (intent.nonce <= account.accepted.get(intentSlot(intent.nonce))) return 'NONCE_TOO_LOW';
  if (!isUint(intent.maxLots, 32) || intent.maxLots < 1) return 'SIZE_OUT_OF_RANGE';
  const outright = intent.legs.length === 1 && Math.abs(intent.legs[0]?.ratio ?? 0) === 1;
  if (!outright && flags.timeInForce === TIME_IN_FORCE.GTC) return 'PACKAGE_NEEDS_IOC_OR_FOK';
  const problem = outright ? outrightProblem(intent) : null;
  return problem ?? { account, flags, instruments: instruments as InstrumentState[], outright };
}
