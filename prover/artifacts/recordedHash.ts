import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hashFile } from './contentHash.ts';

/** Folder of the records in a cache's root. */
export const RECORDS_FOLDER = '.verified';

/** Smaller files are hashed every time. */
const LEAST_BYTES = 1024 * 1024;
/** Files rot on disks without a trace in their times, so a record holds only for so long. */
const RECORD_DAYS = 7;
const DAY_MS = 86_400_000;
/** The coarsest clock that file systems keep times by. */
const CLOCK_NS = 2_000_000_000n;

const recordSchema = z.strictObject({
  dev: z.string(),
  ino: z.string(),
  size: z.string(),
  mtimeNs: z.string(),
  ctimeNs: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  hashedAtMs: z.number(),
});
type Identity = Omit<z.infer<typeof recordSchema>, 'sha256' | 'hashedAtMs'>;

async function identify(path: string): Promise<Identity> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return { dev: `${dev}`, ino: `${ino}`, size: `${size}`, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}` };
}

const isSame = (a: Identity, b: Identity): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;

/** By device and inode, so that a file which is moved keeps its record. */
const recordPath = (records: string, { dev, ino }: Identity): string => join(records, `${dev}-${ino}.json`);

/** The hash on record, if it is this user's record of the file as it is, and not too old. */
async function readRecord(records: string, found: Identity): Promise<string | undefined> {
  const file = await open(recordPath(records, found)).catch(() => undefined);
  try {
    // Whoever may write a record may replace the file unseen: only this user is trusted with that.
    if (file === undefined || (await file.stat()).uid !== process.getuid?.()) return undefined;
    const record = recordSchema.parse(JSON.parse(await file.readFile('utf8')));
    const ageMs = Date.now() - record.hashedAtMs;
    return isSame(record, found) && ageMs >= 0 && ageMs < RECORD_DAYS * DAY_MS ? record.sha256 : undefined;
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

async function writeRecord(records: string, identity: Identity, sha256: string): Promise<void> {
  const path = recordPath(records, identity);
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(records, { recursive: true, mode: 0o700 });
    await writeFile(fresh, `${JSON.stringify({ ...identity, sha256, hashedAtMs: Date.now() })}\n`, { mode: 0o600 });
    await rename(fresh, path);
  } catch {
    // A cache that cannot be written costs time, nothing else.
    await rm(fresh, { force: true }).catch(() => undefined);
  }
}

/**
 * SHA-256 of a file's content, from a record of an earlier hashing where the file has not been touched since: same
 * device, inode, size, mtime and ctime, which every write changes and no program can set. Records hold for seven days,
 * so that a rotten disk is found; STRADDLE_VERIFY=always ignores them. A large key is so hashed once a week rather than
 * at every start.
 *
 * @param records folder of the records, RECORDS_FOLDER of a cache
 */
export async function recordedHash(path: string, records: string): Promise<string> {
  const before = await identify(path);
  if (BigInt(before.size) < LEAST_BYTES || process.env.STRADDLE_VERIFY === 'always') return hashFile(path);
  const recorded = await readRecord(records, before);
  if (recorded !== undefined) return recorded;
  const startNs = BigInt(Date.now()) * 1_000_000n;
  const sha256 = await hashFile(path);
  // A write during or after the hashing must show: not before the file's clock has gone on since its last change.
  const settled = startNs - BigInt(before.ctimeNs) > CLOCK_NS;
  if (settled && isSame(before, await identify(path))) await writeRecord(records, before, sha256);
  return sha256;
}
