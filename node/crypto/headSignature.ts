import { createRequire } from 'node:module';
import { secp256k1 } from '@noble/curves/secp256k1.js';

/** Signs 32-byte digests with one key: r, s (low), v, 65 bytes. The same digest always gets the same signature (RFC 6979). */
export type DigestSigner = (digest: Uint8Array) => Uint8Array;

interface NativeSecp256k1 {
  /** libsecp256k1's: RFC 6979, s low. */
  readonly ecdsaSign: (
    digest: Uint8Array,
    key: Uint8Array,
  ) => { readonly signature: Uint8Array; readonly recid: number };
}

const loadNative = (): NativeSecp256k1 | null => {
  try {
    // Its bindings alone: the package falls back to another implementation in JavaScript than ours.
    return createRequire(import.meta.url)('secp256k1/bindings.js') as NativeSecp256k1;
  } catch {
    return null;
  }
};

const withV = (compact: Uint8Array, recovery: number): Uint8Array => {
  const signature = new Uint8Array(65);
  signature.set(compact, 0);
  signature[64] = 27 + recovery;
  return signature;
};

/** In JavaScript: the same bytes, some ten times slower. */
export const createJavaScriptDigestSigner =
  (key: Uint8Array): DigestSigner =>
  (digest) => {
    const recovered = secp256k1.sign(digest, key, { prehash: false, lowS: true, format: 'recovered' });
    return withV(recovered.subarray(1), recovered[0] ?? 0);
  };

/** libsecp256k1's where it loads. @param key 32 bytes */
export const createDigestSigner = (key: Uint8Array): DigestSigner => {
  const native = loadNative();
  if (native === null) return createJavaScriptDigestSigner(key);
  return (digest) => {
    const { signature, recid } = native.ecdsaSign(digest, key);
    return withV(signature, recid);
  };
};
