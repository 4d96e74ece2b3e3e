import { CODE } from '../../../prover/native/witness/tape.ts';

/** A signal that is not what its circuit's generator computes; everything after it is. */
export interface SignalOverride {
  /** Number of the signal among the generator's. */
  readonly signal: number;
  /** `set`: the signal is `value`; `add`: it is `value` more than what the generator computes there. */
  readonly change: 'set' | 'add';
  /** In [0, p). */
  readonly value: bigint;
}

/** A component of the circuit. */
export interface Component {
  /** As signals' names begin: `main.accountRows.row[0].idBits`. */
  readonly path: string;
  readonly template: string;
}

const MAGIC_BYTES = 8;
const COUNTS = 12;
const ELEMENT_BYTES = 32;
const INSTRUCTION_WORDS = 4;
const ENTRY_WORDS = 6;
const INPUT_BYTES = 16;
const OPERAND_SHIFT = 30;
const OPERAND_MASK = 2 ** OPERAND_SHIFT - 1;
const SPACE = { signal: 0, constant: 2 } as const;
const CODE_MASK = 0xffff;
const FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const MONTGOMERY = (1n << 256n) % FIELD;

/** Their `to` is no operand that they write. */
const WRITES_NOTHING: ReadonlySet<number> = new Set([
  CODE.assert,
  CODE.assertEqual,
  CODE.component,
  CODE.jump,
  CODE.jumpIfZero,
  CODE.return,
  CODE.end,
]);
const LONG: ReadonlySet<number> = new Set([CODE.load, CODE.store, CODE.invoke]);

/** Where a template's instructions stand, and what its components need. */
interface Entry {
  readonly first: number;
  readonly count: number;
  readonly frame: number;
  readonly signals: number;
  readonly name: number;
}

const spaceOf = (operand: number): number => operand >>> OPERAND_SHIFT;

/** Everything of a file but what a lie changes: header, inputs and functions before, wires and texts after. */
interface Parts {
  readonly magic: Uint8Array;
  readonly counts: Uint32Array;
  readonly inputs: Uint8Array;
  readonly constants: Uint8Array;
  readonly templates: readonly Entry[];
  readonly functions: readonly Entry[];
  readonly instructions: Uint32Array;
  readonly rest: Uint8Array;
}

const partsOf = (bytes: Uint8Array): Parts => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = MAGIC_BYTES;
  const words = (count: number): Uint32Array => {
    const read = Uint32Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i, true));
    at += 4 * count;
    return read;
  };
  const raw = (length: number): Uint8Array => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const counts = words(COUNTS);
  const [, , , inputCount = 0, , constantCount = 0, templateCount = 0, functionCount = 0, instructionCount = 0] =
    counts;
  const inputs = raw(INPUT_BYTES * inputCount);
  const constants = raw(ELEMENT_BYTES * constantCount);
  const entries = (count: number): Entry[] =>
    Array.from({ length: count }, () => {
      const [first = 0, instructions = 0, frame = 0, signals = 0, name = 0] = words(ENTRY_WORDS);
      return { first, count: instructions, frame, signals, name };
    });
  const templates = entries(templateCount);
  const functions = entries(functionCount);
  const instructions = words(INSTRUCTION_WORDS * instructionCount);
  return {
    magic: bytes.subarray(0, MAGIC_BYTES),
    counts,
    inputs,
    constants,
    templates,
    functions,
    instructions,
    rest: bytes.subarray(at),
  };
};

/** Names of templates and components: after the wires, their lengths and then they themselves. */
const textsOf = ({ counts, rest }: Parts): string[] => {
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
  const lengths = 4 * (counts[4] ?? 0);
  const count = counts[9] ?? 0;
  let at = lengths + 4 * count;
  return Array.from({ length: count }, (_, i) => {
    const length = view.getUint32(lengths + 4 * i, true);
    at += length;
    return Buffer.from(rest.subarray(at - length, at)).toString('utf8');
  });
};

const elementBytes = (value: bigint): Uint8Array => {
  const montgomery = (value * MONTGOMERY) % FIELD;
  const bytes = new Uint8Array(ELEMENT_BYTES);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, BigInt.asUintN(64, montgomery >> BigInt(64 * i)), true);
  return bytes;
};

/** Makes an assertion a copy of one of its operands onto itself; false if the instruction is none. */
const silence = (instructions: Uint32Array, at: number): boolean => {
  const code = (instructions[at] ?? 0) & CODE_MASK;
  if (code !== CODE.assert && code !== CODE.assertEqual) return false;
  const [a = 0, b = 0] = instructions.subarray(at + 2, at + 4);
  const cell = (code === CODE.assert ? [a] : [a, b]).find((operand) => spaceOf(operand) !== SPACE.constant);
  if (cell === undefined) throw new Error('an assertion of constants alone');
  instructions.set([CODE.copy, cell, cell, 0], at);
  return true;
};

const withoutAssertions = (instructions: Uint32Array): Uint32Array => {
  const changed = instructions.slice();
  for (let at = 0; at < changed.length; at += INSTRUCTION_WORDS) {
    if (LONG.has((changed[at] ?? 0) & CODE_MASK)) at += INSTRUCTION_WORDS;
    else silence(changed, at);
  }
  return changed;
};

/** Instructions and templates that lies add to a program. */
class Patch {
  readonly templates: Entry[] = [];
  readonly instructions: Uint32Array[] = [];
  readonly constants: Uint8Array[] = [];
  readonly #parts: Parts;
  readonly #source: Uint32Array;
  #words: number;

  constructor(parts: Parts, source: Uint32Array) {
    this.#parts = parts;
    this.#source = source;
    this.#words = source.length;
  }

  /** A copy of the template in which these signals, counted from its first, are other than computed. Its number. */
  template(number: number, overrides: readonly SignalOverride[]): number {
    const entry = this.#parts.templates[number];
    if (entry === undefined) throw new Error(`no template ${number}`);
    const begin = entry.first * INSTRUCTION_WORDS;
    const tape = this.#source.slice(begin, begin + entry.count * INSTRUCTION_WORDS);
    const within = new Map<number, SignalOverride[]>();
    for (const override of overrides) {
      if (this.#overrideHere(tape, override)) continue;
      const component = this.#componentOf(tape, override.signal);
      within.set(component, [...(within.get(component) ?? []), override]);
    }
    for (const [at, inner] of within) {
      const start = tape[at + 3] ?? 0;
      const shifted = inner.map((one) => ({ ...one, signal: one.signal - start }));
      tape[at + 2] = this.template(tape[at + 2] ?? 0, shifted);
    }
    const first = this.#words / INSTRUCTION_WORDS;
    this.#words += tape.length;
    this.instructions.push(tape);
    return this.#parts.templates.length + this.templates.push({ ...entry, first }) - 1;
  }

  /** Changes what the tape itself writes to the signal; false if it does not. */
  #overrideHere(tape: Uint32Array, { signal, change, value }: SignalOverride): boolean {
    let found = false;
    for (let at = 0; at < tape.length; at += INSTRUCTION_WORDS) {
      const code = (tape[at] ?? 0) & CODE_MASK;
      const isWrite = !WRITES_NOTHING.has(code) && tape[at + 1] === signal;
      if (isWrite) {
        if (code !== CODE.copy) throw new Error('a signal that is not written by a copy');
        const constant = this.#constant(value);
        if (change === 'set') tape.set([CODE.copy, signal, constant, 0], at);
        else tape.set([CODE.add, signal, tape[at + 2] ?? 0, constant], at);
        found = true;
      }
      if (LONG.has(code)) at += INSTRUCTION_WORDS;
    }
    return found;
  }

  #componentOf(tape: Uint32Array, signal: number): number {
    for (let at = 0; at < tape.length; at += INSTRUCTION_WORDS) {
      const code = (tape[at] ?? 0) & CODE_MASK;
      if (LONG.has(code)) at += INSTRUCTION_WORDS;
      if (code !== CODE.component) continue;
      const start = tape[at + 3] ?? 0;
      const size = this.#parts.templates[tape[at + 2] ?? 0]?.signals ?? 0;
      if (signal >= start && signal < start + size) return at;
    }
    throw new Error(`signal ${signal} is written by nothing: an input is lied about where it is given`);
  }

  #constant(value: bigint): number {
    const number = this.#parts.constants.length / ELEMENT_BYTES + this.constants.push(elementBytes(value)) - 1;
    return ((SPACE.constant << OPERAND_SHIFT) | (number & OPERAND_MASK)) >>> 0;
  }
}

const wordBytes = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

const entryWords = (entries: readonly Entry[]): Uint32Array =>
  Uint32Array.from(
    entries.flatMap(({ first, count, frame, signals, name }) => [first, count, frame, signals, name, 0]),
  );

/**
 * A circuit's witness program, translated with `isEverySignalRead`, that can be made to lie: any signal becomes other than
 * what the circuit computes, everything after it is computed as a prover would, and no assertion stops it unless
 * that is asked for. The file format is prover/native/witness/programFile.ts's.
 */
export class LyingProgram {
  readonly #parts: Parts;
  readonly #silent: Uint32Array;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#silent = withoutAssertions(parts.instructions);
  }

  static read(bytes: Uint8Array): LyingProgram {
    return new LyingProgram(partsOf(bytes));
  }

  /** The same without the assertions of a template's line; undefined if it has none there. */
  without(template: string, line: number): LyingProgram | undefined {
    const parts = this.#parts;
    const texts = textsOf(parts);
    const instructions = parts.instructions.slice();
    let found = false;
    for (const { name, first, count } of parts.templates) {
      if (texts[name] !== template) continue;
      const end = INSTRUCTION_WORDS * (first + count);
      for (let at = INSTRUCTION_WORDS * first; at < end; at += INSTRUCTION_WORDS) {
        const head = instructions[at] ?? 0;
        if (LONG.has(head & CODE_MASK)) at += INSTRUCTION_WORDS;
        else if (head >>> 16 === line && silence(instructions, at)) found = true;
      }
    }
    return found ? new LyingProgram({ ...parts, instructions }) : undefined;
  }

  /** All components, the main one first. */
  components(): Component[] {
    const found: Component[] = [];
    const texts = textsOf(this.#parts);
    const visit = (number: number, path: string): void => {
      const entry = this.#parts.templates[number];
      if (entry === undefined) return;
      found.push({ path, template: texts[entry.name] ?? '' });
      const tape = this.#parts.instructions;
      const end = INSTRUCTION_WORDS * (entry.first + entry.count);
      for (let at = INSTRUCTION_WORDS * entry.first; at < end; at += INSTRUCTION_WORDS) {
        const code = (tape[at] ?? 0) & CODE_MASK;
        if (LONG.has(code)) at += INSTRUCTION_WORDS;
        if (code === CODE.component) visit(tape[at + 2] ?? 0, `${path}.${texts[tape[at + 1] ?? 0] ?? ''}`);
      }
    };
    visit(this.#parts.counts[11] ?? 0, 'main');
    return found;
  }

  /** The file of a program with these lies; with `asserts` it stops where the circuit's own generator would. */
  bytes(overrides: readonly SignalOverride[], asserts: boolean): Uint8Array {
    const parts = this.#parts;
    const source = asserts ? parts.instructions : this.#silent;
    const patch = new Patch(parts, source);
    const counts = parts.counts.slice();
    const main = counts[11] ?? 0;
    // The main component's first signal is number 1: signal 0 is the constant.
    if (overrides.length > 0) {
      counts[11] = patch.template(
        main,
        overrides.map((one) => ({ ...one, signal: one.signal - 1 })),
      );
    }
    const added = patch.instructions.reduce((sum, tape) => sum + tape.length, 0);
    counts[5] = (counts[5] ?? 0) + patch.constants.length;
    counts[6] = (counts[6] ?? 0) + patch.templates.length;
    counts[8] = (counts[8] ?? 0) + added / INSTRUCTION_WORDS;
    return Buffer.concat([
      parts.magic,
      wordBytes(counts),
      parts.inputs,
      parts.constants,
      ...patch.constants,
      wordBytes(entryWords([...parts.templates, ...patch.templates])),
      wordBytes(entryWords(parts.functions)),
      wordBytes(source),
      ...patch.instructions.map(wordBytes),
      parts.rest,
    ]);
  }
}
