import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { CodecError } from './CodecError.ts';

/** Reading of JSON that this program wrote itself: anything unexpected is refused, nothing is guessed. */

function refuseJson(what: string, cause?: unknown): never {
  throw new CodecError('CODEC_JOB', `${what}: damaged, or written by another version`, {}, cause);
}

const DECIMAL = /^(0|-?[1-9]\d*)$/;
const HEX = /^([0-9a-f]{2})*$/;

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuseJson('not JSON', error);
  }
}

export const readArray = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : refuseJson('a list was expected');

/** An array of exactly that many items. */
export function readTuple(value: unknown, length: number): readonly unknown[] {
  const items = readArray(value);
  return items.length === length ? items : refuseJson(`a list of ${length} was expected`);
}

export const readString = (value: unknown): string =>
  typeof value === 'string' ? value : refuseJson('a text was expected');

export const readNumber = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : refuseJson('an integer was expected');

export function readBigint(value: unknown): bigint {
  const text = readString(value);
  return DECIMAL.test(text) ? BigInt(text) : refuseJson('a decimal number was expected');
}

export function readBytes(value: unknown): Uint8Array {
  const text = readString(value);
  return HEX.test(text) ? hexToBytes(text) : refuseJson('hexadecimal bytes were expected');
}

export const toHex = bytesToHex;

/** The object's field of that name, undefined if it has none. */
export const readField = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : refuseJson('an object was expected');
