import { coreStatus, loadCore } from '../../prover/native/core.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import { createReferenceSigner, type MessageSigner } from '../core/crypto/messageSigner.ts';
import { createReferenceVerifier, type SignatureVerifier } from '../core/crypto/signatureVerifier.ts';
import { createCircomHasher } from './circomHasher.ts';
import { createHashChain, createNativeHashChain, type HashChain } from './hashChain.ts';
import { createNativeSigner, createNativeVerifier } from './nativeEddsa.ts';
import { createNativeHasher } from './nativeHasher.ts';

/** Hashes and signatures as this process computes them. */
export interface Cryptography {
  readonly hasher: Hasher;
  readonly hashChain: HashChain;
  readonly verifier: SignatureVerifier;
  readonly signer: MessageSigner;
  /** Who computes, for the log: 'native (ifma, compiled)', say, or 'JavaScript'. */
  readonly path: string;
}

/** The native core's where there is one, else circomlibjs' and core's own: the same results either way. */
export async function createCryptography(): Promise<Cryptography> {
  const core = loadCore();
  const status = coreStatus();
  if (core === undefined || status.path === 'none') return createJavaScriptCryptography();
  return {
    hasher: createNativeHasher(core),
    hashChain: createNativeHashChain(core),
    verifier: createNativeVerifier(core),
    signer: createNativeSigner(core),
    path: `native (${status.implementation}, ${status.path})`,
  };
}

async function createJavaScriptCryptography(): Promise<Cryptography> {
  const hasher = await createCircomHasher();
  return {
    hasher,
    hashChain: createHashChain(hasher),
    verifier: createReferenceVerifier(hasher),
    signer: createReferenceSigner(hasher),
    path: 'JavaScript',
  };
}
