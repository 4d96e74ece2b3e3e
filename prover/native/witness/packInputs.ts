import { FIELD } from './fieldOperations.ts';

/** A signal's value or an array of them, arrays within arrays. Integers of any size and sign are meant modulo the field. */
export type SignalValue = bigint | number | string | readonly SignalValue[];

/** A circuit's inputs by name. */
export type SignalInputs = Readonly<Record<string, SignalValue>>;

const VALUE_BYTES = 32;
const HEADER_BYTES = 16;
const WORD = 0xffffffffffffffffn;
const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** FNV-1a of a signal's name, 64 bits, as circom's generators look it up. */
export const signalHash = (name: string): bigint => {
  let hash = OFFSET_BASIS;
  for (const byte of Buffer.from(name, 'utf8')) hash = ((hash ^ BigInt(byte)) * PRIME) & WORD;
  return hash;
};

const flatten = (value: SignalValue, into: bigint[]): bigint[] => {
  if (typeof value === 'object') for (const one of value) flatten(one, into);
  else into.push(((BigInt(value) % FIELD) + FIELD) % FIELD);
  return into;
};

/** The inputs as the core takes them (src/witness/calculateWitness.h). @throws SyntaxError if a string is no integer */
export const packInputs = (inputs: SignalInputs): Uint8Array => {
  const signals = Object.entries(inputs).map(([name, value]) => ({
    hash: signalHash(name),
    values: flatten(value, []),
  }));
  const size = signals.reduce((sum, { values }) => sum + HEADER_BYTES + VALUE_BYTES * values.length, 0);
  const packed = Buffer.alloc(size);
  let at = 0;
  const put = (value: bigint): void => {
    at = packed.writeBigUInt64LE(value & WORD, at);
  };
  for (const { hash, values } of signals) {
    put(hash);
    put(BigInt(values.length));
    for (const value of values) for (const word of [0n, 64n, 128n, 192n]) put(value >> word);
  }
  return packed;
};
