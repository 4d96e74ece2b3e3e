import { buildEddsa, type Eddsa } from 'circomlibjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadCore } from '../../prover/native/core.ts';
import { double, isIdentity, isOnCurve, toExtended } from '../core/crypto/babyJubjub.ts';
import { publicKey, sign, verifySignature } from '../core/crypto/eddsa.ts';
import { FIELD_PRIME, type Hasher } from '../core/crypto/hasher.ts';
import type { SignatureCheck } from '../core/crypto/signatureVerifier.ts';
import { askNative } from './askNative.fixture.ts';
import { createCircomHasher } from './circomHasher.ts';
import { hostileSignatures, SMALL_ORDER_POINTS } from './hostileSignatures.fixture.ts';
import { createNativeSigner, createNativeVerifier } from './nativeEddsa.ts';

const SEED = 20261122;
const core = loadCore();
const PUBLISHED_KEY = Uint8Array.from(
  Buffer.from('0001020304050607080900010203040506070809000102030405060708090001', 'hex'),
);

const values = ({ key, message, signature: { rX, rY, s } }: SignatureCheck): string[] =>
  [key.x, key.y, message, rX, rY, s].map(String);

/** What circomlibjs can be asked: its field elements are reduced by their nature, and it multiplies any s. */
const isPlain = ({ key, signature: { rX, rY, s } }: SignatureCheck): boolean =>
  [key.x, key.y, rX, rY].every((value) => value >= 0n && value < FIELD_PRIME) && s >= 0n && s < 2n ** 256n;

describe.skipIf(core === undefined)(`native EdDSA (seed ${SEED})`, () => {
  if (core === undefined) return;
  const verifier = createNativeVerifier(core);
  const signer = createNativeSigner(core);
  let hasher: Hasher;
  let reference: Eddsa;
  beforeAll(async () => {
    hasher = await createCircomHasher();
    reference = await buildEddsa();
  });

  const circomVerdict = ({ key, message, signature: { rX, rY, s } }: SignatureCheck): boolean => {
    const { F } = reference;
    return reference.verifyPoseidon(F.e(message), { R8: [F.e(rX), F.e(rY)], S: s }, [F.e(key.x), F.e(key.y)]);
  };

  test("circomlibjs' published vector", () => {
    // The message is the little-endian number of bytes 00 01 .. 09, as in circomlibjs' test.
    const message = 42649378395939397566720n;
    const key = signer.publicKey(PUBLISHED_KEY);
    expect(key).toEqual({
      x: 13277427435165878497778222415993513565335242147425444199013288855685581939618n,
      y: 13622229784656158136036771217484571176836296686641868549125388198837476602820n,
    });
    const signature = signer.sign(PUBLISHED_KEY, message);
    expect(signature).toEqual({
      rX: 11384336176656855268977457483345535180380036354188103142384839473266348197733n,
      rY: 15383486972088797283337779941324724402501462225528836549661220478783371668959n,
      s: 1672775540645840396591609181675628451599263765380031905495115170613215233181n,
    });
    expect(verifier.verify({ key, message, signature })).toBe(true);
  });

  test('the points of small order are what they are called', () => {
    expect(new Set(SMALL_ORDER_POINTS.map(({ x, y }) => `${x} ${y}`)).size).toBe(8);
    for (const point of SMALL_ORDER_POINTS) {
      expect(isOnCurve(point)).toBe(true);
      expect(isIdentity(double(double(double(toExtended(point)))))).toBe(true);
    }
  });

  test('hostile signatures: the references give the verdicts that we expect', () => {
    for (const each of hostileSignatures(hasher)) {
      const { key, message, signature, name, holds } = each;
      expect([name, verifySignature(hasher, key, message, signature)]).toEqual([name, holds]);
      // circomlibjs leaves out what the circuit checks besides: 8 A is not the identity.
      const smallKey = SMALL_ORDER_POINTS.some(({ x, y }) => x === key.x && y === key.y);
      if (isPlain(each) && !smallKey) expect([name, circomVerdict(each)]).toEqual([name, holds]);
    }
  });

  test.for(core.implementations)('%s: hostile signatures, one by one and together', (implementation) => {
    const cases = hostileSignatures(hasher);
    const answers = askNative(implementation, { checks: cases.map(values) });
    const expected = cases.map(({ name, holds }) => [name, holds]);
    expect(cases.map(({ name }, at) => [name, answers.single[at]])).toEqual(expected);
    expect(cases.map(({ name }, at) => [name, answers.together[at]])).toEqual(expected);
  });

  // A key gets a table of its multiples at its 16th use in a thread: the last rounds are answered with tables.
  test.for(core.implementations)('%s: hostile signatures by keys that are known by then', (implementation) => {
    const cases = hostileSignatures(hasher);
    const rounds = Array.from({ length: 20 }, () => cases).flat();
    const answers = askNative(implementation, { checks: rounds.map(values) });
    const expected = rounds.map(({ name, holds }) => [name, holds]);
    expect(rounds.map(({ name }, at) => [name, answers.single[at]])).toEqual(expected);
    expect(rounds.map(({ name }, at) => [name, answers.together[at]])).toEqual(expected);
  });

  test.for(core.implementations)('%s: keys that take tables from each other, one wrong signature among them', (isa) => {
    const seeds = fc.sample(fc.uint8Array({ minLength: 32, maxLength: 32 }), { numRuns: 300, seed: SEED });
    const signed = seeds.map((seed): SignatureCheck => {
      const [x, y] = core.eddsaPublicKey(seed);
      const [rX, rY, s] = core.eddsaSign(seed, 7n);
      return { key: { x, y }, message: 7n, signature: { rX, rY, s } };
    });
    // In turn, so that places of tables change hands; a signature under another's key must not hold.
    const checks = Array.from({ length: 6_000 }, (_, at): [SignatureCheck, boolean] => {
      const check = signed[Math.floor(at / 40) % signed.length] as SignatureCheck;
      const other = signed[(Math.floor(at / 40) + 1) % signed.length] as SignatureCheck;
      return at % 7 === 3 ? [{ ...check, signature: other.signature }, false] : [check, true];
    });
    const answers = askNative(isa, { checks: checks.map(([check]) => values(check)) });
    expect(answers.together).toEqual(checks.map(([, holds]) => holds));
    expect(answers.single).toEqual(answers.together);
  });

  test.for(core.implementations)('%s: keys and signatures equal the reference', (implementation) => {
    const seeds = fc.sample(fc.uint8Array({ minLength: 32, maxLength: 32 }), { numRuns: 40, seed: SEED });
    const edges = [new Uint8Array(32), new Uint8Array(32).fill(255)];
    const messages = fc.sample(fc.bigInt({ min: 0n, max: FIELD_PRIME - 1n }), { numRuns: 42, seed: SEED });
    const keys = [...edges, ...seeds].map((seed, at) => ({ seed, message: messages[at] ?? 0n }));
    const { signatures } = askNative(implementation, {
      keys: keys.map(({ seed, message }) => ({ seed: Buffer.from(seed).toString('hex'), message: `${message}` })),
    });
    expect(signatures).toEqual(
      keys.map(({ seed, message }) => {
        const { x, y } = publicKey(seed);
        const { rX, rY, s } = sign(hasher, seed, message);
        return [x, y, rX, rY, s].map(String);
      }),
    );
  });

  test.for(core.implementations)('%s: verdicts on signatures with one changed bit equal the reference', (isa) => {
    const seeds = fc.sample(fc.uint8Array({ minLength: 32, maxLength: 32 }), { numRuns: 12, seed: SEED });
    const checks = seeds.flatMap((seed, i): SignatureCheck[] => {
      const message = hasher.poseidon([BigInt(i)]);
      const check = { key: publicKey(seed), message, signature: sign(hasher, seed, message) };
      const flip = (value: bigint, salt: number): bigint => value ^ (1n << BigInt((i * 37 + salt * 101) % 256));
      const { key, signature } = check;
      return [
        check,
        { ...check, key: { x: flip(key.x, 1), y: key.y } },
        { ...check, key: { x: key.x, y: flip(key.y, 2) } },
        { ...check, message: flip(message, 3) % FIELD_PRIME },
        { ...check, signature: { ...signature, rX: flip(signature.rX, 4) } },
        { ...check, signature: { ...signature, rY: flip(signature.rY, 5) } },
        { ...check, signature: { ...signature, s: flip(signature.s, 6) } },
      ];
    });
    const expected = checks.map(({ key, message, signature }) => verifySignature(hasher, key, message, signature));
    expect(expected.filter((holds) => holds).length).toBe(seeds.length);
    const answers = askNative(isa, { checks: checks.map(values) });
    expect(answers.single).toEqual(expected);
    expect(answers.together).toEqual(expected);
  });

  test('a verdict does not depend on the neighbours, whatever their number', () => {
    const [good, bad] = [hostileSignatures(hasher)[0], hostileSignatures(hasher).find(({ holds }) => !holds)];
    if (good === undefined || bad === undefined) throw new Error('assertion: there are good and bad ones');
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (pattern) => {
        const checks = pattern.map((holds) => (holds ? good : bad));
        expect(verifier.verifyMany?.(checks)).toEqual(pattern);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test('bytes: 192 a signature, at any address', () => {
    const cases = hostileSignatures(hasher).filter((each) => isPlain(each));
    const bytes = new Uint8Array(192 * cases.length + 1).subarray(1);
    cases.forEach((each, at) => {
      values(each).forEach((value, i) => {
        const hex = BigInt(value).toString(16).padStart(64, '0');
        bytes.set(Buffer.from(hex, 'hex').reverse(), 192 * at + 32 * i);
      });
    });
    const verdicts = new Uint8Array(cases.length);
    core.eddsaVerifyBytes(bytes, verdicts);
    expect([...verdicts]).toEqual(cases.map(({ holds }) => (holds ? 1 : 0)));
  });

  test('a message out of range does not hold; what is no bigint, or no key, is refused', () => {
    const { key, message, signature } = hostileSignatures(hasher)[0] as SignatureCheck;
    for (const wrong of [message + FIELD_PRIME, -1n, 2n ** 256n]) {
      expect(verifier.verify({ key, message: wrong, signature })).toBe(false);
    }
    const invalid = expect.objectContaining({ code: 'CORE_ARGUMENT_INVALID' });
    expect(() => core.eddsaVerify(key.x, key.y, 1 as unknown as bigint, 0n, 0n, 0n)).toThrow(invalid);
    expect(() => core.eddsaVerifyMany([1n])).toThrow(invalid);
    expect(() => core.eddsaVerifyBytes(new Uint8Array(191), new Uint8Array(1))).toThrow(invalid);
    expect(() => core.eddsaVerifyBytes(new Uint8Array(192), new Uint8Array(2))).toThrow(invalid);
    expect(() => signer.publicKey(new Uint8Array(31))).toThrow(invalid);
    expect(() => signer.sign(new Uint8Array(33), 0n)).toThrow(invalid);
    expect(() => signer.sign(PUBLISHED_KEY, FIELD_PRIME)).toThrow(invalid);
    expect(() => signer.sign(PUBLISHED_KEY, -1n)).toThrow(invalid);
  });
});
