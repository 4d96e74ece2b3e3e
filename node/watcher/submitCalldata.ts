import { bytesToBigInt, type Hex, hexToBytes, toHex } from 'viem';
import type { SubmittedBatch, SubmittedProof, SubmittedReport } from '../l1/submitCall.ts';

/** Why Solidity would revert before it reads a value. */
export class CalldataRefused extends Error {
  override readonly name = 'CalldataRefused';
}

const WORD = 32n;
const MODULUS = 1n << 256n;
const SIGN = 1n << 255n;
const MAX_LENGTH = (1n << 64n) - 1n;
/** Where the arguments begin: behind the selector. */
const ARGUMENTS = 4n;
/** Words of a struct's head. */
const BATCH_HEAD = 14n;
const REPORT_HEAD = 5n;

const wrap = (value: bigint): bigint => ((value % MODULUS) + MODULUS) % MODULUS;
const signed = (value: bigint): bigint => (value >= SIGN ? value - MODULUS : value);
const at = (base: bigint, words: bigint | number): bigint => wrap(base + WORD * BigInt(words));

/** Calldata as the EVM reads it: zeros behind its end, positions modulo 2^256. */
class Calldata {
  readonly #bytes: Uint8Array;
  readonly size: bigint;

  constructor(input: Hex) {
    this.#bytes = hexToBytes(input);
    this.size = BigInt(this.#bytes.length);
  }

  word(position: bigint): bigint {
    return this.#read(position, WORD, bytesToBigInt);
  }

  /** @throws CalldataRefused if the word is beyond its type */
  unsigned(position: bigint, bits: number, what: string): bigint {
    const value = this.word(position);
    if (value >> BigInt(bits) !== 0n) throw new CalldataRefused(`${what} is beyond uint${bits}`);
    return value;
  }

  bytes(position: bigint, length: bigint): Hex {
    return this.#read(position, length, toHex);
  }

  copy(position: bigint, words: number): readonly bigint[] {
    const bytes = this.#read(position, WORD * BigInt(words), (all) => all);
    return Array.from({ length: words }, (_, word) => bytesToBigInt(bytes.subarray(32 * word, 32 * (word + 1))));
  }

  #read<Value>(position: bigint, length: bigint, make: (bytes: Uint8Array) => Value): Value {
    const bytes = new Uint8Array(Number(length));
    if (position < this.size) bytes.set(this.#bytes.subarray(Number(position), Number(position + length)));
    return make(bytes);
  }

  /**
   * Where what a head's word points to begins; offsets may be negative, as in Solidity (access_calldata_tail).
   *
   * @param words how many words must be there
   */
  tail(base: bigint, pointer: bigint, words: bigint, what: string): bigint {
    const offset = signed(this.word(pointer));
    const limit = signed(wrap(this.size - base - (WORD * words - 1n)));
    if (offset >= limit) throw new CalldataRefused(`${what} lies behind the end`);
    return wrap(base + offset);
  }

  /** Position of the first element, and how many there are of `stride` bytes. */
  list(base: bigint, pointer: bigint, stride: bigint, what: string): { first: bigint; length: bigint } {
    const start = this.tail(base, pointer, 1n, what);
    const length = this.word(start);
    if (length > MAX_LENGTH) throw new CalldataRefused(`${what} has ${length} elements`);
    const first = at(start, 1);
    if (signed(first) > signed(wrap(this.size - length * stride))) {
      throw new CalldataRefused(`${what} ends behind the end`);
    }
    return { first, length };
  }

  /** A list that is an argument itself: its offset is not negative. */
  argument(index: number, what: string): { first: bigint; length: bigint } {
    const offset = this.word(at(ARGUMENTS, index));
    if (offset > MAX_LENGTH) throw new CalldataRefused(`${what} lies behind the end`);
    const start = ARGUMENTS + offset;
    if (start + WORD > this.size) throw new CalldataRefused(`${what} lies behind the end`);
    const length = this.word(start);
    if (length > MAX_LENGTH || start + WORD * (1n + length) > this.size) {
      throw new CalldataRefused(`${what} ends behind the end`);
    }
    return { first: start + WORD, length };
  }
}

/**
 * The arguments of `submit(uint16, Batch[], OracleReport[])` as Solidity reads them from calldata, canonical or not: what
 * the contract took is read here as it was read there.
 *
 * @param input the call with its selector
 * @throws CalldataRefused where Solidity reverts
 */
export function readSubmitCalldata(
  input: Hex,
): readonly [number, readonly SubmittedBatch[], readonly SubmittedReport[]] {
  const data = new Calldata(input);
  if (data.size < ARGUMENTS + 3n * WORD) throw new CalldataRefused('it is too short');
  const shapeId = Number(data.unsigned(ARGUMENTS, 16, 'shapeId'));
  const [batches, reports] = [data.argument(1, 'batches'), data.argument(2, 'reports')];
  return [
    shapeId,
    elements(batches, (pointer, index) =>
      readBatch(data, data.tail(batches.first, pointer, BATCH_HEAD, `batch ${index}`), `batch ${index}`),
    ),
    elements(reports, (pointer, index) =>
      readReport(data, data.tail(reports.first, pointer, REPORT_HEAD, `report ${index}`), `report ${index}`),
    ),
  ];
}

function elements<Element>(
  { first, length }: { readonly first: bigint; readonly length: bigint },
  read: (pointer: bigint, index: number) => Element,
): Element[] {
  return Array.from({ length: Number(length) }, (_, index) => read(at(first, index), index));
}

function readBatch(data: Calldata, head: bigint, what: string): SubmittedBatch {
  const field = (index: number): bigint => data.word(at(head, index));
  return {
    stateRootAfter: field(0),
    time: Number(data.unsigned(at(head, 1), 40, `${what}'s time`)),
    dataCommit: field(2),
    reportIndex: Number(data.unsigned(at(head, 3), 16, `${what}'s reportIndex`)),
    logChainHash: field(4),
    words: elements(data.list(head, at(head, 5), WORD, `${what}'s words`), (position) => data.word(position)),
    proof: readProof(data, at(head, 6)),
  };
}

/** Copied as one piece (Settlement.sol), so all of it is zero if it begins behind the end. */
function readProof(data: Calldata, start: bigint): SubmittedProof {
  const [a0, a1, b0, b1, b2, b3, c0, c1] = data.copy(start, 8);
  return {
    a: [a0, a1],
    b: [
      [b0, b1],
      [b2, b3],
    ],
    c: [c0, c1],
  } as SubmittedProof;
}

function readReport(data: Calldata, head: bigint, what: string): SubmittedReport {
  const inputs = data.list(head, at(head, 3), 1n, `${what}'s inputs`);
  const signatures = data.list(head, at(head, 4), WORD, `${what}'s signatures`);
  return {
    time: Number(data.unsigned(head, 40, `${what}'s time`)),
    riskTableHash: data.word(at(head, 1)),
    prices: elements(data.list(head, at(head, 2), WORD, `${what}'s prices`), (position) =>
      data.unsigned(position, 128, `${what}'s price`),
    ),
    inputs: data.bytes(inputs.first, inputs.length),
    signatures: elements(signatures, (pointer, index) => {
      const signature = data.list(signatures.first, pointer, 1n, `${what}'s signature ${index}`);
      return data.bytes(signature.first, signature.length);
    }),
  };
}
