import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { buildBn128 } from 'ffjavascript';
import * as snarkjs from 'snarkjs';
import { hashFile } from '../artifacts/contentHash.ts';
import { readR1csHeader } from './r1csHeader.ts';
import { SetupError } from './SetupError.ts';
import { readTranscript, type Transcript, type TranscriptStep, writeTranscript } from './transcript.ts';
import { type KeyContribution, type KeyContributions, readKeyContributions } from './zkeyContributions.ts';

/** The files of one circuit's ceremony. `transcript` is written by `newCeremony` and extended by every step. */
export type CeremonyFiles = { readonly r1cs: string; readonly ptau: string; readonly transcript: string };
/** One step's key before and after. They must differ: a key in use is never overwritten. */
export type KeyStep = { readonly from: string; readonly to: string; readonly transcript: string };

type Collector = { readonly logger: snarkjs.Logger; readonly errors: string[] };

function collector(): Collector {
  const errors: string[] = [];
  const ignore = (): void => undefined;
  return { errors, logger: { debug: ignore, info: ignore, warn: ignore, error: (line) => errors.push(line) } };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

async function requireFile(path: string): Promise<void> {
  await access(path).catch((cause: unknown) => {
    throw new SetupError('SETUP_ARGUMENT_INVALID', `There is no file ${path}. Check the path.`, { path }, cause);
  });
}

function requireArgument(holds: boolean, message: string): void {
  if (!holds) throw new SetupError('SETUP_ARGUMENT_INVALID', message);
}

function ptauFailure(ptau: string, reason: string, cause?: unknown): SetupError {
  if (/too big/i.test(reason)) {
    const message = `The circuit has more rows than ${ptau} has powers. Take a larger .ptau of the same ceremony.`;
    return new SetupError('SETUP_PTAU_TOO_SMALL', `${message} (snarkjs: ${reason})`, { ptau }, cause);
  }
  const message = `${ptau} cannot be used. Give a complete .ptau prepared for phase 2.`;
  return new SetupError('SETUP_PTAU_INVALID', `${message} (snarkjs: ${reason})`, { ptau }, cause);
}

async function extend(path: string, step: TranscriptStep): Promise<Transcript> {
  const transcript = await readTranscript(path);
  const extended = { ...transcript, steps: [...transcript.steps, step] };
  await writeTranscript(path, extended);
  return extended;
}

/** The file must be what the transcript's last step left; a step on anything else would break the chain. */
async function requireLatest(transcriptPath: string, zkey: string): Promise<void> {
  const { steps } = await readTranscript(transcriptPath);
  if (steps.at(-1)?.zkeySha256 === (await hashFile(zkey))) return;
  const message = `${zkey} is not the key that the last step in ${transcriptPath} left. Take that one.`;
  throw new SetupError('SETUP_CEREMONY_INVALID', message, { zkey });
}

async function requireStep({ from, to }: KeyStep, name: string): Promise<void> {
  requireArgument(from !== to, `The new key must be another file than ${from}. Give another path.`);
  requireArgument(name.trim() !== '', 'A contribution needs a name. Give one.');
  await requireFile(from);
}

/**
 * Makes a circuit's first key from a powers-of-tau file, and begins the transcript. Nobody may use the key before
 * somebody contributed.
 *
 * @throws SetupError SETUP_PTAU_INVALID, SETUP_PTAU_TOO_SMALL, SETUP_R1CS_INVALID, SETUP_ARGUMENT_INVALID
 */
export async function newCeremony(files: CeremonyFiles, zkey: string): Promise<Transcript> {
  await requireFile(files.ptau);
  await readR1csHeader(files.r1cs);
  const { logger, errors } = collector();
  const hash = await snarkjs.zKey.newZKey(files.r1cs, files.ptau, zkey, logger).catch((cause: unknown) => {
    throw ptauFailure(files.ptau, String(cause), cause);
  });
  if (hash === -1) throw ptauFailure(files.ptau, errors.join('; '));
  const transcript: Transcript = {
    format: 1,
    r1csSha256: await hashFile(files.r1cs),
    ptauSha256: await hashFile(files.ptau),
    steps: [{ kind: 'new', zkeySha256: await hashFile(zkey), circuitHash: hex(hash) }],
  };
  await writeTranscript(files.transcript, transcript);
  return transcript;
}

/**
 * Mixes new randomness into a key. The key is safe if one contributor forgets theirs.
 *
 * @param entropy text mixed with the system's randomness; left out, 64 random bytes
 * @throws SetupError SETUP_CEREMONY_INVALID if `from` is not the transcript's last key, SETUP_ARGUMENT_INVALID
 */
export async function contribute(step: KeyStep, name: string, entropy?: string): Promise<Transcript> {
  await requireStep(step, name);
  await requireLatest(step.transcript, step.from);
  // snarkjs would ask on the terminal if it got none.
  const mixed = entropy === undefined || entropy === '' ? randomBytes(64).toString('hex') : entropy;
  const hash = await snarkjs.zKey.contribute(step.from, step.to, name, mixed);
  const zkeySha256 = await hashFile(step.to);
  return extend(step.transcript, { kind: 'contribution', name, zkeySha256, contributionHash: hex(hash) });
}

/**
 * Ends a ceremony with public randomness that nobody could foresee, such as a later block's hash.
 *
 * @param beacon hash as hex, and how often to hash it on: 2^iterationsExp times, 10 to 63
 * @throws SetupError SETUP_CEREMONY_INVALID, SETUP_ARGUMENT_INVALID
 */
export async function applyBeacon(
  step: KeyStep,
  name: string,
  beacon: { readonly hash: string; readonly iterationsExp: number },
): Promise<Transcript> {
  const { hash: beaconHash, iterationsExp } = beacon;
  await requireStep(step, name);
  requireArgument(/^([0-9a-f]{2}){1,255}$/i.test(beaconHash), 'A beacon is 1 to 255 bytes in hex, without 0x.');
  const inRange = Number.isInteger(iterationsExp) && iterationsExp >= 10 && iterationsExp <= 63;
  requireArgument(inRange, "A beacon's iterations are 2^10 to 2^63. Give the exponent, 10 to 63.");
  await requireLatest(step.transcript, step.from);
  const hash = await snarkjs.zKey.beacon(step.from, step.to, name, beaconHash, iterationsExp);
  if (hash === false) throw new SetupError('SETUP_ARGUMENT_INVALID', 'snarkjs refused the beacon. Check its hash.');
  const zkeySha256 = await hashFile(step.to);
  const contributionHash = hex(hash);
  return extend(step.transcript, { kind: 'beacon', name, zkeySha256, contributionHash, beaconHash, iterationsExp });
}

async function requireTranscript(files: CeremonyFiles, zkey: string, least: number): Promise<Transcript> {
  const transcript = await readTranscript(files.transcript);
  const claims: readonly (readonly [string, string | undefined])[] = [
    [files.r1cs, transcript.r1csSha256],
    [files.ptau, transcript.ptauSha256],
    [zkey, transcript.steps.at(-1)?.zkeySha256],
  ];
  for (const [path, expected] of claims) {
    await requireFile(path);
    if ((await hashFile(path)) === expected) continue;
    const message = `${path} is not the file that ${files.transcript} records. Do not use this key.`;
    throw new SetupError('SETUP_CEREMONY_INVALID', message, { path });
  }
  requireContributions(transcript, await readKeyContributions(zkey), zkey, least);
  return transcript;
}

/** What the transcript tells must be what the key records, step by step; a beacon's randomness is public, no secret. */
function requireContributions(
  transcript: Transcript,
  { circuitHash, contributions }: KeyContributions,
  zkey: string,
  least: number,
): void {
  const refuse = (message: string): SetupError => new SetupError('SETUP_CEREMONY_INVALID', message, { zkey });
  const [first, ...later] = transcript.steps;
  const told = [first?.kind === 'new' ? first.circuitHash : '', ...later.map(wordOf)];
  const kept = [circuitHash, ...contributions.map(wordOf)];
  const differs = Array.from({ length: Math.max(told.length, kept.length) }, (_, i) => i).find(
    (i) => told[i] !== kept[i],
  );
  if (differs !== undefined) {
    throw refuse(`Step ${differs} of the transcript is not what ${zkey} records. Do not use this key.`);
  }
  const secret = contributions.filter(({ kind, changesDelta }) => kind === 'contribution' && changesDelta).length;
  if (secret >= least) return;
  const have = secret === 0 ? 'Nobody has contributed' : `Only ${secret} of at least ${least} have contributed`;
  throw refuse(`${have} a secret to ${zkey}. Run "ceremony contribute" first: a beacon's randomness is public.`);
}

/** One step in words, the same from a transcript and from a key. */
function wordOf(step: TranscriptStep | KeyContribution): string {
  if (step.kind === 'new') return '';
  // snarkjs keeps 64 characters of a name.
  const own = [step.kind, step.name.substring(0, 64), step.contributionHash];
  if (step.kind === 'beacon') own.push(step.beaconHash?.toLowerCase() ?? '', `${step.iterationsExp}`);
  return own.join('\n');
}

/**
 * Recomputes a key from circuit and powers of tau, and checks every contribution and the transcript.
 *
 * @param least how many must have contributed a secret; a beacon, whose randomness is public, does not count
 * @throws SetupError SETUP_CEREMONY_INVALID with the reason
 */
export async function verifyCeremony(files: CeremonyFiles, zkey: string, least = 1): Promise<Transcript> {
  const transcript = await requireTranscript(files, zkey, least);
  const { logger, errors } = collector();
  const valid = await snarkjs.zKey.verifyFromR1cs(files.r1cs, files.ptau, zkey, logger).catch((cause: unknown) => {
    errors.push(String(cause));
    return false;
  });
  if (valid) return transcript;
  const message = `${zkey} does not follow from ${files.r1cs} and ${files.ptau}. Do not use this key.`;
  throw new SetupError('SETUP_CEREMONY_INVALID', `${message} (snarkjs: ${errors.join('; ')})`, { zkey });
}

/** Ends snarkjs' worker threads, which would keep the process alive. */
export async function releaseCurve(): Promise<void> {
  await (await buildBn128()).terminate();
}
