import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as snarkjs from 'snarkjs';
import { hashFile } from '../artifacts/contentHash.ts';
import type { VerifyingKey } from '../prove/ProverBackend.ts';
import { readZkeyHeader, type ZkeyHeader } from '../prove/zkeyHeader.ts';
import { verifyCeremony } from './ceremony.ts';
import { DEVELOPMENT_SEED, developmentSecrets } from './developmentSecrets.ts';
import { writeDevelopmentZkey } from './developmentZkey.ts';
import { isSameKey } from './expectedKeys.ts';
import { requireSoundKey } from './keySoundness.ts';
import { domainSizeOf, type R1csHeader, readR1csHeader } from './r1csHeader.ts';
import { SetupError } from './SetupError.ts';
import { readTranscript } from './transcript.ts';
import { readVerifyingKey } from './verifyingKeyFile.ts';

export type CeremonyEvidence = {
  readonly ptau: string;
  readonly transcript: string;
  /** How many must have contributed a secret. */
  readonly leastContributions: number;
  /** Hash of the last step, as it was published: 128 hex digits. */
  readonly lastHash?: string | undefined;
  /** SHA-256 of a powers-of-tau file that others have verified; left out, its contributions are verified here. */
  readonly ptauSha256?: string | undefined;
};

export type CheckKeyOptions = {
  /** A .zkey, or (development keys only) a verification key as snarkjs' JSON. */
  readonly key: string;
  /** The compiled circuit. */
  readonly r1cs: string;
  /** A verification key that is to be the one in the .zkey. */
  readonly vkey?: string | undefined;
  /** Left out: the key is to be the development key of this circuit. */
  readonly ceremony?: CeremonyEvidence | undefined;
  readonly seed?: string;
  readonly onStep?: (what: string) => void;
};

export type KeyReport = { readonly kind: 'development' | 'ceremony'; readonly key: VerifyingKey };

const CHUNK_BYTES = 4 * 1024 * 1024;

function refused(check: string, point: string, source: string, what: string): SetupError {
  const message = `${source} is refused (${check}: ${point}): ${what}. Do not register it; make or fetch the key again.`;
  return new SetupError('SETUP_KEY_REFUSED', message, { source, check, point });
}

function requireSizes(path: string, zkey: ZkeyHeader, r1cs: R1csHeader): void {
  const expected = { wires: r1cs.wires, publicSignals: r1cs.publicSignals, domainSize: domainSizeOf(r1cs) };
  for (const name of ['wires', 'publicSignals', 'domainSize'] as const) {
    if (zkey[name] === expected[name]) continue;
    throw refused('circuit', name, path, `it has ${zkey[name]}, the circuit ${expected[name]}`);
  }
}

/** The first byte in which two files differ, or undefined. */
async function firstDifference(one: string, other: string): Promise<number | undefined> {
  const files = await Promise.all([open(one), open(other)]);
  const buffers = [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)] as const;
  try {
    for (let at = 0; ; at += CHUNK_BYTES) {
      const [a, b] = await Promise.all(
        [0, 1].map((i) => files[i as 0 | 1].read(buffers[i as 0 | 1], 0, CHUNK_BYTES, at)),
      );
      const [left, right] = [buffers[0].subarray(0, a?.bytesRead), buffers[1].subarray(0, b?.bytesRead)];
      if (left.equals(right) && left.length < CHUNK_BYTES) return undefined;
      if (left.equals(right)) continue;
      const place = left.findIndex((byte, i) => byte !== right[i]);
      return at + (place < 0 ? left.length : place);
    }
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

function sectionAt({ sections }: ZkeyHeader, position: number): string {
  for (const [id, { bytes, offset }] of sections) {
    if (position >= offset && position < offset + bytes) return `section ${id}`;
  }
  return 'the table of sections';
}

/** Names the first point in which two keys differ. */
function differingPoint(one: VerifyingKey, other: VerifyingKey): string {
  const names = { alpha: 'vk_alpha_1', beta: 'vk_beta_2', gamma: 'vk_gamma_2', delta: 'vk_delta_2' } as const;
  for (const [name, field] of Object.entries(names) as [keyof typeof names, (typeof names)[keyof typeof names]][]) {
    if (!isSameKey({ ...one, [field]: other[field] }, one)) return name;
  }
  return `ic[${one.IC.findIndex((point, i) => point.join() !== other.IC[i]?.join())}]`;
}

function requireSameKey(path: string, found: VerifyingKey, expected: VerifyingKey, of: string): void {
  if (isSameKey(found, expected)) return;
  throw refused('content', differingPoint(found, expected), path, `it is not ${of}`);
}

/** Computes the key anew from the published secrets, and compares. */
async function checkDevelopmentKey(options: CheckKeyOptions, found: VerifyingKey): Promise<void> {
  const { key, r1cs, seed = DEVELOPMENT_SEED } = options;
  const directory = await mkdtemp(join(tmpdir(), 'straddle-check-key-'));
  try {
    const made = join(directory, 'made.zkey');
    await writeDevelopmentZkey(r1cs, made, developmentSecrets(await hashFile(r1cs), seed));
    const what = "what the development seed's secrets give for this circuit";
    requireSameKey(key, found, await readVerifyingKey(made), what);
    if (!key.endsWith('.zkey')) return;
    const position = await firstDifference(key, made);
    if (position === undefined) return;
    throw refused('content', sectionAt(await readZkeyHeader(key), position), key, `byte ${position} is not ${what}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function requirePtau({ ptau, ptauSha256 }: CeremonyEvidence): Promise<void> {
  if (ptauSha256 !== undefined) {
    if ((await hashFile(ptau)) === ptauSha256.toLowerCase()) return;
    throw refused('ptau', 'sha256', ptau, 'it is not the published file');
  }
  const ignore = (): void => undefined;
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const valid = await snarkjs.powersOfTau.verify(ptau, logger).catch(() => false);
  if (!valid) throw refused('ptau', 'contributions', ptau, 'its powers do not follow from its contributions');
}

async function checkCeremony(options: CheckKeyOptions, ceremony: CeremonyEvidence): Promise<void> {
  const { key, onStep, r1cs } = options;
  const { lastHash, leastContributions, ptau, transcript } = ceremony;
  if (!key.endsWith('.zkey')) {
    const message = `A ceremony is checked by its .zkey. Give that, and ${key} as --vkey.`;
    throw new SetupError('SETUP_ARGUMENT_INVALID', message, { path: key });
  }
  const last = (await readTranscript(transcript)).steps.at(-1);
  const ended = last === undefined || last.kind === 'new' ? '' : last.contributionHash;
  if (lastHash !== undefined && lastHash.toLowerCase() !== ended) {
    throw refused('transcript', 'last step', key, `${transcript} ends with ${ended}, published was ${lastHash}`);
  }
  onStep?.('powers of tau');
  await requirePtau(ceremony);
  onStep?.('contributions, and the key from circuit and powers of tau (slow)');
  await verifyCeremony({ r1cs, ptau, transcript }, key, leastContributions);
}

/**
 * Whether a key belongs to a circuit and holds up, before anyone registers it: its points (keySoundness.ts), its sizes,
 * and all of its content. A development key is computed anew and compared byte for byte: seconds with the native core. A
 * ceremony's is recomputed from circuit and powers of tau and its contributions are verified, by snarkjs: minutes for
 * small circuits, hours for large ones.
 *
 * @throws SetupError SETUP_KEY_REFUSED (`data.check`, `data.point`), SETUP_CEREMONY_INVALID, SETUP_R1CS_INVALID,
 * SETUP_ARGUMENT_INVALID; ProverError KEY_FILE_*
 */
export async function checkKey(options: CheckKeyOptions): Promise<KeyReport> {
  const { ceremony, key, onStep, r1cs, vkey } = options;
  const circuit = await readR1csHeader(r1cs);
  if (key.endsWith('.zkey')) requireSizes(key, await readZkeyHeader(key), circuit);
  onStep?.('points of the verifying key');
  const found = await readVerifyingKey(key);
  const development = ceremony === undefined ? 'taken' : 'refused';
  requireSoundKey(found, { source: key, publicSignals: circuit.publicSignals, development });
  if (vkey !== undefined) {
    const beside = await readVerifyingKey(vkey);
    requireSoundKey(beside, { source: vkey, publicSignals: circuit.publicSignals, development });
    requireSameKey(vkey, beside, found, `the verifying key of ${key}`);
  }
  if (ceremony === undefined) {
    onStep?.("all content, from the development seed's secrets");
    await checkDevelopmentKey(options, found);
  } else await checkCeremony(options, ceremony);
  return { kind: ceremony === undefined ? 'development' : 'ceremony', key: found };
}
