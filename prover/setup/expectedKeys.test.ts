import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SimulatedProver } from '../../test/differential/simulatedProver.ts';
import { expectedKeysOfFiles, isSameKey } from './expectedKeys.ts';

const directory = mkdtempSync(join(tmpdir(), 'straddle-expected-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const key = new SimulatedProver('expected').verificationKey;
const fileOf = (content: unknown): string => {
  const path = join(directory, 'key.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

describe('keys that are expected', () => {
  it('are read from files, with their names', async () => {
    const path = fileOf(key);
    const [expected] = await expectedKeysOfFiles([{ shape: 'standard', path }]);
    expect(expected).toEqual({ shape: 'standard', source: path, key });
  });

  it('are themselves refused if they are degenerate, missing or no keys', async () => {
    const refused = async (path: string): Promise<unknown> =>
      expectedKeysOfFiles([{ shape: 'standard', path }]).catch((error: { data: unknown }) => error.data);
    expect(await refused(fileOf({ ...key, vk_delta_2: key.vk_gamma_2 }))).toMatchObject({ check: 'equal' });
    expect(await refused(fileOf({ ...key, IC: key.IC.slice(1) }))).toMatchObject({ check: 'publicSignals' });
    expect(await refused(fileOf('{'))).toMatchObject({ check: 'form' });
    expect(await refused(fileOf('null'))).toMatchObject({ check: 'form' });
    expect(await refused(join(directory, 'none'))).toMatchObject({ check: 'form' });
  });

  it('are the same if every point is, whatever else the file says', () => {
    expect(isSameKey(key, { ...key, vk_alphabeta_12: 'x' } as typeof key)).toBe(true);
    const other = new SimulatedProver('other').verificationKey;
    for (const name of ['vk_alpha_1', 'vk_beta_2', 'vk_gamma_2', 'vk_delta_2'] as const) {
      expect(isSameKey(key, { ...key, [name]: other[name] })).toBe(false);
    }
    for (const [index, point] of other.IC.entries()) {
      expect(isSameKey(key, { ...key, IC: key.IC.with(index, point) })).toBe(false);
    }
  });
});
