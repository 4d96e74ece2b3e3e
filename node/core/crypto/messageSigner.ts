import type { Signature } from '../protocol/rows.ts';
import type { AffinePoint } from './babyJubjub.ts';
import { publicKey, sign } from './eddsa.ts';
import type { Hasher } from './hasher.ts';

/** Signs with a 32-byte private key; the same keys and signatures, whoever implements it. */
export interface MessageSigner {
  readonly publicKey: (privateKey: Uint8Array) => AffinePoint;
  /** message: one field element. */
  readonly sign: (privateKey: Uint8Array, message: bigint) => Signature;
}

/** Core's own. The time that it takes depends on the key: for tests, demos and machines without the native core. */
export const createReferenceSigner = (hasher: Hasher): MessageSigner => ({
  publicKey,
  sign: (privateKey, message) => sign(hasher, privateKey, message),
});
