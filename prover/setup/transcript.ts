import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { SetupError } from './SetupError.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const blake2b = z.string().regex(/^[0-9a-f]{128}$/);

const stepSchema = z.discriminatedUnion('kind', [
  /** `circuitHash` is snarkjs' hash of the first key, which every contribution builds on. */
  z.strictObject({ kind: z.literal('new'), zkeySha256: sha256, circuitHash: blake2b }),
  z.strictObject({ kind: z.literal('contribution'), name: z.string(), zkeySha256: sha256, contributionHash: blake2b }),
  z.strictObject({
    kind: z.literal('beacon'),
    name: z.string(),
    zkeySha256: sha256,
    contributionHash: blake2b,
    beaconHash: z.string(),
    iterationsExp: z.int(),
  }),
]);

const transcriptSchema = z.strictObject({
  format: z.literal(1),
  r1csSha256: sha256,
  ptauSha256: sha256,
  steps: z.array(stepSchema).min(1),
});

export type TranscriptStep = z.infer<typeof stepSchema>;
/** What was done to one circuit's key in a ceremony, in order, by hashes of the files that each step left. */
export type Transcript = z.infer<typeof transcriptSchema>;

/** @throws SetupError SETUP_CEREMONY_INVALID if the file is missing or no transcript */
export async function readTranscript(path: string): Promise<Transcript> {
  try {
    return transcriptSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const message = `${path} is no transcript of a ceremony. Begin with "ceremony new", or fetch the file again.`;
    throw new SetupError('SETUP_CEREMONY_INVALID', message, { path }, cause);
  }
}

/** Replaces the file in one step, so that an interrupted write leaves the old one. */
export async function writeTranscript(path: string, transcript: Transcript): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(transcript, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}
