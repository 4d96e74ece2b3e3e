import { beforeAll, expect, test } from 'vitest';
import type { MessagePreimage } from '../../core/codec/message.ts';
import { publicKey, sign } from '../../core/crypto/eddsa.ts';
import type { Hasher } from '../../core/crypto/hasher.ts';
import {
  createReferenceVerifier,
  type SignatureCheck,
  type SignatureVerifier,
} from '../../core/crypto/signatureVerifier.ts';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import type { SignedPreimage } from '../../crypto/signatureBytes.ts';
import { createSignatureQueue } from './signatureQueue.ts';

const SEED = new Uint8Array(32).fill(3);
let hasher: Hasher;
beforeAll(async () => {
  hasher = await createCircomHasher();
});

const signed = (nonce: number, signedNonce = nonce): SignedPreimage => {
  const preimage = (value: number): MessagePreimage => [1n, BigInt(value), 2n];
  const signature = sign(hasher, SEED, hasher.poseidon(preimage(signedNonce)));
  return { key: publicKey(SEED), preimage: preimage(nonce), signature };
};

/** Notes how many checks each call has. */
const watched = () => {
  const sizes: number[] = [];
  const { verify } = createReferenceVerifier(hasher);
  const verifyMany = (checks: readonly SignatureCheck[]): boolean[] => {
    sizes.push(checks.length);
    return checks.map(verify);
  };
  return { sizes, verifier: { verify, verifyMany } };
};

test('checks that arrive together are one call, and each gets its own verdict', async () => {
  const { sizes, verifier } = watched();
  const queue = createSignatureQueue({ hasher, verifier });
  const verdicts = await Promise.all([signed(1), signed(2, 3), signed(3), signed(4, 5)].map(queue.check));
  expect(verdicts).toEqual([true, false, true, false]);
  expect(await queue.check(signed(6))).toBe(true);
  expect(sizes).toEqual([4, 1]);
});

test('many checks leave room for other work in between, and are answered in order', async () => {
  const { sizes, verifier } = watched();
  const queue = createSignatureQueue({ hasher, verifier, maxBatch: 2 });
  const order: string[] = [];
  const checks = [1, 2, 3, 4, 5].map(async (nonce) => {
    const holds = await queue.check(signed(nonce));
    order.push(`${nonce} ${holds}`);
  });
  setImmediate(() => order.push('other work'));
  await Promise.all(checks);
  expect(sizes).toEqual([2, 2, 1]);
  expect(order).toEqual(['1 true', '2 true', 'other work', '3 true', '4 true', '5 true']);
});

test('a verifier for one at a time gives the same verdicts', async () => {
  const queue = createSignatureQueue({ hasher, verifier: createReferenceVerifier(hasher) });
  expect(await Promise.all([signed(1, 2), signed(2)].map(queue.check))).toEqual([false, true]);
});

test('a failing verifier fails those that it was asked about, and no others', async () => {
  const { verify } = createReferenceVerifier(hasher);
  let broken = true;
  const verifyMany: SignatureVerifier['verifyMany'] = (checks) => {
    if (broken) throw new Error('out of memory');
    return checks.map(verify);
  };
  const queue = createSignatureQueue({ hasher, verifier: { verify, verifyMany } });
  const failed = await Promise.allSettled([signed(1), signed(2)].map(queue.check));
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  broken = false;
  expect(await queue.check(signed(1))).toBe(true);
});
