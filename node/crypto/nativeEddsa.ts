import type { EddsaAddon } from '../../prover/native/eddsaAddon.ts';
import type { MessageSigner } from '../core/crypto/messageSigner.ts';
import type { SignatureVerifier } from '../core/crypto/signatureVerifier.ts';

/** The native core's signature checks. */
export const createNativeVerifier = (core: EddsaAddon): SignatureVerifier => ({
  verify: ({ key, message, signature: { rX, rY, s } }) => core.eddsaVerify(key.x, key.y, message, rX, rY, s),
  verifyMany: (checks) =>
    core.eddsaVerifyMany(
      checks.flatMap(({ key, message, signature: { rX, rY, s } }) => [key.x, key.y, message, rX, rY, s]),
    ),
});

/** The native core's signatures, made in a time that does not depend on the key. */
export const createNativeSigner = (core: EddsaAddon): MessageSigner => ({
  publicKey: (privateKey) => {
    const [x, y] = core.eddsaPublicKey(privateKey);
    return { x, y };
  },
  sign: (privateKey, message) => {
    const [rX, rY, s] = core.eddsaSign(privateKey, message);
    return { rX, rY, s };
  },
});
