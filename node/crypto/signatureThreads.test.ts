import { afterEach, beforeAll, expect, test } from 'vitest';
import { loadCore } from '../../prover/native/core.ts';
import { publicKey, sign } from '../core/crypto/eddsa.ts';
import { FIELD_PRIME, type Hasher } from '../core/crypto/hasher.ts';
import { createCircomHasher } from './circomHasher.ts';
import { encodeChecks, type SignedPreimage } from './signatureBytes.ts';
import { type SignatureThreads, startSignatureThreads } from './signatureThreads.ts';

const SEED = new Uint8Array(32).fill(3);
let hasher: Hasher;
let threads: SignatureThreads | null = null;
beforeAll(async () => {
  hasher = await createCircomHasher();
});
afterEach(async () => {
  await threads?.close();
  threads = null;
});

const start = (count: number): SignatureThreads => {
  threads = startSignatureThreads(count);
  if (threads === null) throw new Error('no native core');
  return threads;
};

const signed = (nonce: number, signedNonce = nonce): SignedPreimage => {
  const preimage = [1n, BigInt(nonce), FIELD_PRIME - 1n] as const;
  const message = hasher.poseidon([1n, BigInt(signedNonce), FIELD_PRIME - 1n]);
  return { key: publicKey(SEED), preimage, signature: sign(hasher, SEED, message) };
};

/** What needs the core. */
const native = test.runIf(loadCore() !== undefined);

test("a value that has no 32 bytes is nobody's", () => {
  expect(() => encodeChecks([{ ...signed(1), signature: { rX: 1n << 256n, rY: 0n, s: 0n } }])).toThrow('256 bits');
  expect(() => encodeChecks([{ ...signed(1), signature: { rX: -1n, rY: 0n, s: 0n } }])).toThrow('256 bits');
});

native.each([1, 2])('each check gets its own verdict, on %d threads', async (count) => {
  const { check } = start(count);
  const asked = Array.from({ length: 600 }, (_, at) => (at % 7 === 3 ? signed(at, at + 1) : signed(at)));
  const verdicts = await Promise.all(asked.map(check));
  expect(verdicts).toEqual(asked.map((_, at) => at % 7 !== 3));
});

native('numbers out of range do not hold, and fail nobody beside them', async () => {
  const { check } = start(1);
  const good = signed(5);
  const hostile: SignedPreimage[] = [
    { ...good, signature: { ...good.signature, s: (1n << 256n) - 1n } },
    { ...good, signature: { ...good.signature, rX: good.signature.rX + FIELD_PRIME } },
    { ...good, signature: { rX: 0n, rY: 0n, s: 0n } },
    { ...good, key: { x: 0n, y: 1n } },
  ];
  expect(await Promise.all([good, ...hostile, good].map(check))).toEqual([true, false, false, false, false, true]);
});

native('a thread that fails fails its batch; the next check starts another', async () => {
  const { check } = start(1);
  // No field element: it cannot be hashed. The door never makes one.
  const broken = { ...signed(1), preimage: [FIELD_PRIME, 0n, 0n] as const };
  await expect(check(broken)).rejects.toThrow();
  expect(await check(signed(2))).toBe(true);
});

native('closed, nothing is checked any more', async () => {
  const { check, close } = start(1);
  await close();
  await expect(check(signed(1))).rejects.toThrow('closed');
});
