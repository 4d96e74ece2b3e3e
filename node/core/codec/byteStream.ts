import { bytesToWord } from './byteWords.ts';
import { CodecError } from './CodecError.ts';

const COUNT_BYTES = 4;

function refuseLength(message: string, data: Readonly<Record<string, string | number>> = {}): never {
  throw new CodecError('CODEC_ENTRY_LENGTH', message, data);
}

const FIRST_CAPACITY = 256;

/** Appends big-endian fields of fixed width, and lists with their counts first. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Room for that many bytes more; where they begin. */
  #take(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  unsigned(value: bigint, bytes: number): void {
    if (value < 0n || value >> BigInt(8 * bytes) !== 0n) {
      throw new CodecError('CODEC_FIELD_RANGE', `a value does not fit ${bytes} bytes`, { value: `${value}` });
    }
    const start = this.#take(bytes);
    let rest = value;
    let end = start + bytes;
    // Limbs of eight bytes from the end, then what is left, a byte at a time.
    for (; end - start >= 8; end -= 8) {
      this.#view.setBigUint64(end - 8, BigInt.asUintN(64, rest));
      rest >>= 64n;
    }
    for (; end > start; end--) {
      this.#bytes[end - 1] = Number(rest & 255n);
      rest >>= 8n;
    }
  }

  /** 32 bytes of a number below a modulus. */
  field(value: bigint, modulus: bigint): void {
    if (value >= modulus) throw new CodecError('CODEC_FIELD_RANGE', 'not a field element', { value: `${value}` });
    this.unsigned(value, 32);
  }

  /** So many bytes as both sides know. */
  fixed(value: Uint8Array, length: number): void {
    if (value.length !== length) refuseLength('not so many bytes', { length: value.length, expected: length });
    const at = this.#take(length);
    this.#bytes.set(value, at);
  }

  bytes(value: Uint8Array, limit: number): void {
    if (value.length > limit) refuseLength('too many bytes', { length: value.length, limit });
    this.unsigned(BigInt(value.length), COUNT_BYTES);
    const at = this.#take(value.length);
    this.#bytes.set(value, at);
  }

  list<Item>(items: readonly Item[], limit: number, write: (writer: ByteWriter, item: Item) => void): void {
    if (items.length > limit) refuseLength('too many items', { count: items.length, limit });
    this.unsigned(BigInt(items.length), COUNT_BYTES);
    for (const item of items) write(this, item);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
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

  /** So many bytes as both sides know: a copy. */
  fixed(length: number): Uint8Array {
    return Uint8Array.from(this.#take(length));
  }

  /** What is left: a copy. */
  rest(): Uint8Array {
    return Uint8Array.from(this.#take(this.#bytes.length - this.#at));
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
