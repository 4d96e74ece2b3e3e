import { join } from 'node:path';
import { defaultCacheRoot } from '../artifacts/artifactStore.ts';
import { RECORDS_FOLDER, recordedHash } from '../artifacts/recordedHash.ts';
import { ProverError } from './ProverError.ts';
import { readZkeyHeader, type ZkeyHeader } from './zkeyHeader.ts';

/** What the registry of shapes says about one shape's proving key. */
export type KeyExpectation = {
  /** SHA-256 of the .zkey, 64 lower-case hex digits. */
  readonly sha256: string;
  readonly publicSignals: number;
  /** Rows of the QAP, a power of two. */
  readonly domainSize: number;
};

/**
 * Accepts a proving key only if it is, byte for byte, the one registered. One that was found so in the last week, and
 * was not touched since, is not read again (recordedHash.ts).
 *
 * @returns its header
 * @throws ProverError KEY_FILE_MISSING; KEY_FILE_DAMAGED if it is torn; KEY_FILE_WRONG_CIRCUIT if its sizes are
 * another circuit's; KEY_FILE_WRONG_HASH if its content is not the registered one
 */
export async function checkKeyFile(path: string, expected: KeyExpectation): Promise<ZkeyHeader> {
  const header = await readZkeyHeader(path);
  for (const name of ['publicSignals', 'domainSize'] as const) {
    if (header[name] === expected[name]) continue;
    const message = `The proving key ${path} is another circuit's: ${name} is ${header[name]}, registered is ${expected[name]}.`;
    const data = { path, found: header[name], expected: expected[name] };
    throw new ProverError('KEY_FILE_WRONG_CIRCUIT', `${message} Give the key of the registered shape.`, data);
  }
  const found = await recordedHash(path, join(defaultCacheRoot(), RECORDS_FOLDER));
  if (found === expected.sha256.toLowerCase()) return header;
  const message = `The proving key ${path} has SHA-256 ${found}, registered is ${expected.sha256}.`;
  const advice = 'It is damaged or of another setup: delete it, then make or fetch it again.';
  throw new ProverError('KEY_FILE_WRONG_HASH', `${message} ${advice}`, { path, found, expected: expected.sha256 });
}
