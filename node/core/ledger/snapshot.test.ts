import { beforeAll, expect, it } from 'vitest';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import type { Hasher } from '../crypto/hasher.ts';
import { accountId } from '../protocol/ids.ts';
import { MemoryStore } from './memoryStore.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

let hasher: Hasher;
beforeAll(async () => {
  hasher = await createCircomHasher();
});

const bytesOf = (change: (text: string) => string = (text) => text): Uint8Array => {
  const account = { keyX: 1n, keyY: 2n, owner: 9n, cash: 4_321n, positions: [], slots: new Map() };
  const bytes = writeSnapshot(new MemoryStore(hasher, [[accountId(1, 1), account]]));
  return new TextEncoder().encode(change(new TextDecoder().decode(bytes)));
};

it('what is read is what was written', () => {
  expect(writeSnapshot(readSnapshot(hasher, bytesOf()))).toEqual(bytesOf());
});

it('accounts that do not lead to the root, and another version, are refused', () => {
  const refused = expect.objectContaining({ code: 'LEDGER_SNAPSHOT' });
  const richer = bytesOf((text) => text.replace('4321', '4322'));
  expect(richer).not.toEqual(bytesOf());
  expect(() => readSnapshot(hasher, richer)).toThrow(refused);
  expect(() =>
    readSnapshot(
      hasher,
      bytesOf((text) => text.replace('"version":1', '"version":2')),
    ),
  ).toThrow(refused);
});

it('what is no snapshot is refused as such', () => {
  const refused = expect.objectContaining({ code: 'CODEC_JOB' });
  for (const text of ['', '{', '{}', '[]', '{"version":"1"}']) {
    expect(() => readSnapshot(hasher, new TextEncoder().encode(text)), text).toThrow(refused);
  }
});
