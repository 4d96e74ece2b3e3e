import { invariant } from '../units/invariant.ts';

/** Account and instrument ids: a 4-bit market above a serial (protocol, section 1). */
const ACCOUNT_SERIAL_BITS = 20;
const INSTRUMENT_SERIAL_BITS = 16;
const MARKETS = 16;

export const accountMarket = (account: number): number => account >> ACCOUNT_SERIAL_BITS;

export const instrumentMarket = (instrument: number): number => instrument >> INSTRUMENT_SERIAL_BITS;

/** Fits 24 bits and has a serial: serial 0 is never used. */
export const isAccountId = (account: number): boolean =>
  Number.isInteger(account) &&
  account > 0 &&
  account < MARKETS << ACCOUNT_SERIAL_BITS &&
  (account & ((1 << ACCOUNT_SERIAL_BITS) - 1)) !== 0;

/** Fits 20 bits and has a serial: serial 0 is never used. */
export const isInstrumentId = (instrument: number): boolean =>
  Number.isInteger(instrument) &&
  instrument > 0 &&
  instrument < MARKETS << INSTRUMENT_SERIAL_BITS &&
  (instrument & ((1 << INSTRUMENT_SERIAL_BITS) - 1)) !== 0;

export function accountId(market: number, serial: number): number {
  const id = market * 2 ** ACCOUNT_SERIAL_BITS + serial;
  invariant(market < MARKETS && serial < 2 ** ACCOUNT_SERIAL_BITS && isAccountId(id), 'no such account id');
  return id;
}

export function instrumentId(market: number, serial: number): number {
  const id = market * 2 ** INSTRUMENT_SERIAL_BITS + serial;
  invariant(market < MARKETS && serial < 2 ** INSTRUMENT_SERIAL_BITS && isInstrumentId(id), 'no such instrument id');
  return id;
}
