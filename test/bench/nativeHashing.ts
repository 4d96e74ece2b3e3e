import { buildEddsa, buildPoseidon } from 'circomlibjs';
import { loadCore, type NativeCore } from '../../prover/native/core.ts';
import type { Figure } from './figure.ts';
import { ratePerSec } from './timed.ts';

const BATCH = 64;
/** Far more than the core keeps tables for: what a signature by a key not seen lately takes. */
const DISTINCT_KEYS = 2048;
const HASHES = 1024;
const VALUE_BYTES = 32;
const KEY = Buffer.from('straddle bench key, 32 bytes long'.slice(0, 32), 'latin1');

const figure = (name: string, value: number, goal: string, unit = 'a second and core'): Figure => ({
  name: `hashing: ${name}`,
  value,
  unit,
  goal,
  better: 'higher',
});

/** Field elements that differ from each other, without their top byte. */
const sampleBytes = (count: number): Uint8Array =>
  Uint8Array.from({ length: count * VALUE_BYTES }, (_, i) =>
    i % VALUE_BYTES === VALUE_BYTES - 1 ? 0 : (i * 7919 + (i >> 5)) & 255,
  );

const poseidonFigures = async (core: NativeCore): Promise<Figure[]> => {
  const reference = await buildPoseidon();
  const two = [123_456_789n, 2n ** 250n + 17n];
  const eight = Array.from({ length: 8 }, (_, i) => 2n ** 240n + BigInt(i));
  const values = [sampleBytes(2 * HASHES), sampleBytes(8 * HASHES)] as const;
  const hashes = new Uint8Array(HASHES * VALUE_BYTES);
  const referenceTwo = ratePerSec(() => reference(two));
  const referenceEight = ratePerSec(() => reference(eight));
  const single = ratePerSec(() => core.poseidon(two));
  const manyTwo = ratePerSec(() => core.poseidonBytes(2, values[0], hashes), HASHES);
  const manyEight = ratePerSec(() => core.poseidonBytes(8, values[1], hashes), HASHES);
  return [
    figure('Poseidon of two, circomlibjs', referenceTwo, 'baseline'),
    figure('Poseidon of two, core, single', single, '80,000'),
    figure(`Poseidon of two, core, ${HASHES} at a time`, manyTwo, '300,000'),
    figure('Poseidon of eight, circomlibjs', referenceEight, 'baseline'),
    figure(`Poseidon of eight, core, ${HASHES} at a time`, manyEight, '100,000'),
  ];
};

const eddsaFigures = async (core: NativeCore): Promise<Figure[]> => {
  const eddsa = await buildEddsa();
  const [keyX, keyY] = core.eddsaPublicKey(KEY);
  const checks = Array.from({ length: BATCH }, (_, i) => {
    const message = 1000n + BigInt(i);
    return [keyX, keyY, message, ...core.eddsaSign(KEY, message)] as const;
  });
  const [first] = checks;
  const path = core.implementation;
  if (first === undefined) throw new Error('no signature');
  const flat = checks.flat();
  const strangers = Array.from({ length: DISTINCT_KEYS }, (_, i) => {
    const seed = Uint8Array.from(KEY, (byte, at) => byte ^ (i >> (8 * (at % 4))));
    return [...core.eddsaPublicKey(seed), 1000n, ...core.eddsaSign(seed, 1000n)] as const;
  });
  const strangersFlat = strangers.flat();
  const [x, y, message, rX, rY, s] = first;
  const F = eddsa.F;
  const points = { R8: [F.e(rX), F.e(rY)] as [Uint8Array, Uint8Array], S: s };
  const publicKey: [Uint8Array, Uint8Array] = [F.e(x), F.e(y)];
  const reference = ratePerSec(() => {
    if (!eddsa.verifyPoseidon(F.e(message), points, publicKey)) throw new Error('circomlibjs refuses a signature');
  });
  const single = ratePerSec(() => {
    if (!core.eddsaVerify(...first)) throw new Error('the core refuses a signature');
  });
  const batched = ratePerSec(() => {
    if (!core.eddsaVerifyMany(flat).every(Boolean)) throw new Error('the core refuses a signature');
  }, BATCH);
  const distinct = ratePerSec(() => {
    if (!core.eddsaVerifyMany(strangersFlat).every(Boolean)) throw new Error('the core refuses a signature');
  }, DISTINCT_KEYS);
  const signed = ratePerSec(() => void core.eddsaSign(KEY, message));
  return [
    figure('EdDSA verify, circomlibjs', reference, 'baseline'),
    figure('EdDSA verify, core, single', single, '12,000'),
    figure('EdDSA verify, core, single, against circomlibjs', single / reference, '300', 'times'),
    figure(
      `EdDSA verify, core (${path}), batch of ${BATCH}, a key seen before`,
      batched,
      path === 'ifma' ? '40,000' : '25,000',
    ),
    figure(`EdDSA verify, core (${path}), ${DISTINCT_KEYS} keys at a time, none known`, distinct, 'none set'),
    figure(`EdDSA verify, core, batch of ${BATCH}, against circomlibjs`, batched / reference, '1,000', 'times'),
    figure('EdDSA sign, core', signed, 'none set'),
  ];
};

/** Hashes and signatures on one core, called from JavaScript, beside circomlibjs in the same run. */
export const benchHashing = async (): Promise<Figure[]> => {
  const core = loadCore();
  if (core === undefined) return [];
  return [...(await poseidonFigures(core)), ...(await eddsaFigures(core))];
};
