import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bn254 } from '@noble/curves/bn254.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCore } from '../native/core.ts';
import { productCircuit } from '../native/productCircuit.fixture.ts';
import { writeR1cs } from '../native/r1csModel.fixture.ts';
import type { G1Json, G2Json, Groth16Proof } from '../prove/groth16.ts';
import { createNativeBackend } from '../prove/nativeBackend.ts';
import type { ProverBackend, VerifyingKey } from '../prove/ProverBackend.ts';
import { createSnarkjsBackend } from '../prove/snarkjsBackend.ts';
import { developmentSecrets, type ToxicWaste } from './developmentSecrets.ts';
import { writeDevelopmentZkey } from './developmentZkey.ts';
import { findKeyFault, requireSoundKey } from './keySoundness.ts';
import { exportVerificationKey } from './verificationKey.ts';

const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;
type P1 = typeof G1.BASE;
type P2 = typeof G2.BASE;

const g1Json = (point: P1): G1Json => {
  const { x, y } = point.toAffine();
  return [`${x}`, `${y}`, '1'];
};
const g2Json = (point: P2): G2Json => {
  const { x, y } = point.toAffine();
  return [
    [`${x.c0}`, `${x.c1}`],
    [`${y.c0}`, `${y.c1}`],
    ['1', '0'],
  ];
};
const g1 = ([x, y]: G1Json): P1 => G1.fromAffine({ x: BigInt(x), y: BigInt(y) });
const g2 = ([x, y]: G2Json): P2 => {
  const { Fp2 } = bn254.fields;
  const of = ([c0, c1]: readonly [string, string]) => Fp2.fromBigTuple([BigInt(c0), BigInt(c1)]);
  return G2.fromAffine({ x: of(x), y: of(y) });
};

const WASTE: ToxicWaste = { tau: 1234567n, alpha: 891011n, beta: 121314n, delta: 151617n };
const SIGNALS = ['31337', '42'];

let directory: string;
const backends: ProverBackend[] = [createSnarkjsBackend()];
const core = loadCore();
if (core !== undefined) backends.push(createNativeBackend(core));

/** The verifying key of a toy circuit, x -> products of x, under these secrets. */
async function keyOf(waste: ToxicWaste): Promise<VerifyingKey> {
  const r1cs = join(directory, 'toy.r1cs');
  const zkey = join(directory, 'toy.zkey');
  await writeFile(r1cs, writeR1cs(productCircuit({ constraints: 5, publicInputs: 2, terms: 2, seed: 3 }).model));
  await writeDevelopmentZkey(r1cs, zkey, waste);
  return exportVerificationKey(zkey);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-soundness-'));
});
afterAll(async () => {
  await Promise.all(backends.map((backend) => backend.terminate()));
  await rm(directory, { recursive: true, force: true });
});

/** L, the sum of the signals' points: from the key and public numbers alone. */
function signalsPoint(key: VerifyingKey): P1 {
  const [first, ...rest] = key.IC.map(g1);
  return rest.reduce((sum, point, i) => sum.add(point.multiply(BigInt(SIGNALS[i] ?? 0))), first ?? G1.ZERO);
}

/** Proofs of any statement, made of nothing but the key's own points. */
type Forgery = (key: VerifyingKey) => readonly [P1, P2, P1];
const points = (key: VerifyingKey) => ({
  alpha: g1(key.vk_alpha_1),
  beta: g2(key.vk_beta_2),
  gamma: g2(key.vk_gamma_2),
  delta: g2(key.vk_delta_2),
  sum: signalsPoint(key),
});

const negative = (point: G2Json): G2Json => g2Json(g2(point).negate());
const FORGERIES: readonly (readonly [string, (key: VerifyingKey) => VerifyingKey, Forgery, string])[] = [
  [
    'gamma = delta',
    (key) => ({ ...key, vk_delta_2: key.vk_gamma_2 }),
    (key) => [points(key).alpha, points(key).beta, points(key).sum.negate()],
    'gamma, delta',
  ],
  [
    'gamma = -delta',
    (key) => ({ ...key, vk_delta_2: negative(key.vk_gamma_2) }),
    (key) => [points(key).alpha, points(key).beta, points(key).sum],
    'gamma, delta',
  ],
  [
    'beta = gamma',
    (key) => ({ ...key, vk_beta_2: key.vk_gamma_2 }),
    (key) => {
      const { alpha, delta, gamma, sum } = points(key);
      return [alpha.add(sum), gamma.add(delta), alpha.add(sum)];
    },
    'beta, gamma',
  ],
  [
    'beta = -gamma',
    (key) => ({ ...key, vk_beta_2: negative(key.vk_gamma_2) }),
    (key) => {
      const { alpha, delta, gamma, sum } = points(key);
      return [sum.subtract(alpha), gamma.add(delta), sum.subtract(alpha)];
    },
    'beta, gamma',
  ],
  [
    'beta = delta',
    (key) => ({ ...key, vk_beta_2: key.vk_delta_2 }),
    (key) => [points(key).sum, points(key).gamma, points(key).alpha.negate()],
    'beta, delta',
  ],
  [
    'beta = -delta',
    (key) => ({ ...key, vk_beta_2: negative(key.vk_delta_2) }),
    (key) => [points(key).sum, points(key).gamma, points(key).alpha],
    'beta, delta',
  ],
];

describe('a key whose proofs need no secret', () => {
  it.each(FORGERIES)('%s: a forged proof of a random statement verifies, the key is refused', async (...of) => {
    const [, spoil, forge, point] = of;
    const key = spoil(await keyOf(WASTE));
    const [a, b, c] = forge(key);
    const proof: Groth16Proof = {
      pi_a: g1Json(a),
      pi_b: g2Json(b),
      pi_c: g1Json(c),
      protocol: 'groth16',
      curve: 'bn128',
    };
    for (const backend of backends) expect(await backend.verify(key, SIGNALS, proof)).toBe(true);
    expect(findKeyFault(key, 2)).toMatchObject({ check: 'equal', point });
    // The same proof under the sound key is worth nothing.
    for (const backend of backends) expect(await backend.verify(await keyOf(WASTE), SIGNALS, proof)).toBe(false);
  });

  it('a setup without a second phase (delta 1) is such a key, by the tool chain itself', async () => {
    const key = await keyOf({ ...WASTE, delta: 1n });
    const { alpha, beta, sum } = points(key);
    const forged: Groth16Proof = {
      pi_a: g1Json(alpha),
      pi_b: g2Json(beta),
      pi_c: g1Json(sum.negate()),
      protocol: 'groth16',
      curve: 'bn128',
    };
    for (const backend of backends) expect(await backend.verify(key, SIGNALS, forged)).toBe(true);
    expect(() => requireSoundKey(key, { source: 'toy', publicSignals: 2, development: 'taken' })).toThrow(
      expect.objectContaining({
        code: 'SETUP_KEY_REFUSED',
        data: { source: 'toy', check: 'equal', point: 'gamma, delta' },
      }),
    );
  });

  it('one whose signals can change places', async () => {
    const key = await keyOf(WASTE);
    const [first, second] = key.IC;
    if (first === undefined || second === undefined) throw new Error('no points');
    expect(findKeyFault({ ...key, IC: [first, second, second] }, 2)).toMatchObject({
      check: 'equal',
      point: 'ic[1], ic[2]',
    });
  });

  it('one of which a first phase knew no secret', async () => {
    expect(findKeyFault(await keyOf({ ...WASTE, alpha: 1n }), 2)).toMatchObject({ check: 'generator', point: 'alpha' });
    expect(findKeyFault(await keyOf({ ...WASTE, beta: 1n }), 2)).toMatchObject({
      check: 'equal',
      point: 'beta, gamma',
    });
    const gamma = g2Json(G2.BASE.multiply(7n));
    for (const [name, change] of [
      ['delta', { vk_delta_2: g2Json(G2.BASE) }],
      ['beta', { vk_beta_2: g2Json(G2.BASE.negate()) }],
    ] as const) {
      const key = { ...(await keyOf(WASTE)), vk_gamma_2: gamma, ...change };
      expect(findKeyFault(key, 2)).toMatchObject({ check: 'generator', point: name });
    }
  });
});

/** On the curve, but not a multiple of the generator: x = 1 in Fp2 has a y. */
function outsidePoint(): G2Json {
  const { Fp2 } = bn254.fields;
  const x = Fp2.fromBigTuple([1n, 0n]);
  const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.CURVE().b));
  return g2Json(G2.fromAffine({ x, y }));
}

const INFINITY_1: G1Json = ['0', '1', '0'];
const INFINITY_2: G2Json = [
  ['0', '0'],
  ['1', '0'],
  ['0', '0'],
];
const ZERO_2: G2Json = [
  ['0', '0'],
  ['0', '0'],
  ['1', '0'],
];
const Q = bn254.fields.Fp.ORDER;

describe('a malformed key', () => {
  const refused: readonly (readonly [string, (key: VerifyingKey) => unknown, string, string])[] = [
    ['alpha at infinity', () => ({ vk_alpha_1: INFINITY_1 }), 'infinity', 'alpha'],
    ['alpha (0, 0)', () => ({ vk_alpha_1: ['0', '0', '1'] }), 'infinity', 'alpha'],
    ['beta at infinity', () => ({ vk_beta_2: INFINITY_2 }), 'infinity', 'beta'],
    ['gamma at infinity', () => ({ vk_gamma_2: INFINITY_2 }), 'infinity', 'gamma'],
    ['delta at infinity', () => ({ vk_delta_2: INFINITY_2 }), 'infinity', 'delta'],
    ['delta (0, 0)', () => ({ vk_delta_2: ZERO_2 }), 'infinity', 'delta'],
    ['a signal at infinity', ({ IC }) => ({ IC: [IC[0], INFINITY_1, IC[2]] }), 'infinity', 'ic[1]'],
    [
      'alpha off the curve',
      ({ vk_alpha_1: [x, y] }) => ({ vk_alpha_1: [x, `${BigInt(y) ^ 1n}`, '1'] }),
      'curve',
      'alpha',
    ],
    ['a signal off the curve', ({ IC }) => ({ IC: [IC[0], IC[1], ['1', '1', '1']] }), 'curve', 'ic[2]'],
    ['gamma off the curve', ({ vk_gamma_2: [x, y, z] }) => ({ vk_gamma_2: [y, x, z] }), 'curve', 'gamma'],
    ['beta outside of the group', () => ({ vk_beta_2: outsidePoint() }), 'subgroup', 'beta'],
    ['delta outside of the group', () => ({ vk_delta_2: outsidePoint() }), 'subgroup', 'delta'],
    [
      'a coordinate of q more',
      ({ vk_alpha_1: [x, y] }) => ({ vk_alpha_1: [`${BigInt(x) + Q}`, y, '1'] }),
      'coordinate',
      'alpha',
    ],
    ['a leading zero', ({ vk_alpha_1: [x, y] }) => ({ vk_alpha_1: [`0${x}`, y, '1'] }), 'coordinate', 'alpha'],
    ['a projective point', ({ vk_alpha_1: [x, y] }) => ({ vk_alpha_1: [x, y, '2'] }), 'coordinate', 'alpha'],
    ['a number for a string', () => ({ vk_alpha_1: [1, 2, 1] }), 'form', 'key'],
    ['no IC', () => ({ IC: undefined }), 'form', 'key'],
    ['another protocol', () => ({ protocol: 'plonk' }), 'form', 'key'],
    ['another curve', () => ({ curve: 'bls12381' }), 'form', 'key'],
    ['a signal more', () => ({ nPublic: 3 }), 'publicSignals', 'ic'],
    ['a point fewer', ({ IC }) => ({ IC: IC.slice(1) }), 'publicSignals', 'ic'],
    ['a point more', ({ IC }) => ({ IC: [...IC, IC[0]] }), 'publicSignals', 'ic'],
  ];
  it.each(refused)('%s', async (_, change, check, point) => {
    const key = await keyOf(WASTE);
    expect(findKeyFault({ ...key, ...(change(key) as object) }, 2)).toMatchObject({ check, point });
  });

  it('no key at all', () => {
    expect(findKeyFault(null as unknown as VerifyingKey, 2)).toMatchObject({ check: 'form' });
  });
});

describe('a sound key', () => {
  it('is taken, and on a public chain only if its secrets are not published', async () => {
    const key = await keyOf(WASTE);
    const on = { source: 'toy', publicSignals: 2 };
    expect(() => requireSoundKey(key, { ...on, development: 'refused' })).not.toThrow();
    const development = await keyOf(developmentSecrets('00'));
    expect(() => requireSoundKey(development, { ...on, development: 'taken' })).not.toThrow();
    expect(() => requireSoundKey(development, { ...on, development: 'refused' })).toThrow(
      expect.objectContaining({ code: 'SETUP_KEY_REFUSED', data: expect.objectContaining({ check: 'development' }) }),
    );
  });
});
