import { FIELD } from './fieldOperations.ts';
import type { GeneratorData } from './generatorData.ts';
import { type Cell, CODE, type Op, type Value } from './tape.ts';
import type { LaidOut } from './tapeLayout.ts';
import { unknownSource } from './WitnessTranslationError.ts';

/** What src/witness/Program.cc reads: everything little endian, 32-bit words unless it says otherwise. */
const PROGRAM_MAGIC = 'strawit1';

const INSTRUCTION_WORDS = 4;
const SPACE = { signal: 0, frame: 1, constant: 2 } as const;
const SPACE_SHIFT = 30;
const MAX_INDEX = 2 ** SPACE_SHIFT;
const MAX_LINE = 0xffff;
const MONTGOMERY = (1n << 256n) % FIELD;

/** Texts and constants, each kept once. */
class Pool<T> {
  readonly items: T[] = [];
  readonly #numbers = new Map<T, number>();

  number(item: T): number {
    const known = this.#numbers.get(item);
    if (known !== undefined) return known;
    this.#numbers.set(item, this.items.length);
    return this.items.push(item) - 1;
  }
}

export type Texts = Pool<string>;
export const createTexts = (): Texts => new Pool<string>();

/** Encodes tapes, each once the ones before it. */
class Encoder {
  readonly constants = new Pool<bigint>();
  readonly words: number[] = [];
  #operand(value: Value | undefined, temporaries: number): number {
    if (value === undefined) return 0;
    if (value.kind === 'constant') return this.#tagged(SPACE.constant, this.constants.number(value.value));
    if (value.kind === 'signal') return this.#tagged(SPACE.signal, value.at);
    return this.#tagged(SPACE.frame, value.kind === 'temporary' ? value.at : temporaries + value.at);
  }

  #tagged(space: number, index: number): number {
    if (index < 0 || index >= MAX_INDEX) unknownSource('an index out of range');
    return ((space << SPACE_SHIFT) | index) >>> 0;
  }

  instruction(op: Op, temporaries: number): void {
    const to = (cell: Cell | undefined): number => this.#operand(cell, temporaries);
    const head = op.code | (Math.min(op.line, MAX_LINE) << 16);
    const a = this.#operand(op.a, temporaries);
    const b = this.#operand(op.b, temporaries);
    switch (op.code) {
      case CODE.bit:
        this.#push(head, to(op.to), a, op.extra);
        return;
      case CODE.component:
        this.#push(head, op.extra3, op.extra, op.extra2);
        return;
      case CODE.jump:
      case CODE.jumpIfZero:
        this.#push(head, op.label?.position ?? 0, a, 0);
        return;
      case CODE.load:
      case CODE.store:
        this.#push(head, to(op.to), a, b);
        this.#push(0, op.extra, 0, 0);
        return;
      case CODE.invoke:
        this.#push(head, to(op.to), a, op.extra);
        this.#push(0, op.extra2, op.extra3, 0);
        return;
      case CODE.return:
        this.#push(head, 0, a, op.extra);
        return;
      default:
        this.#push(head, to(op.to), a, b);
        return;
    }
  }

  #push(...words: [number, number, number, number]): void {
    this.words.push(words[0] >>> 0, words[1], words[2], words[3]);
  }
}

interface CodeEntry {
  readonly first: number;
  readonly count: number;
  readonly frame: number;
  readonly signals: number;
  readonly name: number;
}

export interface ProgramParts {
  readonly data: GeneratorData;
  readonly signals: number;
  readonly inputStart: number;
  readonly inputs: number;
  /** By number: a template comes after those that it uses. */
  readonly templates: readonly LaidOut[];
  readonly functions: readonly LaidOut[];
  readonly main: number;
  readonly texts: Texts;
}

/** Adds 32-bit words and 64-bit values to a growing buffer. */
class Bytes {
  #buffer = Buffer.alloc(1 << 20);
  #length = 0;

  #room(bytes: number): number {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(this.#length, 2 * this.#buffer.length));
      this.#buffer.copy(larger);
      this.#buffer = larger;
    }
    return at;
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#buffer.writeUInt32LE(value, at);
  }

  u64(value: bigint): void {
    const at = this.#room(8);
    this.#buffer.writeBigUInt64LE(value, at);
  }

  element(value: bigint): void {
    const montgomery = (value * MONTGOMERY) % FIELD;
    for (let i = 0n; i < 4n; i++) this.u64((montgomery >> (64n * i)) & 0xffffffffffffffffn);
  }

  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    const at = this.#room(bytes.length);
    bytes.copy(this.#buffer, at);
  }

  result(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}

/** The program of a circuit as bytes. */
export const encodeProgram = (parts: ProgramParts): Uint8Array => {
  const encoder = new Encoder();
  const entry = (tape: LaidOut): CodeEntry => {
    const first = encoder.words.length / INSTRUCTION_WORDS;
    for (const op of tape.ops) encoder.instruction(op, tape.temporaries);
    encoder.words.push(CODE.end, 0, 0, 0);
    const count = encoder.words.length / INSTRUCTION_WORDS - first;
    return { first, count, frame: tape.frame, signals: tape.signals, name: parts.texts.number(tape.name) };
  };
  const functions = parts.functions.map(entry);
  const templates = parts.templates.map(entry);
  return write(parts, encoder, [...templates, ...functions]);
};

const write = (parts: ProgramParts, encoder: Encoder, entries: readonly CodeEntry[]): Uint8Array => {
  const { data, texts } = parts;
  const bytes = new Bytes();
  bytes.text(PROGRAM_MAGIC);
  const textBytes = texts.items.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const instructions = encoder.words.length / INSTRUCTION_WORDS;
  for (const count of [
    parts.signals,
    parts.inputStart,
    parts.inputs,
    data.inputs.length,
    data.witness.length,
    encoder.constants.items.length,
    parts.templates.length,
    parts.functions.length,
    instructions,
    texts.items.length,
    textBytes,
    parts.main,
  ]) {
    bytes.u32(count);
  }
  for (const { hash, signal, size } of data.inputs) {
    bytes.u64(hash);
    bytes.u32(signal);
    bytes.u32(size);
  }
  for (const value of encoder.constants.items) bytes.element(value);
  for (const { first, count, frame, signals, name } of entries) {
    for (const value of [first, count, frame, signals, name, 0]) bytes.u32(value);
  }
  for (const word of encoder.words) bytes.u32(word);
  for (const signal of data.witness) bytes.u32(signal);
  for (const text of texts.items) bytes.u32(Buffer.byteLength(text));
  for (const text of texts.items) bytes.text(text);
  return bytes.result();
};
