import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chunkHash, intentsRoot } from '../node/core/ledger/accountLeaf.ts';
import { MemoryNodes } from '../node/core/tree/nodeStore.ts';
import { createCircomHasher } from '../node/crypto/circomHasher.ts';

test('the hashes of nothing in constants.circom are those of core', async () => {
  const hasher = await createCircomHasher();
  const source = await readFile(join(import.meta.dirname, 'gadgets/constants.circom'), 'utf8');
  const constant = (name: string): string | undefined =>
    new RegExp(`function ${name}\\(\\) \\{\\s*return (\\d+);`).exec(source)?.[1];
  expect(constant('EMPTY_CHUNK_HASH')).toBe(`${chunkHash(hasher, [])}`);
  expect(constant('EMPTY_INTENTS_ROOT')).toBe(`${intentsRoot(hasher, new MemoryNodes())}`);
});
