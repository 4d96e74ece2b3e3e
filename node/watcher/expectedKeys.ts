import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Hex } from 'viem';
import { z } from 'zod';
import type { VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import { keyFingerprint } from './registeredKey.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

/**
 * The verifying keys that a deployment may register, by fingerprint (registeredKey.ts), each with the name of what it was
 * derived from. Null: nothing is expected, and any key is taken at L1's word.
 */
export type ExpectedKeys = ReadonlyMap<Hex, string> | null;

const g1 = z.tuple([z.string(), z.string(), z.string()]);
const pair = z.tuple([z.string(), z.string()]);
const g2 = z.tuple([pair, pair, pair]);
/** As `prover/setup` and snarkjs write it. */
const verificationKey = z.object({
  protocol: z.literal('groth16'),
  curve: z.literal('bn128'),
  nPublic: z.literal(7),
  vk_alpha_1: g1,
  vk_beta_2: g2,
  vk_gamma_2: g2,
  vk_delta_2: g2,
  IC: z.array(g1).length(8),
});
/** Of the prover's registry of shapes (prover/queue/shapeRegistry.ts): where the key of a shape is. */
const registeredShape = z.object({ name: z.string(), vkey: z.string(), vkeySha256: z.string() });
const fingerprint = z.string().regex(/^0x[0-9a-f]{64}$/);
const keyFile = z.union([verificationKey, z.array(z.union([fingerprint, registeredShape])).min(1)]);

/**
 * Reads files of expected keys: each a verification key (JSON of snarkjs), a registry of shapes that names some, or a
 * list of fingerprints.
 *
 * @throws WatcherAlarm WATCH_CONFIG_INVALID naming the file and what is wrong with it
 */
export async function readExpectedKeys(files: readonly string[]): Promise<ReadonlyMap<Hex, string>> {
  const expected = new Map<Hex, string>();
  for (const file of files) {
    const content = await readKeyFile(file, await readBytes(file));
    if (!Array.isArray(content)) {
      expected.set(fingerprintOf(file, content), file);
      continue;
    }
    for (const entry of content) {
      if (typeof entry === 'string') expected.set(entry as Hex, `${file}: ${entry}`);
      else expected.set(await fingerprintOfShape(file, entry), `${file}: ${entry.name}`);
    }
  }
  return expected;
}

async function fingerprintOfShape(file: string, shape: z.output<typeof registeredShape>): Promise<Hex> {
  const path = resolve(dirname(file), shape.vkey);
  const bytes = await readBytes(path);
  if (createHash('sha256').update(bytes).digest('hex') !== shape.vkeySha256) {
    throw invalid(path, `it is not the file that ${file} names: its hash is another`);
  }
  const key = await readKeyFile(path, bytes);
  if (Array.isArray(key)) throw invalid(path, 'it is a list, not a verification key');
  return fingerprintOf(path, key);
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw invalid(file, 'it cannot be read', cause);
  }
}

async function readKeyFile(file: string, bytes: Buffer): Promise<z.output<typeof keyFile>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw invalid(file, 'it is no JSON', cause);
  }
  const content = keyFile.safeParse(parsed);
  if (content.success) return content.data;
  throw invalid(
    file,
    'it is no verification key of 7 public inputs, no registry of shapes and no list of fingerprints',
  );
}

function fingerprintOf(file: string, key: VerifyingKey): Hex {
  try {
    return keyFingerprint(key);
  } catch (cause) {
    throw invalid(file, `${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

function invalid(file: string, why: string, cause?: unknown): WatcherAlarm {
  const message = `The file of expected keys ${file} is of no use: ${why}.`;
  return new WatcherAlarm('WATCH_CONFIG_INVALID', message, { file }, cause);
}
