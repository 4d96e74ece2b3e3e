import { type FileHandle, open } from 'node:fs/promises';
import { ProverError } from './ProverError.ts';
import { BN254_R } from './zkeyHeader.ts';

const FIELD_BYTES = 32;
/** Magic, version and number of sections; section 1: field size, order and count; section 2's number and size. */
const HEAD_BYTES = 76;
const CHUNK_VALUES = 32_768;
const ORDER_BYTES = Buffer.from(BN254_R.toString(16).padStart(2 * FIELD_BYTES, '0'), 'hex').reverse();
const ORDER_TOP = ORDER_BYTES.readUInt32LE(28);

function invalid(what: string, wires: number, cause?: unknown): ProverError {
  const message = `The witness ${what}. Compute it with the circuit that the key was made for.`;
  return new ProverError('PROVER_WITNESS_INVALID', message, { wires }, cause);
}

function isBelowOrder(bytes: Buffer, at: number): boolean {
  const top = bytes.readUInt32LE(at + 28);
  if (top !== ORDER_TOP) return top < ORDER_TOP;
  const value = BigInt(
    `0x${Buffer.from(bytes.subarray(at, at + FIELD_BYTES))
      .reverse()
      .toString('hex')}`,
  );
  return value < BN254_R;
}

function checkHead(head: Buffer, size: number, wires: number): void {
  if (head.length < HEAD_BYTES || head.toString('latin1', 0, 4) !== 'wtns') throw invalid('is no .wtns file', wires);
  const count = head.readUInt32LE(60);
  const frame: readonly (readonly [number, bigint])[] = [
    [head.readUInt32LE(4), 2n],
    [head.readUInt32LE(8), 2n],
    [head.readUInt32LE(12), 1n],
    [head.readUInt32LE(64), 2n],
  ];
  if (frame.some(([found, expected]) => BigInt(found) !== expected)) throw invalid('is of another version', wires);
  if (head.readBigUInt64LE(16) !== 40n) throw invalid('has a torn header', wires);
  const isOfField = head.readUInt32LE(24) === FIELD_BYTES && head.subarray(28, 60).equals(ORDER_BYTES);
  if (!isOfField) throw invalid('is for another field', wires);
  if (count !== wires) throw invalid(`has ${count} wires, the key ${wires}`, wires);
  if (head.readBigUInt64LE(68) !== BigInt(FIELD_BYTES * wires)) throw invalid('is torn', wires);
  if (size !== HEAD_BYTES + FIELD_BYTES * wires) throw invalid(`has ${size} bytes for ${wires} wires`, wires);
}

function checkValues(values: Buffer, first: number, wires: number): void {
  if (first === 0 && !isOne(values)) throw invalid('does not begin with 1', wires);
  for (let at = 0; at < values.length; at += FIELD_BYTES) {
    if (isBelowOrder(values, at)) continue;
    throw invalid(`has a value that is not below r, of wire ${first + at / FIELD_BYTES}`, wires);
  }
}

const isOne = (values: Buffer): boolean =>
  values[0] === 1 && values.subarray(1, FIELD_BYTES).every((byte) => byte === 0);

async function checkFile(file: FileHandle, wires: number): Promise<void> {
  const { size } = await file.stat();
  const head = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
  checkHead(head.subarray(0, bytesRead), size, wires);
  const chunk = Buffer.alloc(FIELD_BYTES * Math.min(wires, CHUNK_VALUES));
  for (let first = 0; first < wires; first += CHUNK_VALUES) {
    const bytes = FIELD_BYTES * Math.min(CHUNK_VALUES, wires - first);
    const { bytesRead: found } = await file.read(chunk, 0, bytes, HEAD_BYTES + FIELD_BYTES * first);
    if (found !== bytes) throw invalid('ends too early', wires);
    checkValues(chunk.subarray(0, bytes), first, wires);
  }
}

/**
 * Whether a .wtns file (snarkjs' version 2), by path or by its bytes, is a witness of that many wires: all of its frame,
 * the field, the leading 1, and every value below r. Whether it satisfies the circuit, the proof's verification tells.
 *
 * @throws ProverError PROVER_WITNESS_INVALID
 */
export async function checkWitnessFile(witness: string | Uint8Array, wires: number): Promise<void> {
  if (typeof witness !== 'string') {
    const bytes = Buffer.from(witness.buffer, witness.byteOffset, witness.byteLength);
    checkHead(bytes.subarray(0, HEAD_BYTES), bytes.length, wires);
    return checkValues(bytes.subarray(HEAD_BYTES), 0, wires);
  }
  const file = await open(witness).catch((cause: unknown) => {
    throw invalid('cannot be read', wires, cause);
  });
  try {
    await checkFile(file, wires);
  } catch (error) {
    throw error instanceof ProverError ? error : invalid('cannot be read', wires, error);
  } finally {
    await file.close();
  }
}
