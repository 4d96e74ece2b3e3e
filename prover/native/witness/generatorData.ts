import { FIELD, inverse } from './fieldOperations.ts';
import type { GeneratorSizes } from './generatorAst.ts';
import { unknownSource } from './WitnessTranslationError.ts';

/** Where a template's input or output lies, from its first signal; sizes in signals. */
export interface IoSignal {
  readonly offset: number;
  /** Of the dimensions after the first. */
  readonly lengths: readonly number[];
  /** Of one element of the array. */
  readonly size: number;
}

/** An input of the main component. */
export interface MainInput {
  /** FNV-1a of its name, 64 bits. */
  readonly hash: bigint;
  readonly signal: number;
  readonly size: number;
}

export interface GeneratorData {
  readonly inputs: readonly MainInput[];
  /** Wire of the r1cs to signal. */
  readonly witness: Uint32Array;
  readonly constants: readonly bigint[];
  /** By template id, then by signal code. */
  readonly io: ReadonlyMap<number, readonly IoSignal[]>;
}

const ELEMENT_BYTES = 40;
const LONG = 0x80000000;
const MONTGOMERY = 0x40000000;
const UNMONTGOMERY = inverse((1n << 256n) % FIELD);

class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #advance(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#view.byteLength) unknownSource('the .dat file is too short');
    this.#at += bytes;
    return at;
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  index(): number {
    const value = this.u64();
    if (value > 0xffffffffn) unknownSource('the .dat file counts beyond 2^32');
    return Number(value);
  }

  /** An FrElement: a small integer, or four words, plain or in Montgomery's form. */
  element(): bigint {
    const at = this.#advance(ELEMENT_BYTES);
    const type = this.#view.getUint32(at + 4, true);
    if ((type & LONG) === 0) return (BigInt(this.#view.getInt32(at, true)) + FIELD) % FIELD;
    const words = [0, 1, 2, 3].map((i) => this.#view.getBigUint64(at + 8 + 8 * i, true) << BigInt(64 * i));
    const value = words.reduce((sum, word) => sum + word, 0n);
    return (type & MONTGOMERY) === 0 ? value % FIELD : (value * UNMONTGOMERY) % FIELD;
  }
}

/**
 * Reads the .dat file that `circom --c` writes beside the source.
 * @throws WitnessTranslationError WITNESS_SOURCE_UNKNOWN
 */
export const parseGeneratorData = (bytes: Uint8Array, sizes: GeneratorSizes): GeneratorData => {
  const reader = new Reader(bytes);
  const table = Array.from({ length: sizes.hashes }, () => ({
    hash: reader.u64(),
    signal: reader.index(),
    size: reader.index(),
  }));
  const witness = Uint32Array.from({ length: sizes.witness }, () => reader.index());
  const constants = Array.from({ length: sizes.constants }, () => reader.element());
  const ids = Array.from({ length: sizes.ioMap }, () => reader.u32());
  const io = new Map<number, IoSignal[]>();
  for (const id of ids) {
    const signals = Array.from({ length: reader.u32() }, () => {
      const offset = reader.u32();
      const lengths = Array.from({ length: reader.u32() }, () => reader.u32());
      const size = reader.u32();
      reader.u32(); // which bus it is, if one
      return { offset, lengths, size };
    });
    io.set(id, signals);
  }
  return { inputs: table.filter(({ signal }) => signal !== 0), witness, constants, io };
};
