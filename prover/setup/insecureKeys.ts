import { basename } from 'node:path';
import { bn254 } from '@noble/curves/bn254.js';
import type { VerifyingKey } from '../prove/ProverBackend.ts';
import { developmentSecrets } from './developmentSecrets.ts';

/** Marks every file of a development key, so that none is taken for a ceremony's. */
export const INSECURE_SUFFIX = 'insecure-dev';

/** In every log line of a process that uses a development key. */
export const INSECURE_LOG_FIELDS = { insecureKeys: true } as const;

let developmentAlphaX: bigint | undefined;

/**
 * Whether a key's alpha * G1, by its x coordinate (a key and its negative are of one alpha), is that of the public
 * development seed. All keys of a seed share alpha, whatever their circuit, file name or place.
 */
export function isDevelopmentAlpha(x: bigint): boolean {
  developmentAlphaX ??= bn254.G1.Point.BASE.multiply(developmentSecrets('').alpha).toAffine().x;
  return x === developmentAlphaX;
}

/** Whether anyone could forge proofs for this key: by its file's name, or because it is of the development seed. */
export function isInsecureKey(zkeyPath: string, key: VerifyingKey): boolean {
  return basename(zkeyPath).includes(`.${INSECURE_SUFFIX}.`) || isDevelopmentAlpha(BigInt(key.vk_alpha_1[0]));
}
