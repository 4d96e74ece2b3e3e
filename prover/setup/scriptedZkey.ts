import { Bn254Arena, scalarBytes } from './Bn254Arena.ts';
import { buildBn254Code } from './bn254Code.ts';
import type { ToxicWaste } from './developmentSecrets.ts';
import { windowBitsFor } from './FixedBase.ts';
import { allocateMontgomery, lagrangeAtTau, power } from './lagrangeAtTau.ts';
import { PointPool } from './PointPool.ts';
import { evaluateQap, type QapAtTau } from './qapAtTau.ts';
import { domainSizeOf, FIELD_BYTES, type R1csHeader, SCALAR_FIELD } from './r1csHeader.ts';
import { SetupError } from './SetupError.ts';
import { words, ZKEY_SECTION, ZkeyWriter } from './ZkeyWriter.ts';

const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const GROTH16 = 1;
/** Everything one key needs while it is made. */
type KeyJob = {
  readonly arena: Bn254Arena;
  readonly pool: PointPool;
  readonly header: R1csHeader;
  readonly waste: ToxicWaste;
  readonly writer: ZkeyWriter;
};

function inverse(value: bigint): bigint {
  return power(value, SCALAR_FIELD - 2n);
}

function concat(...scalars: readonly bigint[]): Uint8Array {
  return Buffer.concat(scalars.map(scalarBytes));
}

/** Section 9: the odd half of the Lagrange basis on twice the domain, over delta. snarkjs' prover gives A B - C there,
 * which determines it, since it vanishes on the even half. */
function hScalars({ arena, header, waste }: KeyJob): Uint8Array {
  const count = domainSizeOf(header);
  const values = lagrangeAtTau(arena, waste.tau, 2 * count, { first: 1, stride: 2, count });
  // A product of a Montgomery element with a plain one is plain, as the points' scalars must be.
  const plain = arena.allocate(FIELD_BYTES);
  arena.write(plain, scalarBytes(inverse(waste.delta)));
  for (let offset = 0; offset < count * FIELD_BYTES; offset += FIELD_BYTES) {
    arena.exports.frm_mul(values + offset, plain, values + offset);
  }
  return arena.read(values, count * FIELD_BYTES);
}

/** beta A + alpha B + C of every wire, and over delta for the private ones; in place of C. */
function combine({ arena, header, waste }: KeyJob, qap: QapAtTau): void {
  const { frm_mul, frm_add } = arena.exports;
  const [alpha, beta] = [allocateMontgomery(arena, waste.alpha), allocateMontgomery(arena, waste.beta)];
  const overDelta = allocateMontgomery(arena, inverse(waste.delta));
  const term = arena.allocate(FIELD_BYTES);
  for (let wire = 0; wire < header.wires; wire++) {
    const offset = wire * FIELD_BYTES;
    const sum = qap.c + offset;
    frm_mul(qap.a + offset, beta, term);
    frm_add(sum, term, sum);
    frm_mul(qap.b + offset, alpha, term);
    frm_add(sum, term, sum);
    if (wire > header.publicSignals) frm_mul(sum, overDelta, sum);
  }
}

async function writeHeader({ pool, header, waste, writer }: KeyJob): Promise<void> {
  const { alpha, beta, delta } = waste;
  const g1 = await pool.multiply('g1', concat(alpha, beta, delta));
  const g2 = await pool.multiply('g2', concat(beta, 1n, delta));
  await writer.section(ZKEY_SECTION.protocol, words(GROTH16));
  await writer.section(
    ZKEY_SECTION.header,
    words(FIELD_BYTES),
    scalarBytes(BASE_FIELD),
    words(FIELD_BYTES),
    scalarBytes(SCALAR_FIELD),
    words(header.wires, header.publicSignals, domainSizeOf(header)),
    g1.subarray(0, 128),
    g2.subarray(0, 256),
    g1.subarray(128),
    g2.subarray(256),
  );
}

async function writeCoefficients(job: KeyJob, r1csPath: string, onFraction: (f: number) => void): Promise<QapAtTau> {
  const { arena, header, waste, writer } = job;
  const size = domainSizeOf(header);
  const lagrange = lagrangeAtTau(arena, waste.tau, size, { first: 0, stride: 1, count: size });
  await writer.begin(ZKEY_SECTION.coefficients);
  await writer.append(words(0));
  const sink = (bytes: Uint8Array): Promise<void> => writer.append(bytes);
  const qap = await evaluateQap(arena, r1csPath, header, lagrange, sink, onFraction);
  await writer.patch(words(qap.coefficients));
  await writer.end();
  return qap;
}

async function writePoints(job: KeyJob, qap: QapAtTau, h: Promise<Uint8Array>, mark: Uint8Array): Promise<void> {
  const { arena, pool, header, writer } = job;
  combine(job, qap);
  const read = (address: number, first: number, end: number): Uint8Array =>
    arena.read(address + first * FIELD_BYTES, (end - first) * FIELD_BYTES);
  const firstPrivate = header.publicSignals + 1;
  const sections = [
    [ZKEY_SECTION.ic, pool.multiply('g1', read(qap.c, 0, firstPrivate))],
    [ZKEY_SECTION.a, pool.multiply('g1', read(qap.a, 0, header.wires))],
    [ZKEY_SECTION.b1, pool.multiply('g1', read(qap.b, 0, header.wires))],
    [ZKEY_SECTION.b2, pool.multiply('g2', read(qap.b, 0, header.wires))],
    [ZKEY_SECTION.c, pool.multiply('g1', read(qap.c, firstPrivate, header.wires))],
    [ZKEY_SECTION.h, h],
  ] as const;
  await Promise.all(sections.map(([, points]) => points));
  for (const [section, points] of sections) await writer.section(section, await points);
  // No contribution, and no ceremony's circuit hash: a mark that no verification from a .ptau accepts.
  await writer.section(ZKEY_SECTION.contributions, mark, words(0));
}

/** A G2 point costs about three G1 points. */
function workOf(header: R1csHeader): number {
  return 4 * header.wires + domainSizeOf(header);
}

/** What `writeDevelopmentZkey` has read and decided for either implementation. */
export type ZkeyRequest = {
  readonly r1csPath: string;
  readonly header: R1csHeader;
  readonly zkeyPath: string;
  readonly waste: ToxicWaste;
  /** 64 bytes in place of a ceremony's circuit hash. */
  readonly mark: Uint8Array;
  readonly onFraction: (fraction: number) => void;
  readonly signal: AbortSignal | undefined;
};

/**
 * `writeDevelopmentZkey` in JavaScript and ffjavascript's WebAssembly: the reference, and what runs where there is no
 * native core.
 *
 * @throws SetupError SETUP_R1CS_INVALID, SETUP_WORKER_FAILED, SETUP_ABORTED
 */
export async function writeZkeyInScript(request: ZkeyRequest): Promise<void> {
  const { r1csPath, header, zkeyPath, waste, mark, onFraction, signal } = request;
  const code = await buildBn254Code();
  const arena = await Bn254Arena.create(code);
  const work = workOf(header);
  const pool = new PointPool(code, windowBitsFor(work), (points) => onFraction(Math.min(1, points / work)));
  const abort = (): void => pool.abort(abortedSetup(r1csPath, signal));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const writer = await ZkeyWriter.create(zkeyPath);
    try {
      const job: KeyJob = { arena, pool, header, waste, writer };
      await writeHeader(job);
      // The workers make these while this thread reads the constraints.
      const h = pool.multiply('g1', hScalars(job));
      h.catch(() => undefined);
      const qap = await writeCoefficients(job, r1csPath, () => {
        if (signal?.aborted) throw abortedSetup(r1csPath, signal);
      });
      await writePoints(job, qap, h, mark);
    } finally {
      await writer.close();
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    await pool.terminate();
  }
}

export function abortedSetup(path: string, signal: AbortSignal | undefined): SetupError {
  return new SetupError('SETUP_ABORTED', `The development key of ${path} was stopped.`, { path }, signal?.reason);
}
