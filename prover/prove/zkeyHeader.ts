import { type FileHandle, open } from 'node:fs/promises';
import { ProverError } from './ProverError.ts';

/** Orders of BN254's base field (q) and scalar field (r). */
export const BN254_Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
export const BN254_R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

const G1_BYTES = 64;
const G2_BYTES = 128;
const COEFFICIENT_BYTES = 44;
/** Field sizes and orders (72), three counts (12), three G1 and three G2 points. */
const HEADER_BYTES = 84 + 3 * G1_BYTES + 3 * G2_BYTES;
const MAX_DOMAIN = 2 ** 28;

export type ZkeySection = { readonly offset: number; readonly bytes: number };

/** Sizes of a proving key and the raw points of its header (affine, little-endian, Montgomery form). */
export type ZkeyHeader = {
  readonly wires: number;
  readonly publicSignals: number;
  readonly domainSize: number;
  readonly points: Readonly<Record<'alpha1' | 'beta1' | 'beta2' | 'gamma2' | 'delta1' | 'delta2', Uint8Array>>;
  readonly sections: ReadonlyMap<number, ZkeySection>;
};

function damaged(path: string, what: string): ProverError {
  const message = `The proving key ${path} is damaged: ${what}. Delete it and make or fetch it again.`;
  return new ProverError('KEY_FILE_DAMAGED', message, { path });
}

async function readAt(file: FileHandle, path: string, offset: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, offset);
  if (bytesRead !== bytes) throw damaged(path, `it ends at byte ${offset + bytesRead}`);
  return buffer;
}

async function readSections(file: FileHandle, path: string): Promise<Map<number, ZkeySection>> {
  const { size } = await file.stat();
  const start = await readAt(file, path, 0, 12);
  if (start.toString('latin1', 0, 4) !== 'zkey' || start.readUInt32LE(4) !== 1) throw damaged(path, 'it is no .zkey');
  const sections = new Map<number, ZkeySection>();
  let offset = 12;
  for (let index = 0; index < start.readUInt32LE(8); index++) {
    const head = await readAt(file, path, offset, 12);
    const bytes = Number(head.readBigUInt64LE(4));
    const id = head.readUInt32LE(0);
    if (sections.has(id)) throw damaged(path, `section ${id} occurs twice`);
    sections.set(id, { offset: offset + 12, bytes });
    offset += 12 + bytes;
    if (offset > size) throw damaged(path, `section ${id} ends at byte ${offset} of ${size}`);
  }
  if (offset !== size) throw damaged(path, `${size - offset} bytes follow the last section`);
  return sections;
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function parseHeader(bytes: Buffer, path: string): Omit<ZkeyHeader, 'sections'> {
  const fields = [bytes.readUInt32LE(0), bytes.readUInt32LE(36)];
  const orders = [littleEndian(bytes.subarray(4, 36)), littleEndian(bytes.subarray(40, 72))];
  if (fields[0] !== 32 || fields[1] !== 32 || orders[0] !== BN254_Q || orders[1] !== BN254_R) {
    const message = `The proving key ${path} is for another curve. Straddle proves on BN254 (bn128).`;
    throw new ProverError('KEY_FILE_WRONG_CIRCUIT', message, { path });
  }
  let offset = 84;
  const take = (size: number): Uint8Array => {
    offset += size;
    return new Uint8Array(bytes.subarray(offset - size, offset));
  };
  const [alpha1, beta1, beta2, gamma2] = [take(G1_BYTES), take(G1_BYTES), take(G2_BYTES), take(G2_BYTES)];
  const [delta1, delta2] = [take(G1_BYTES), take(G2_BYTES)];
  return {
    wires: bytes.readUInt32LE(72),
    publicSignals: bytes.readUInt32LE(76),
    domainSize: bytes.readUInt32LE(80),
    points: { alpha1, beta1, beta2, gamma2, delta1, delta2 },
  };
}

/** Every section must have exactly the size that the header's counts give it. */
function checkSizes(path: string, header: ZkeyHeader): void {
  const { wires, publicSignals, domainSize, sections } = header;
  const isPower = domainSize > 0 && (domainSize & (domainSize - 1)) === 0;
  if (!isPower || domainSize > MAX_DOMAIN) throw damaged(path, `a domain of ${domainSize} rows`);
  if (publicSignals >= wires) throw damaged(path, `${publicSignals} public signals of ${wires} wires`);
  const expected: readonly (readonly [number, number])[] = [
    [3, (publicSignals + 1) * G1_BYTES],
    [5, wires * G1_BYTES],
    [6, wires * G1_BYTES],
    [7, wires * G2_BYTES],
    [8, (wires - publicSignals - 1) * G1_BYTES],
    [9, domainSize * G1_BYTES],
  ];
  for (const [id, bytes] of expected) {
    const found = sections.get(id)?.bytes;
    if (found !== bytes) throw damaged(path, `section ${id} has ${found ?? 'no'} bytes instead of ${bytes}`);
  }
  const coefficients = sections.get(4)?.bytes ?? 0;
  if (coefficients < 4 || (coefficients - 4) % COEFFICIENT_BYTES !== 0) throw damaged(path, 'section 4 is torn');
  if ((sections.get(10)?.bytes ?? 0) < 68) throw damaged(path, 'section 10 is torn');
}

/**
 * Reads a Groth16 .zkey's header and section table and checks them against one another. Says nothing about the
 * points: only the file's hash does.
 *
 * @throws ProverError KEY_FILE_MISSING, KEY_FILE_DAMAGED, or KEY_FILE_WRONG_CIRCUIT (another curve or proof system)
 */
export async function readZkeyHeader(path: string): Promise<ZkeyHeader> {
  const file = await open(path).catch((cause: unknown) => {
    const message = `Cannot open the proving key ${path}. Make it first, or check the path and its permissions.`;
    throw new ProverError('KEY_FILE_MISSING', message, { path }, cause);
  });
  try {
    const sections = await readSections(file, path);
    const [protocol, main] = [sections.get(1), sections.get(2)];
    if (protocol?.bytes !== 4) throw damaged(path, 'section 1 is torn');
    if ((await readAt(file, path, protocol.offset, 4)).readUInt32LE(0) !== 1) {
      const message = `The key ${path} is not for Groth16. Give a key made by this project's setup.`;
      throw new ProverError('KEY_FILE_WRONG_CIRCUIT', message, { path });
    }
    if (main?.bytes !== HEADER_BYTES) throw damaged(path, 'section 2 is torn');
    const header = { ...parseHeader(await readAt(file, path, main.offset, HEADER_BYTES), path), sections };
    checkSizes(path, header);
    return header;
  } finally {
    await file.close();
  }
}

/** The bytes of one section. */
export async function readZkeySection(path: string, section: ZkeySection): Promise<Uint8Array> {
  const file = await open(path);
  try {
    return await readAt(file, path, section.offset, section.bytes);
  } finally {
    await file.close();
  }
}
