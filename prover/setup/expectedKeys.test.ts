import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, it } from 'vitest';
import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../node/core/protocol/presets.ts';
import { SimulatedProver } from '../../test/differential/simulatedProver.ts';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { developmentSecrets } from './developmentSecrets.ts';
import { expectedDevelopmentKeys, isSameKey } from './expectedKeys.ts';
import { shapeCircuit } from './shapeArtifacts.ts';
import { readVerifyingKey } from './verifyingKeyFile.ts';

describe('keys that are expected', () => {
  it('are those of the sources at hand and the published secrets', { timeout: 600_000 }, async () => {
    const [store, preset] = [openArtifactStore(), { ...DEVELOPMENT_PRESET, shapes: [TEST_SHAPE] as const }];
    const { r1csSha256 } = await shapeCircuit(store, preset, TEST_SHAPE);
    const [expected, ...others] = await expectedDevelopmentKeys(store, preset);
    expect(others).toEqual([]);
    expect(expected).toMatchObject({ shape: 'test', source: `development, r1cs ${r1csSha256}` });
    expect(expected?.key).toMatchObject({ nPublic: 7 });
    const { x } = bn254.G2.Point.BASE.multiply(developmentSecrets(r1csSha256).delta).toAffine();
    expect(expected?.key.vk_delta_2[0]).toEqual([`${x.c0}`, `${x.c1}`]);
    expect(await readVerifyingKey(expected?.path ?? '')).toEqual(expected?.key);
  });

  it('are the same if every point is, whatever else the file says', () => {
    const [key, other] = ['one', 'other'].map((name) => new SimulatedProver(name).verificationKey);
    if (key === undefined || other === undefined) throw new Error('no keys');
    expect(isSameKey(key, { ...key, vk_alphabeta_12: 'x' } as typeof key)).toBe(true);
    for (const name of ['vk_alpha_1', 'vk_beta_2', 'vk_gamma_2', 'vk_delta_2'] as const) {
      expect(isSameKey(key, { ...key, [name]: other[name] })).toBe(false);
    }
    for (const [index, point] of other.IC.entries()) {
      expect(isSameKey(key, { ...key, IC: key.IC.with(index, point) })).toBe(false);
    }
  });
});
