import { bytesToWord } from './byteWords.ts';
import { CodecError } from './CodecError.ts';

const COUNT_BYTES = 4;

function refuseLength(message: string, data: Readonly<Record<string, string | number>> = {}): never {
  throw new CodecError('CODEC_ENTRY_LENGTH', message, data);
}

/** Appends big-endian fields of fixed width, and lists with their counts first. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  unsigned(value: bigint, bytes: number): void {
    if (value < 0n || value >> BigInt(8 * bytes) !== 0n) {
      throw new CodecError('CODEC_FIELD_RANGE', `a value does not fit ${bytes} bytes`, { value: `${value}` });
    }
    for (let shift = 8 * (bytes - 1); shift >= 0; shift -= 8) this.#bytes.push(Number((value >> BigInt(shift)) & 255n));
  }

  /** 32 bytes of a number below a modulus. */
  field(value: bigint, modulus: bigint): void {
    if (value >= modulus) throw new CodecError('CODEC_FIELD_RANGE', 'not a field element', { value: `${value}` });
    this.unsigned(value, 32);
  }

  bytes(value: Uint8Array, limit: number): void {
    if (value.length > limit) refuseLength('too many bytes', { length: value.length, limit });
    this.unsigned(BigInt(value.length), COUNT_BYTES);
    for (const byte of value) this.#bytes.push(byte);
  }

  list<Item>(items: readonly Item[], limit: number, write: (writer: ByteWriter, item: Item) => void): void {
    if (items.length > limit) refuseLength('too many items', { count: items.length, limit });
    this.unsigned(BigInt(items.length), COUNT_BYTES);
    for (const item of items) write(this, item);
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Reads what ByteWriter wrote; running out of bytes, or leaving some, is an error. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  #take(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#bytes.length) refuseLength('an entry ends early', { length: this.#bytes.length });
    const slice = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return slice;
  }

  unsigned(bytes: number): bigint {
    return bytesToWord(this.#take(bytes));
  }

  /** At most six bytes, so that the number is exact. */
  number(bytes: number): number {
    return Number(this.unsigned(bytes));
  }

  field(modulus: bigint): bigint {
    const value = this.unsigned(32);
    if (value >= modulus) throw new CodecError('CODEC_FIELD_RANGE', 'not a field element', { value: `${value}` });
    return value;
  }

  bytes(limit: number): Uint8Array {
    const length = this.number(COUNT_BYTES);
    if (length > limit) refuseLength('too many bytes', { length, limit });
    return this.#take(length).slice();
  }

  list<Item>(limit: number, read: (reader: ByteReader) => Item): Item[] {
    const count = this.number(COUNT_BYTES);
    if (count > limit) refuseLength('too many items', { count, limit });
    return Array.from({ length: count }, () => read(this));
  }

  finish(): void {
    if (this.#at !== this.#bytes.length)
      refuseLength('an entry has bytes after its end', { length: this.#bytes.length });
  }
}
