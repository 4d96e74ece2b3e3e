import { createHash } from 'node:crypto';
import type { AffinePoint } from '../../../node/core/crypto/babyJubjub.ts';
import { publicKey } from '../../../node/core/crypto/eddsa.ts';
import type { Hasher } from '../../../node/core/crypto/hasher.ts';
import type { MessageSigner } from '../../../node/core/crypto/messageSigner.ts';
import type { SignatureVerifier } from '../../../node/core/crypto/signatureVerifier.ts';
import { type Cryptography, createCryptography } from '../../../node/crypto/cryptography.ts';
import { createHashChain } from '../../../node/crypto/hashChain.ts';

/** 248 bits: a field element, and below the curve's order. */
const digest = (...parts: readonly (string | bigint)[]): bigint => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(typeof part === 'bigint' ? part.toString(16) : part).update('/');
  return BigInt(`0x${hash.digest('hex').slice(0, 62)}`);
};

const hasher: Hasher = { poseidon: (inputs) => digest('hash', ...inputs) };

/** A signature is a hash that names key and message: nothing but a signer makes one in here. */
const signatureOf = (x: bigint, y: bigint, message: bigint): bigint => digest('signature', x, y, message);

const verifier: SignatureVerifier = {
  verify: ({ key, message, signature }) => signature.s === signatureOf(key.x, key.y, message),
};

const keys = new WeakMap<Uint8Array, AffinePoint>();

const signer: MessageSigner = {
  publicKey,
  sign: (privateKey, message) => {
    const { x, y } = keys.get(privateKey) ?? publicKey(privateKey);
    keys.set(privateKey, { x, y });
    return { rX: x, rY: y, s: signatureOf(x, y, message) };
  },
};

const CHEAP: Cryptography = { hasher, hashChain: createHashChain(hasher), verifier, signer, path: 'simulated' };

/**
 * Real Poseidon and EdDSA, or stand-ins that take no time: what the node's parts agree on does not depend on which. All in this thread:
 * when another is done is not the seed's to say.
 */
export const simulatedCryptography = async (isReal: boolean): Promise<Cryptography> => {
  if (!isReal) return CHEAP;
  const real = await createCryptography();
  return { ...real, hashChain: createHashChain(real.hasher) };
};
