import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { TranscriptError } from './TranscriptError.ts';

const SECTION_HEAD_BYTES = 12;
const FIELD_BYTES = 32;
const TERM_BYTES = 4 + FIELD_BYTES;

/** A compiled circuit as its two files say: constraints A * B = C over wires (0 is the constant 1), and names. */
export interface CircuitFile {
  readonly wires: number;
  readonly constraints: number;
  /** Wires 1 to this one are public. */
  readonly publicSignals: number;
  /** After those, wires up to this one are inputs too. */
  readonly inputs: number;
  /** Where the terms of each combination begin, three a constraint (A, B, C), and the end. */
  readonly starts: Uint32Array;
  readonly wireOf: Uint32Array;
  /** Index into `coefficients` of each term. */
  readonly coefficientOf: Uint32Array;
  /** In [0, p). */
  readonly coefficients: readonly bigint[];
  /** First name of each wire: circom lists outer components first. Wire 0 has none. */
  readonly names: readonly string[];
}

interface Sections {
  readonly header: number;
  readonly body: number;
}

const sectionsOf = (bytes: Buffer): Sections => {
  if (bytes.toString('latin1', 0, 4) !== 'r1cs') throw invalid('it does not begin as an .r1cs file');
  const at = new Map<number, number>();
  let position = SECTION_HEAD_BYTES;
  for (let i = 0; i < bytes.readUInt32LE(8); i++) {
    at.set(bytes.readUInt32LE(position), position + SECTION_HEAD_BYTES);
    position += SECTION_HEAD_BYTES + Number(bytes.readBigUInt64LE(position + 4));
  }
  const header = at.get(1);
  const body = at.get(2);
  if (header === undefined || body === undefined) throw invalid('a section is missing');
  return { header, body };
};

const invalid = (what: string): TranscriptError =>
  new TranscriptError('TRANSCRIPT_FILE_INVALID', `The circuit cannot be read: ${what}. Compile it again at --O0.`);

const valueAt = (bytes: Buffer, at: number): bigint => {
  let value = 0n;
  for (let limb = 3; limb >= 0; limb--) value = (value << 64n) | bytes.readBigUInt64LE(at + 8 * limb);
  return value;
};

/** Line by line: the names of a large circuit do not fit in one string. */
const readNames = async (sym: string, wires: number): Promise<string[]> => {
  const names = Array<string>(wires).fill('');
  for await (const line of createInterface({ input: createReadStream(sym), crlfDelay: Infinity })) {
    const [, wire, , name] = line.split(',');
    if (name === undefined) continue;
    const index = Number(wire);
    if (index > 0 && names[index] === '') names[index] = name;
  }
  if (names.some((name, wire) => wire > 0 && name === '')) throw invalid('a wire has no name');
  return names;
};

const decode = (bytes: Buffer): Omit<CircuitFile, 'names'> => {
  const { header, body } = sectionsOf(bytes);
  if (bytes.readUInt32LE(header) !== FIELD_BYTES || valueAt(bytes, header + 4) !== FIELD_PRIME)
    throw invalid('it is of another field');
  const word = (index: number): number => bytes.readUInt32LE(header + 4 + FIELD_BYTES + 4 * index);
  const constraints = word(6);
  const starts = new Uint32Array(3 * constraints + 1);
  let at = body;
  for (let i = 0; i < 3 * constraints; i++) {
    const terms = bytes.readUInt32LE(at);
    at += 4 + terms * TERM_BYTES;
    starts[i + 1] = (starts[i] ?? 0) + terms;
  }
  const total = starts[3 * constraints] ?? 0;
  const wireOf = new Uint32Array(total);
  const coefficientOf = new Uint32Array(total);
  const coefficients: bigint[] = [];
  const indexOf = new Map<string, number>();
  at = body;
  for (let i = 0, t = 0; i < 3 * constraints; i++) {
    at += 4;
    for (const end = starts[i + 1] ?? 0; t < end; t++, at += TERM_BYTES) {
      const raw = bytes.toString('latin1', at + 4, at + TERM_BYTES);
      let index = indexOf.get(raw);
      if (index === undefined) {
        index = coefficients.push(valueAt(bytes, at + 4)) - 1;
        indexOf.set(raw, index);
      }
      wireOf[t] = bytes.readUInt32LE(at);
      coefficientOf[t] = index;
    }
  }
  const wires = word(0);
  const publicSignals = word(1) + word(2);
  const inputs = publicSignals + word(3);
  return { wires, constraints, publicSignals, inputs, starts, wireOf, coefficientOf, coefficients };
};

/**
 * Reads what circom wrote at --O0: there every signal has its own wire.
 * @throws TranscriptError TRANSCRIPT_FILE_INVALID
 */
export const readCircuitFile = async (r1cs: string, sym: string): Promise<CircuitFile> => {
  const file = decodeWhole(await readFile(r1cs));
  return { ...file, names: await readNames(sym, file.wires) };
};

const decodeWhole = (bytes: Buffer): Omit<CircuitFile, 'names'> => {
  try {
    return decode(bytes);
  } catch (error) {
    // Reads beyond the end of a Buffer.
    throw error instanceof RangeError ? invalid('it ends early') : error;
  }
};
