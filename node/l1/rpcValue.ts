import { type Address, getAddress, type Hex, isHex, size } from 'viem';
import { L1Error } from './L1Error.ts';

/** Values in the answers of an endpoint; each throws L1Error L1_UNREADABLE for what is none. */

export const unreadable = (what: string, value: unknown): L1Error =>
  new L1Error('L1_UNREADABLE', `L1 gives no ${what} that can be read: ${String(value).slice(0, 100)}`, { what });

export function fieldsOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw unreadable(what, value);
}

export function quantityIn(value: unknown, what: string): bigint {
  if (typeof value === 'string' && /^0x[0-9a-f]{1,64}$/i.test(value)) return BigInt(value);
  throw unreadable(what, value);
}

export function safeQuantityIn(value: unknown, what: string): number {
  const number = Number(quantityIn(value, what));
  if (Number.isSafeInteger(number)) return number;
  throw unreadable(what, value);
}

export function hexIn(value: unknown, what: string): Hex {
  if (isHex(value) && value.length % 2 === 0) return value;
  throw unreadable(what, value);
}

export const isHash = (value: unknown): value is Hex => isHex(value) && value.length % 2 === 0 && size(value) === 32;

/** In small letters, so that equal ones are equal as text. */
export function hashIn(value: unknown, what: string): Hex {
  if (isHash(value)) return value.toLowerCase() as Hex;
  throw unreadable(what, value);
}

export function addressIn(value: unknown, what: string): Address {
  if (isHex(value) && value.length === 42) return getAddress(value);
  throw unreadable(what, value);
}
