import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import type { Hasher } from '../crypto/hasher.ts';
import { MemoryNodes, OverlayNodes } from './nodeStore.ts';
import { openPath, rootFromPath, treeRoot, updateLeaves, updateTrees, zeroHash } from './octTree.ts';

const SEED = 20260611;
const DEPTH = 3;
const LEAVES = 8 ** DEPTH;
let hasher: Hasher;
beforeAll(async () => {
  hasher = await createCircomHasher();
});

/** Every level hashed in full. */
function naiveRoot(leaves: ReadonlyMap<number, bigint>): bigint {
  let level = Array.from({ length: LEAVES }, (_, i) => leaves.get(i) ?? 0n);
  while (level.length > 1) {
    level = Array.from({ length: level.length / 8 }, (_, i) => hasher.poseidon(level.slice(8 * i, 8 * i + 8)));
  }
  return level[0] ?? 0n;
}

test('an empty tree is hashes of zeros', () => {
  const leafParent = hasher.poseidon(Array<bigint>(8).fill(0n));
  expect(zeroHash(hasher, 0)).toBe(0n);
  expect(zeroHash(hasher, 2)).toBe(hasher.poseidon(Array<bigint>(8).fill(leafParent)));
  expect(treeRoot(hasher, new MemoryNodes(), DEPTH)).toBe(naiveRoot(new Map()));
});

test('digit 0 of the index chooses at the leaf level', () => {
  const nodes = new MemoryNodes();
  updateLeaves(hasher, nodes, 2, [[0o35, 7n]]);
  expect(nodes.get(1, 3)).toBe(hasher.poseidon([0n, 0n, 0n, 0n, 0n, 7n, 0n, 0n]));
});

test(`bulk updates equal the tree hashed in full, and paths lead to its root (seed ${SEED})`, () => {
  const leaf = fc.tuple(fc.integer({ min: 0, max: LEAVES - 1 }), fc.bigInt({ min: 0n, max: 2n ** 250n }));
  fc.assert(
    fc.property(fc.array(fc.array(leaf, { maxLength: 12 }), { maxLength: 3 }), (updates) => {
      const nodes = new MemoryNodes();
      const leaves = new Map<number, bigint>();
      for (const update of updates) {
        const before = treeRoot(hasher, nodes, DEPTH);
        const overlay = new OverlayNodes(nodes);
        for (const [index, value] of update) leaves.set(index, value);
        expect(updateLeaves(hasher, overlay, DEPTH, update)).toBe(naiveRoot(leaves));
        expect(treeRoot(hasher, nodes, DEPTH)).toBe(before);
        for (const { level, index, value } of overlay.writes()) nodes.set(level, index, value);
      }
      for (const [index, value] of leaves) {
        const path = openPath(hasher, nodes, DEPTH, index);
        expect(rootFromPath(hasher, value, index, path)).toBe(treeRoot(hasher, nodes, DEPTH));
        expect(rootFromPath(hasher, value + 1n, index, path)).not.toBe(treeRoot(hasher, nodes, DEPTH));
      }
    }),
    { seed: SEED, numRuns: 12 },
  );
});

describe('each inner node is hashed once', () => {
  test('64 neighbours cost 8 + 1 + 1 hashes', () => {
    let calls = 0;
    const counting: Hasher = {
      poseidon: (inputs) => {
        calls++;
        return hasher.poseidon(inputs);
      },
    };
    zeroHash(counting, DEPTH);
    calls = 0;
    updateLeaves(
      counting,
      new MemoryNodes(),
      DEPTH,
      Array.from({ length: 64 }, (_, i) => [i, 1n] as const),
    );
    expect(calls).toBe(10);
  });

  test('a level of several trees is one call of a hasher that does many, with the same roots', () => {
    const sizes: number[] = [];
    const many: Hasher = {
      poseidon: hasher.poseidon,
      poseidonMany: (inputsEach, values) => {
        expect(inputsEach).toBe(8);
        sizes.push(values.length / 8);
        return Array.from({ length: values.length / 8 }, (_, i) => hasher.poseidon(values.slice(8 * i, 8 * i + 8)));
      },
    };
    const updates = [
      { nodes: new MemoryNodes(), leaves: [[1, 5n] as const, [9, 6n] as const] },
      { nodes: new MemoryNodes(), leaves: [] },
      { nodes: new MemoryNodes(), leaves: new Map([[511, 7n]]) },
    ];
    const alone = updates.map(({ leaves }) => updateLeaves(hasher, new MemoryNodes(), DEPTH, leaves));
    expect(updateTrees(many, DEPTH, updates)).toEqual(alone);
    expect(sizes).toEqual([3, 2, 2]);
  });
});
