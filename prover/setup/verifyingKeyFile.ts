import { readFile } from 'node:fs/promises';
import type { VerifyingKey } from '../prove/ProverBackend.ts';
import { SetupError } from './SetupError.ts';
import { exportVerificationKey } from './verificationKey.ts';

/**
 * The verifying key of a file: of snarkjs' JSON, or of a proving key if it is named .zkey. Says nothing about its points:
 * keySoundness.ts does.
 *
 * @throws SetupError SETUP_KEY_REFUSED (`check` is `form`) if the file is missing or no JSON; ProverError KEY_FILE_*
 */
export async function readVerifyingKey(path: string): Promise<VerifyingKey> {
  if (path.endsWith('.zkey')) return exportVerificationKey(path);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as VerifyingKey;
  } catch (cause) {
    const message = `${path} cannot be read as a verifying key. Give snarkjs' JSON of it, or the .zkey.`;
    throw new SetupError('SETUP_KEY_REFUSED', message, { source: path, check: 'form', point: 'key' }, cause);
  }
}
