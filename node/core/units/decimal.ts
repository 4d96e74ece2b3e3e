import { invariant } from './invariant.ts';

/** Decimals of each unit: prices 0.0001 USDC, cash 0.000001 USDC, lots 0.01 contract. */
export const DECIMALS = { price: 4, cash: 6, lots: 2 } as const;

/** Where a value goes that lies between two units. `exact`: nowhere, it is refused. */
export type Rounding = 'exact' | 'floor' | 'ceiling';

const DECIMAL_TEXT = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Quotient rounded towards minus infinity; the divisor is positive. */
export function divideFloor(value: bigint, divisor: bigint): bigint {
  invariant(divisor > 0n, 'divisor must be positive');
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

/** Quotient rounded towards plus infinity; the divisor is positive. */
export const divideCeiling = (value: bigint, divisor: bigint): bigint => -divideFloor(-value, divisor);

/**
 * Units in a decimal text such as "-12.5". Undefined when the text is no decimal number, or is not whole in units and
 * the rounding is exact.
 */
export function parseDecimal(text: string, decimals: number, rounding: Rounding): bigint | undefined {
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = fraction.padEnd(decimals, '0');
  const surplus = digits.length - decimals;
  const magnitude = BigInt(whole + digits);
  const value = sign === '-' ? -magnitude : magnitude;
  const divisor = 10n ** BigInt(surplus);
  if (rounding === 'floor') return divideFloor(value, divisor);
  if (rounding === 'ceiling') return divideCeiling(value, divisor);
  return value % divisor === 0n ? value / divisor : undefined;
}

/** The exact decimal text of a number of units, with all its decimals: 125000 prices are "12.5000". */
export function formatDecimal(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const text = decimals === 0 ? whole : `${whole}.${digits.slice(digits.length - decimals)}`;
  return value < 0n ? `-${text}` : text;
}
