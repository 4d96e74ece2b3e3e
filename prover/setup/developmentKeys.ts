import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore, BuildProgress } from '../artifacts/artifactStore.ts';
import { RECORDS_FOLDER, recordedHash } from '../artifacts/recordedHash.ts';
import { DEVELOPMENT_SEED, developmentSecrets } from './developmentSecrets.ts';
import { writeDevelopmentZkey } from './developmentZkey.ts';
import { INSECURE_SUFFIX } from './insecureKeys.ts';
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
  return {
    zkey: artifact.path(zkey),
    vkey: artifact.path(vkey),
    zkeySha256: artifact.outputs[zkey]?.sha256 ?? '',
    vkeySha256: artifact.outputs[vkey]?.sha256 ?? '',
    cached: artifact.cached,
  };
}
