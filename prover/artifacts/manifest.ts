import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { hashFile } from './contentHash.ts';
import { recordedHash } from './recordedHash.ts';

/** The file that makes a directory an artifact. It is written last, so its presence means that the build ended. */
const MANIFEST_NAME = 'manifest.json';

const manifestSchema = z.strictObject({
  format: z.literal(1),
  step: z.string(),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  inputs: z.record(z.string(), z.string()),
  outputs: z.record(
    z.string(),
    z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

/** What an artifact was made from and what it holds: per output (slash-separated path) its size and SHA-256. */
export type Manifest = z.infer<typeof manifestSchema>;

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => name !== MANIFEST_NAME)
    .sort();
}

/** Describes every file below `directory` and writes the manifest beside them. */
export async function writeManifest(
  directory: string,
  identity: { readonly step: string; readonly key: string; readonly inputs: Readonly<Record<string, string>> },
): Promise<Manifest> {
  const outputs: Manifest['outputs'] = {};
  for (const name of await filesBelow(directory)) {
    const path = join(directory, name);
    outputs[name] = { bytes: (await stat(path)).size, sha256: await hashFile(path) };
  }
  const manifest: Manifest = { format: 1, ...identity, inputs: { ...identity.inputs }, outputs };
  await writeFile(join(directory, MANIFEST_NAME), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

/** Reads a manifest, or says why it is none. A missing directory gives `absent`, never an error. */
export async function readManifest(directory: string): Promise<Manifest | { readonly broken: string } | 'absent'> {
  let text: string;
  try {
    text = await readFile(join(directory, MANIFEST_NAME), 'utf8');
  } catch {
    const exists = await stat(directory).then(
      () => true,
      () => false,
    );
    return exists ? { broken: `${MANIFEST_NAME} is missing or unreadable` } : 'absent';
  }
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    return { broken: `${MANIFEST_NAME} does not parse` };
  }
}

/**
 * The first way in which the files below `directory` differ from their manifest, or undefined if none.
 *
 * @param records where hashes of untouched files are found (recordedHash.ts)
 */
export async function findDamage(directory: string, manifest: Manifest, records: string): Promise<string | undefined> {
  for (const [name, expected] of Object.entries(manifest.outputs)) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return `${name} is missing`;
    if (found.size !== expected.bytes) return `${name} has ${found.size} bytes instead of ${expected.bytes}`;
    if ((await recordedHash(path, records)) !== expected.sha256) return `${name} does not have the recorded SHA-256`;
  }
  return undefined;
}
