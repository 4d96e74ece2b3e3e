import { type FileHandle, open } from 'node:fs/promises';
import { SetupError } from './SetupError.ts';

/** Order of BN254's scalar field, in which the circuits compute. */
export const SCALAR_FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
/** Bytes of one field element in the files of circom and snarkjs. */
export const FIELD_BYTES = 32;

const HEADER_SECTION = 1;
const CONSTRAINTS_SECTION = 2;
const CUSTOM_GATES_SECTION = 4;
/** Field size and order, four counts, the number of labels (64 bits) and of constraints. */
const HEADER_BYTES = 4 + FIELD_BYTES + 16 + 8 + 4;

/** Sizes of a compiled circuit, and where in the file its constraints are (bytes). */
export type R1csHeader = {
  readonly wires: number;
  /** Public outputs and public inputs together: the length of a proof's `publicSignals`. */
  readonly publicSignals: number;
  readonly privateInputs: number;
  readonly constraints: number;
  readonly constraintsOffset: number;
  readonly constraintsBytes: number;
};

/** Rows of the QAP: a power of two with room for one more row for each public signal and the constant one. */
export function domainSizeOf(header: Pick<R1csHeader, 'constraints' | 'publicSignals'>): number {
  return 2 ** (Math.floor(Math.log2(header.constraints + header.publicSignals)) + 1);
}

/** The roots of unity of twice the domain must exist, and BN254's scalar field has 2^28 of them. */
const MAX_ROWS = 2 ** 27;

/** @throws SetupError SETUP_R1CS_UNSUPPORTED if no key can be made for a circuit of this size */
export function requireSupportedSize({ constraints, publicSignals }: R1csHeader, path: string): void {
  const rows = constraints + publicSignals;
  if (rows > 0 && rows < MAX_ROWS) return;
  const what = rows === 0 ? 'has neither constraints nor public signals' : `has ${rows} rows; 2^27 is the limit`;
  const message = `${path} ${what}. Groth16 on BN254 has no key for such a circuit.`;
  throw new SetupError('SETUP_R1CS_UNSUPPORTED', message, { path, rows });
}

async function readExactly(file: FileHandle, position: number, bytes: number, path: string): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  if (bytesRead === bytes) return buffer;
  const message = `${path} ends too early: it was not written completely. Delete it and compile the circuit again.`;
  throw new SetupError('SETUP_R1CS_INVALID', message, { path, position });
}

type Section = { readonly offset: number; readonly bytes: number };

async function readSections(file: FileHandle, path: string): Promise<Map<number, Section>> {
  const start = await readExactly(file, 0, 12, path);
  if (start.toString('latin1', 0, 4) !== 'r1cs' || start.readUInt32LE(4) !== 1) {
    const message = `${path} is not an .r1cs file of version 1. Give the file that circom wrote with --r1cs.`;
    throw new SetupError('SETUP_R1CS_INVALID', message, { path });
  }
  const { size } = await file.stat();
  const invalid = (what: string): SetupError => {
    const message = `${path} has ${size} bytes, ${what}. Delete it and compile the circuit again.`;
    return new SetupError('SETUP_R1CS_INVALID', message, { path, size });
  };
  const sections = new Map<number, Section>();
  let position = 12;
  for (let index = 0; index < start.readUInt32LE(8); index++) {
    const head = await readExactly(file, position, 12, path);
    const bytes = Number(head.readBigUInt64LE(4));
    sections.set(head.readUInt32LE(0), { offset: position + 12, bytes });
    position += 12 + bytes;
    // A damaged size must not be followed, nor memory taken for it.
    if (position > size) throw invalid(`section ${index} alone would end at ${position}`);
  }
  if (size === position) return sections;
  throw invalid(`its sections ${position}`);
}

function parseHeader(bytes: Buffer, constraints: Section, path: string): R1csHeader {
  const prime = BigInt(
    `0x${Buffer.from(bytes.subarray(4, 4 + FIELD_BYTES))
      .reverse()
      .toString('hex')}`,
  );
  if (bytes.readUInt32LE(0) !== FIELD_BYTES || prime !== SCALAR_FIELD) {
    const message = `${path} is compiled for another field. Compile it for BN254 (circom's default prime, bn128).`;
    throw new SetupError('SETUP_R1CS_UNSUPPORTED', message, { path, prime: prime.toString() });
  }
  const word = (index: number): number => bytes.readUInt32LE(4 + FIELD_BYTES + 4 * index);
  return {
    wires: word(0),
    publicSignals: word(1) + word(2),
    privateInputs: word(3),
    constraints: word(6),
    constraintsOffset: constraints.offset,
    constraintsBytes: constraints.bytes,
  };
}

/**
 * Reads the header of an .r1cs file (format: iden3's r1csfile, version 1).
 *
 * @throws SetupError SETUP_R1CS_INVALID if the file is torn or no .r1cs, SETUP_R1CS_UNSUPPORTED if it is for another
 * field or uses PLONK's custom gates
 */
export async function readR1csHeader(path: string): Promise<R1csHeader> {
  const file = await open(path).catch((cause: unknown) => {
    throw new SetupError('SETUP_R1CS_INVALID', `Cannot open ${path}. Compile the circuit first.`, { path }, cause);
  });
  try {
    const sections = await readSections(file, path);
    const header = sections.get(HEADER_SECTION);
    const constraints = sections.get(CONSTRAINTS_SECTION);
    if (header === undefined || constraints === undefined || header.bytes !== HEADER_BYTES) {
      throw new SetupError('SETUP_R1CS_INVALID', `${path} lacks a section. Compile the circuit again.`, { path });
    }
    if (sections.get(CUSTOM_GATES_SECTION) !== undefined && (sections.get(CUSTOM_GATES_SECTION)?.bytes ?? 0) > 4) {
      const message = `${path} uses custom gates, which Groth16 does not know. Remove them from the circuit.`;
      throw new SetupError('SETUP_R1CS_UNSUPPORTED', message, { path });
    }
    return parseHeader(await readExactly(file, header.offset, header.bytes, path), constraints, path);
  } finally {
    await file.close();
  }
}
