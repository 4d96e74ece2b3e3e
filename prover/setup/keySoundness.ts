import { bn254 } from '@noble/curves/bn254.js';
import type { G1Json, G2Json } from '../prove/groth16.ts';
import type { VerifyingKey } from '../prove/ProverBackend.ts';
import { isDevelopmentAlpha } from './insecureKeys.ts';
import { SetupError } from './SetupError.ts';

/** What a verifying key is refused for. Stable, as codes are. */
export type KeyCheck =
  /** Not what snarkjs writes for Groth16 on BN254; another number of points than of public signals. */
  | 'form'
  | 'publicSignals'
  /** A coordinate that is no element of the base field in canonical decimal; a point that is not affine. */
  | 'coordinate'
  | 'infinity'
  | 'curve'
  | 'subgroup'
  /** Two points of a known ratio, 1 or -1. */
  | 'equal'
  /** A secret of 1 or -1: a setup in which nobody took part. */
  | 'generator'
  /** The public development seed's alpha, where money is. */
  | 'development';

/** Which check refused which point (`alpha`, `beta`, `gamma`, `delta`, `ic[3]`, or two: `gamma, delta`). */
export type KeyFault = { readonly check: KeyCheck; readonly point: string; readonly what: string };

type Affine = { readonly name: string; readonly x: string; readonly fault?: KeyFault };
type Fp2 = ReturnType<typeof bn254.fields.Fp2.fromBigTuple>;

const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;
const { Fp, Fp2 } = bn254.fields;
const DECIMAL = /^(0|[1-9][0-9]{0,77})$/;

const fault = (check: KeyCheck, point: string, what: string): KeyFault => ({ check, point, what });

function isTexts(value: unknown, length: number): value is readonly string[] {
  return Array.isArray(value) && value.length === length && value.every((one) => typeof one === 'string');
}

const isG1 = (value: unknown): value is G1Json => isTexts(value, 3);
const isG2 = (value: unknown): value is G2Json =>
  Array.isArray(value) && value.length === 3 && value.every((pair) => isTexts(pair, 2));

function formFault(key: VerifyingKey, publicSignals: number): KeyFault | undefined {
  if (key === null || typeof key !== 'object') return fault('form', 'key', 'it is no verifying key');
  if (key.protocol !== 'groth16' || key.curve !== 'bn128') return fault('form', 'key', 'it is not of Groth16 on BN254');
  const points = [key.vk_beta_2, key.vk_gamma_2, key.vk_delta_2];
  const areShaped = isG1(key.vk_alpha_1) && points.every(isG2) && Array.isArray(key.IC) && key.IC.every(isG1);
  if (!areShaped) return fault('form', 'key', "its points are not written as snarkjs' are");
  if (key.nPublic !== publicSignals) {
    return fault('publicSignals', 'ic', `it is for ${key.nPublic} public signals, the circuit has ${publicSignals}`);
  }
  if (key.IC.length === publicSignals + 1) return undefined;
  return fault('publicSignals', 'ic', `it has ${key.IC.length} points for ${publicSignals} public signals and the 1`);
}

function coordinateFault(name: string, texts: readonly string[], isAffine: boolean): KeyFault | undefined {
  const bad = texts.find((text) => !DECIMAL.test(text) || BigInt(text) >= Fp.ORDER);
  if (bad !== undefined) return fault('coordinate', name, `${bad.slice(0, 90)} is no element of the base field`);
  return isAffine ? undefined : fault('coordinate', name, 'it is not affine');
}

function g1(name: string, [x, y, z]: G1Json): Affine {
  const at = { name, x };
  if (z === '0') return { ...at, fault: fault('infinity', name, 'it is the point at infinity') };
  const bad = coordinateFault(name, [x, y], z === '1');
  if (bad !== undefined) return { ...at, fault: bad };
  if (BigInt(x) === 0n && BigInt(y) === 0n)
    return { ...at, fault: fault('infinity', name, 'it is (0, 0), infinity on L1') };
  const [a, b] = [BigInt(x), BigInt(y)];
  const isOn = Fp.eql(Fp.sqr(b), Fp.add(Fp.mul(Fp.sqr(a), a), G1.CURVE().b));
  return isOn ? at : { ...at, fault: fault('curve', name, 'it is not on the curve') };
}

function g2(name: string, [x, y, z]: G2Json): Affine {
  const at = { name, x: x.join() };
  if (z.every((text) => text === '0')) return { ...at, fault: fault('infinity', name, 'it is the point at infinity') };
  const bad = coordinateFault(name, [...x, ...y], z[0] === '1' && z[1] === '0');
  if (bad !== undefined) return { ...at, fault: bad };
  if ([...x, ...y].every((text) => text === '0'))
    return { ...at, fault: fault('infinity', name, 'it is (0, 0), infinity on L1') };
  const of = ([c0, c1]: readonly [string, string]): Fp2 => Fp2.fromBigTuple([BigInt(c0), BigInt(c1)]);
  const [a, b] = [of(x), of(y)];
  if (!Fp2.eql(Fp2.sqr(b), Fp2.add(Fp2.mul(Fp2.sqr(a), a), G2.CURVE().b)))
    return { ...at, fault: fault('curve', name, 'it is not on the curve') };
  if (G2.fromAffine({ x: a, y: b }).isTorsionFree()) return at;
  return { ...at, fault: fault('subgroup', name, 'it is on the curve, but outside the group of order r') };
}

/** Two of the points that have one x: they are equal or each other's negative. */
function equalFault(points: readonly Affine[], why: string): KeyFault | undefined {
  for (const [index, one] of points.entries()) {
    const other = points.slice(index + 1).find(({ x }) => x === one.x);
    if (other === undefined) continue;
    return fault('equal', `${one.name}, ${other.name}`, `they are equal, or one is the other's negative: ${why}`);
  }
  return undefined;
}

/**
 * What is wrong with a verifying key on its face, or undefined. Every check but the public ones stands for keys whose
 * proofs anyone can make: Groth16 verifies e(A, B) = e(alpha, beta) e(L, gamma) e(C, delta), L being the signals' sum.
 *
 * - gamma = delta (a setup without a second phase): A = alpha, B = beta, C = -L proves anything. gamma = -delta: C = L.
 * - beta = gamma: A = alpha + L, B = gamma + delta, C = A. beta = delta: A = L, B = gamma, C = -alpha. Alike with signs.
 * - alpha or beta at infinity: A = L, B = gamma + delta, C = L. gamma at infinity: signals are not bound. delta: C is not.
 * - a point of `ic` at infinity leaves its signal free; two that are equal let their signals change places.
 * - alpha, beta or delta a generator: secrets of 1, nobody contributed. (gamma is the generator in snarkjs.)
 *
 * A key can pass all of this and still be known to whoever made it: that its secrets were destroyed shows only in its
 * transcript (checkKey.ts). Takes some 40 ms.
 */
export function findKeyFault(key: VerifyingKey, publicSignals: number): KeyFault | undefined {
  const form = formFault(key, publicSignals);
  if (form !== undefined) return form;
  const alpha = g1('alpha', key.vk_alpha_1);
  const [beta, gamma, delta] = [
    g2('beta', key.vk_beta_2),
    g2('gamma', key.vk_gamma_2),
    g2('delta', key.vk_delta_2),
  ] as const;
  const ic = key.IC.map((point, index) => g1(`ic[${index}]`, point));
  const bad = [alpha, beta, gamma, delta, ...ic].find((point) => point.fault !== undefined);
  if (bad?.fault !== undefined) return bad.fault;
  const { c0, c1 } = G2.BASE.toAffine().x;
  const generators = [`${G1.BASE.toAffine().x}`, `${c0},${c1}`];
  // gamma and delta are compared first: both are the generator in a key without contributions.
  const equal =
    equalFault([gamma, delta], 'a setup without a second phase, whose proofs need no secret') ??
    equalFault([beta, gamma, delta], 'proofs need no secret');
  if (equal !== undefined) return equal;
  const plain = [alpha, beta, delta].find(({ x }) => generators.includes(x));
  if (plain !== undefined) return fault('generator', plain.name, 'it is the generator: nobody contributed a secret');
  return equalFault(ic, 'their signals can change places');
}

/**
 * Refuses a verifying key that must not be registered. Whatever registers keys calls it first.
 *
 * @param source what the key is, for the message: a file, a shape
 * @param development whether keys of the public development seed are taken: on devnets alone
 * @throws SetupError SETUP_KEY_REFUSED, whose data say which `check` refused which `point`
 */
export function requireSoundKey(
  key: VerifyingKey,
  options: { readonly source: string; readonly publicSignals: number; readonly development: 'taken' | 'refused' },
): void {
  const { source, publicSignals, development } = options;
  let found = findKeyFault(key, publicSignals);
  if (found === undefined && development === 'refused' && isDevelopmentAlpha(BigInt(key.vk_alpha_1[0]))) {
    found = fault('development', 'alpha', 'it is of the public development seed: anyone can prove anything');
  }
  if (found === undefined) return;
  const { check, point, what } = found;
  const message = `The verifying key of ${source} is refused (${check}: ${point}): ${what}. Do not register it; make or fetch the key again.`;
  throw new SetupError('SETUP_KEY_REFUSED', message, { source, check, point });
}
