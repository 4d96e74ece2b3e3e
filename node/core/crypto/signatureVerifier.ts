import type { Signature } from '../protocol/rows.ts';
import type { AffinePoint } from './babyJubjub.ts';
import { verifySignature } from './eddsa.ts';
import type { Hasher } from './hasher.ts';

/** One signature of a message, one field element. */
export interface SignatureCheck {
  readonly key: AffinePoint;
  readonly message: bigint;
  readonly signature: Signature;
}

/**
 * Checks EdDSA-Poseidon signatures: the same verdicts as verifySignature, whoever implements it. A message must be a
 * field element; key and signature may be anything.
 */
export interface SignatureVerifier {
  readonly verify: (check: SignatureCheck) => boolean;
  /** A verdict for each, in order: for implementations that do many in less time. */
  readonly verifyMany?: (checks: readonly SignatureCheck[]) => readonly boolean[];
}

/** Core's own: slow, and the reference for all others. */
export const createReferenceVerifier = (hasher: Hasher): SignatureVerifier => ({
  verify: ({ key, message, signature }) => verifySignature(hasher, key, message, signature),
});

/** A verdict for each, in order. */
export const verifyEach = (verifier: SignatureVerifier, checks: readonly SignatureCheck[]): readonly boolean[] =>
  verifier.verifyMany?.(checks) ?? checks.map(verifier.verify);
