import type { Deployment } from '../../node/core/protocol/deployment.ts';
import { PUBLIC_SIGNALS } from '../../node/core/protocol/publicSignals.ts';
import type { ArtifactStore } from '../artifacts/artifactStore.ts';
import type { VerifyingKey } from '../prove/ProverBackend.ts';
import { encodeVerificationKey } from '../prove/proofEncoding.ts';
import { requireSoundKey } from './keySoundness.ts';
import { shapeArtifacts } from './shapeArtifacts.ts';
import { readVerifyingKey } from './verifyingKeyFile.ts';

/** A key that a released shape may be verified with: whoever sees another one registered must not believe its proofs. */
export type ExpectedKey = {
  /** The shape's name (node/core/presets.ts). */
  readonly shape: string;
  /** Where the key is from: `development, r1cs <SHA-256>`. For messages. */
  readonly source: string;
  readonly key: VerifyingKey;
  /** The file that holds it, as snarkjs' JSON. */
  readonly path: string;
};

/**
 * The keys of a preset's shapes under the public development seed: the circuits are compiled from the sources at hand and
 * the keys computed from the secrets, so nothing is believed. Found in the store by the hashes of their sources where they
 * were made before (a second or two), else made: minutes, and the native core for all but the development shape.
 *
 * @throws SetupError, ArtifactError, NativeError
 */
export async function expectedDevelopmentKeys(
  store: ArtifactStore,
  preset: Deployment,
  signal?: AbortSignal,
): Promise<ExpectedKey[]> {
  const keys: ExpectedKey[] = [];
  for (const shape of preset.shapes) {
    const { circuit, key } = await shapeArtifacts(store, preset, shape, signal);
    const source = `development, r1cs ${circuit.r1csSha256}`;
    const verifyingKey = await readVerifyingKey(key.vkey);
    const on = { source: `shape ${shape.name} (${source})`, publicSignals: PUBLIC_SIGNALS.length } as const;
    requireSoundKey(verifyingKey, { ...on, development: 'taken' });
    keys.push({ shape: shape.name, source, key: verifyingKey, path: key.vkey });
  }
  return keys;
}

/** Whether two verifying keys verify alike: the same points. @throws ProverError PROOF_MALFORMED */
export function isSameKey(one: VerifyingKey, other: VerifyingKey): boolean {
  const pointsOf = (key: VerifyingKey): string =>
    JSON.stringify(encodeVerificationKey({ ...key, vk_alphabeta_12: null }), (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
  return pointsOf(one) === pointsOf(other);
}
