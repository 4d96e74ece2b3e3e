import { expect, it } from 'vitest';
import type { VerifyingKey } from '../prove/ProverBackend.ts';
import { isDevelopmentAlpha, isInsecureKey } from './insecureKeys.ts';

/** alpha * G1 of the development seed, as ffjavascript computed it into a verification key. */
const DEVELOPMENT_X = 11537073126790769198459001952310104208130055521782063721654854211438357559927n;
const keyOf = (x: bigint): VerifyingKey => {
  const g2: VerifyingKey['vk_beta_2'] = [
    ['0', '0'],
    ['0', '0'],
    ['0', '0'],
  ];
  const vk_alpha_1: VerifyingKey['vk_alpha_1'] = [String(x), '0', '1'];
  return {
    protocol: 'groth16',
    curve: 'bn128',
    nPublic: 0,
    vk_alpha_1,
    vk_beta_2: g2,
    vk_gamma_2: g2,
    vk_delta_2: g2,
    IC: [],
  };
};

it('knows the development seed by its alpha', () => {
  expect(isDevelopmentAlpha(DEVELOPMENT_X)).toBe(true);
  expect(isDevelopmentAlpha(DEVELOPMENT_X + 1n)).toBe(false);
});

it.each([
  ['/keys/batch.insecure-dev.zkey', 1n, true],
  ['/keys/batch.zkey', DEVELOPMENT_X, true],
  ['/keys/batch.zkey', 1n, false],
  ['/insecure-dev/batch.zkey', 1n, false],
])('%s with alpha x %s: insecure is %s', (path, x, insecure) => {
  expect(isInsecureKey(path, keyOf(x))).toBe(insecure);
});
