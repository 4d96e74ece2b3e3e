import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bn254 } from '@noble/curves/bn254.js';
import type { ArtifactStore, BuildProgress } from '../artifacts/artifactStore.ts';
import { RECORDS_FOLDER, recordedHash } from '../artifacts/recordedHash.ts';
import type { VerifyingKey } from '../prove/ProverBackend.ts';
import { DEVELOPMENT_SEED, developmentSecrets } from './developmentSecrets.ts';
import { writeDevelopmentZkey } from './developmentZkey.ts';
import { INSECURE_SUFFIX } from './insecureKeys.ts';
import { SetupError } from './SetupError.ts';
import { exportVerificationKey } from './verificationKey.ts';

/** Raise it when the bytes of the keys change for an unchanged circuit. */
const KEY_FORMAT = '1';

/** A development key's files, both marked as insecure by their names. */
export type DevelopmentKey = {
  readonly zkey: string;
  /** Verification key as snarkjs' JSON. */
  readonly vkey: string;
  readonly zkeySha256: string;
  readonly vkeySha256: string;
  readonly cached: boolean;
};

/** alpha, beta, gamma and delta by their x; delta is of the circuit's hash. */
function secretPoints(r1csSha256: string, seed: string): Readonly<Record<string, string>> {
  const { alpha, beta, delta } = developmentSecrets(r1csSha256, seed);
  const g2 = (secret: bigint): string => {
    const { c0, c1 } = bn254.G2.Point.BASE.multiply(secret).toAffine().x;
    return `${c0},${c1}`;
  };
  const first = bn254.G1.Point.BASE.multiply(alpha).toAffine().x;
  return { alpha: `${first}`, beta: g2(beta), gamma: g2(1n), delta: g2(delta) };
}

/**
 * Refuses a development verifying key that was made for another circuit, or from another seed: delta comes from the hash
 * of the circuit's r1cs, so every such key carries it. Some milliseconds; that the signals' points are the circuit's too is
 * for checkKey.ts, which computes all of it anew.
 *
 * @throws SetupError SETUP_KEY_REFUSED (`check` is `circuit`)
 */
export function requireDevelopmentKeyOf(r1csSha256: string, key: VerifyingKey, source: string, seed: string): void {
  const expected = secretPoints(r1csSha256, seed);
  const { vk_alpha_1, vk_beta_2, vk_delta_2, vk_gamma_2 } = key;
  const [alpha, beta, gamma, delta] = [vk_alpha_1[0], ...[vk_beta_2, vk_gamma_2, vk_delta_2].map(([x]) => x.join())];
  for (const [point, found] of Object.entries({ alpha, beta, gamma, delta })) {
    if (found === expected[point]) continue;
    const message = `The development key ${source} is refused (circuit: ${point}): it is not of the circuit with SHA-256 ${r1csSha256}. Delete it and make it again.`;
    throw new SetupError('SETUP_KEY_REFUSED', message, { source, check: 'circuit', point });
  }
}

/**
 * Makes, or finds in the cache, the development key of a compiled circuit, and sees that it is of that circuit.
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
  const r1csSha256 = await recordedHash(r1csPath, join(store.root, RECORDS_FOLDER));
  const [zkey, vkey] = [`${name}.${INSECURE_SUFFIX}.zkey`, `${name}.${INSECURE_SUFFIX}.vkey.json`];
  const artifact = await store.build({
    step: `keys-${name}`,
    inputs: { r1cs: r1csSha256, seed, format: KEY_FORMAT },
    expects: [zkey, vkey],
    signal: options.signal,
    run: async (directory, onProgress) => {
      const report = (fraction: number): BuildProgress => ({ step: `development keys of ${name}`, fraction });
      await writeDevelopmentZkey(r1csPath, `${directory}/${zkey}`, developmentSecrets(r1csSha256, seed), {
        onFraction: (fraction) => onProgress(report(fraction)),
        signal: options.signal,
      });
      const key = await exportVerificationKey(`${directory}/${zkey}`);
      await writeFile(`${directory}/${vkey}`, `${JSON.stringify(key, undefined, 1)}\n`);
    },
  });
  const made = JSON.parse(await readFile(artifact.path(vkey), 'utf8')) as VerifyingKey;
  requireDevelopmentKeyOf(r1csSha256, made, artifact.path(vkey), seed);
  return {
    zkey: artifact.path(zkey),
    vkey: artifact.path(vkey),
    zkeySha256: artifact.outputs[zkey]?.sha256 ?? '',
    vkeySha256: artifact.outputs[vkey]?.sha256 ?? '',
    cached: artifact.cached,
  };
}
