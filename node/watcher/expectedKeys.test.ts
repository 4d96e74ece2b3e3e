import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readExpectedKeys } from './expectedKeys.ts';
import { keyFingerprint } from './registeredKey.ts';
import { testKey } from './testKey.fixture.ts';

const directory = mkdtempSync(join(tmpdir(), 'straddle-keys-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const [first, second] = [testKey('first'), testKey('second')];
const text = JSON.stringify(first);
const sha256 = createHash('sha256').update(text).digest('hex');

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}
const keyPath = file('first.vkey.json', text);

describe('readExpectedKeys', () => {
  it('takes verification keys, registries of shapes and lists of fingerprints together', async () => {
    const shape = { name: 'small', vkey: 'first.vkey.json', vkeySha256: sha256, columns: 15 };
    const registry = file('shapes.json', JSON.stringify([shape]));
    const list = file('list.json', JSON.stringify([keyFingerprint(second)]));
    expect(await readExpectedKeys([keyPath])).toEqual(new Map([[keyFingerprint(first), keyPath]]));
    expect([...(await readExpectedKeys([registry, list])).keys()]).toEqual([first, second].map(keyFingerprint));
  });

  const registry = (shape: object) => JSON.stringify([{ name: 'small', vkey: keyPath, vkeySha256: sha256, ...shape }]);
  it.each([
    ['no JSON', '{', /is no JSON/],
    ['an empty list', '[]', /no verification key/],
    ['a short fingerprint', '["0x12"]', /no verification key/],
    ['a key of other inputs', JSON.stringify({ ...first, nPublic: 6 }), /no verification key/],
    ['a key with a point too few', JSON.stringify({ ...first, IC: first.IC.slice(1) }), /no verification key/],
    ['a coordinate that is none', JSON.stringify({ ...first, vk_alpha_1: ['-1', '2', '1'] }), /no element/],
    ['a point at infinity', JSON.stringify({ ...first, vk_alpha_1: ['0', '1', '0'] }), /infinity/],
    ['a shape whose key is another file', registry({ vkeySha256: sha256.replace(/./, 'x') }), /its hash is another/],
    ['a shape whose key is gone', registry({ vkey: 'none.json' }), /cannot be read/],
  ])('refuses %s, naming the file', async (_, content, message) => {
    const path = file('wrong.json', content);
    const refused = { code: 'WATCH_CONFIG_INVALID', message: expect.stringMatching(message) };
    await expect(readExpectedKeys([path])).rejects.toMatchObject(refused);
  });

  it('refuses a file that is not there', async () => {
    const refused = { code: 'WATCH_CONFIG_INVALID', message: expect.stringContaining('missing.json') };
    await expect(readExpectedKeys([join(directory, 'missing.json')])).rejects.toMatchObject(refused);
  });
});
