import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { ArtifactStore, BuildProgress, ProgressListener } from '../artifacts/artifactStore.ts';
import { hashFile } from '../artifacts/contentHash.ts';
import { Bn254Arena, type Bn254Code, scalarBytes } from './Bn254Arena.ts';
import { buildBn254Code } from './bn254Code.ts';
import { DEVELOPMENT_SEED, developmentSecrets, type ToxicWaste } from './developmentSecrets.ts';
import { windowBitsFor } from './FixedBase.ts';
import { allocateMontgomery, lagrangeAtTau, power } from './lagrangeAtTau.ts';
import { PointPool } from './PointPool.ts';
import { evaluateQap, type QapAtTau } from './qapAtTau.ts';
import { domainSizeOf, FIELD_BYTES, type R1csHeader, readR1csHeader, SCALAR_FIELD } from './r1csHeader.ts';
import { exportVerificationKey } from './verificationKey.ts';
import { words, ZKEY_SECTION, ZkeyWriter } from './ZkeyWriter.ts';

const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const GROTH16 = 1;
/** Raise it when the bytes of the keys change for an unchanged circuit. */
const KEY_FORMAT = '1';

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

/**
 * Writes a Groth16 proving key in snarkjs' format, computed directly from known secrets: the QAP's polynomials are
 * evaluated at tau and every point is a multiple of a generator. (Groth, "On the Size of Pairing-based Non-interactive
 * Arguments", 2016, section 3.2.) Deterministic: the same r1cs and secrets give the same bytes.
 *
 * INSECURE by construction: whoever knows the secrets can prove anything.
 *
 * @throws SetupError SETUP_R1CS_INVALID, SETUP_R1CS_UNSUPPORTED, SETUP_WORKER_FAILED
 */
export async function writeDevelopmentZkey(
  r1csPath: string,
  zkeyPath: string,
  waste: ToxicWaste,
  options: { readonly onFraction?: ((fraction: number) => void) | undefined; readonly code?: Bn254Code } = {},
): Promise<void> {
  const header = await readR1csHeader(r1csPath);
  const code = options.code ?? (await buildBn254Code());
  const arena = await Bn254Arena.create(code);
  const onFraction = options.onFraction ?? (() => undefined);
  const work = workOf(header);
  const pool = new PointPool(code, windowBitsFor(work), (points) => onFraction(Math.min(1, points / work)));
  try {
    const writer = await ZkeyWriter.create(zkeyPath);
    try {
      const job: KeyJob = { arena, pool, header, waste, writer };
      await writeHeader(job);
      // The workers make these while this thread reads the constraints.
      const h = pool.multiply('g1', hScalars(job));
      h.catch(() => undefined);
      const qap = await writeCoefficients(job, r1csPath, () => undefined);
      await writePoints(job, qap, h, developmentMark(waste));
    } finally {
      await writer.close();
    }
  } finally {
    await pool.terminate();
  }
}

/** 64 bytes where a ceremony's key has its circuit hash. */
function developmentMark(waste: ToxicWaste): Uint8Array {
  return createHash('sha512').update(`insecure development key ${waste.delta}`).digest();
}

/** A development key's files, both marked as insecure by their names. */
export type DevelopmentKey = {
  readonly zkey: string;
  /** Verification key as snarkjs' JSON. */
  readonly vkey: string;
  readonly zkeySha256: string;
  readonly vkeySha256: string;
  readonly cached: boolean;
};

/** Marks every file of a development key, so that none is taken for a ceremony's. */
export const INSECURE_SUFFIX = 'insecure-dev';

/**
 * Makes, or finds in the cache, the development key of a compiled circuit.
 *
 * @throws SetupError, ArtifactError
 */
export async function developmentKey(options: {
  readonly store: ArtifactStore;
  readonly name: string;
  readonly r1csPath: string;
  readonly seed?: string;
  readonly signal?: AbortSignal;
}): Promise<DevelopmentKey> {
  const { store, name, r1csPath, seed = DEVELOPMENT_SEED } = options;
  const r1csSha256 = await hashFile(r1csPath);
  const [zkey, vkey] = [`${name}.${INSECURE_SUFFIX}.zkey`, `${name}.${INSECURE_SUFFIX}.vkey.json`];
  const artifact = await store.build({
    step: `keys-${name}`,
    inputs: { r1cs: r1csSha256, seed, format: KEY_FORMAT },
    expects: [zkey, vkey],
    signal: options.signal,
    run: async (directory, onProgress) => {
      await runDevelopmentSetup(
        r1csPath,
        `${directory}/${zkey}`,
        developmentSecrets(r1csSha256, seed),
        name,
        onProgress,
      );
      const key = await exportVerificationKey(`${directory}/${zkey}`);
      await writeFile(`${directory}/${vkey}`, `${JSON.stringify(key, undefined, 1)}\n`);
    },
  });
  return {
    zkey: artifact.path(zkey),
    vkey: artifact.path(vkey),
    zkeySha256: artifact.outputs[zkey]?.sha256 ?? '',
    vkeySha256: artifact.outputs[vkey]?.sha256 ?? '',
    cached: artifact.cached,
  };
}

async function runDevelopmentSetup(
  r1csPath: string,
  zkeyPath: string,
  waste: ToxicWaste,
  name: string,
  onProgress: ProgressListener,
): Promise<void> {
  const report = (fraction: number): BuildProgress => ({ step: `development keys of ${name}`, fraction });
  await writeDevelopmentZkey(r1csPath, zkeyPath, waste, { onFraction: (fraction) => onProgress(report(fraction)) });
}
