import type { Hasher } from '../crypto/hasher.ts';
import type { NodeReader, NodeStore } from './nodeStore.ts';

/** 8-ary Poseidon trees (protocol, section 2): empty leaf 0, digit 0 of the index chooses at the leaf level. */

const ARITY = 8;
const zeroHashesOf = new WeakMap<Hasher, bigint[]>();

/** Hash of an empty subtree of the given height. */
export function zeroHash(hasher: Hasher, level: number): bigint {
  const known = zeroHashesOf.get(hasher) ?? [0n];
  zeroHashesOf.set(hasher, known);
  while (known.length <= level) known.push(hasher.poseidon(Array<bigint>(ARITY).fill(known[known.length - 1] ?? 0n)));
  return known[level] ?? 0n;
}

const nodeAt = (hasher: Hasher, nodes: NodeReader, level: number, index: number): bigint =>
  nodes.get(level, index) ?? zeroHash(hasher, level);

export const treeRoot = (hasher: Hasher, nodes: NodeReader, depth: number): bigint => nodeAt(hasher, nodes, depth, 0);

/** The 8 children of a node at `level` (1 or more). */
export const childrenOf = (hasher: Hasher, nodes: NodeReader, level: number, index: number): bigint[] =>
  Array.from({ length: ARITY }, (_, i) => nodeAt(hasher, nodes, level - 1, index * ARITY + i));

/**
 * Sets leaves in bulk and returns the new root. However many leaves lie below an inner node, it is hashed once.
 */
export function updateLeaves(
  hasher: Hasher,
  nodes: NodeStore,
  depth: number,
  leaves: Iterable<readonly [index: number, leaf: bigint]>,
): bigint {
  let touched = new Set<number>();
  for (const [index, leaf] of leaves) {
    nodes.set(0, index, leaf);
    touched.add(index);
  }
  for (let level = 1; level <= depth; level++) {
    const parents = new Set<number>();
    for (const index of touched) parents.add(Math.floor(index / ARITY));
    for (const parent of parents) nodes.set(level, parent, hasher.poseidon(childrenOf(hasher, nodes, level, parent)));
    touched = parents;
  }
  return treeRoot(hasher, nodes, depth);
}

/** Leaf level first: the 8 children of each node on the way to the root, the one on the path among them. */
export const openPath = (hasher: Hasher, nodes: NodeReader, depth: number, index: number): bigint[][] =>
  Array.from({ length: depth }, (_, level) =>
    childrenOf(hasher, nodes, level + 1, Math.floor(index / ARITY ** (level + 1))),
  );

/** The root that a leaf and a path as given by openPath lead to; the path's own child is ignored. */
export function rootFromPath(
  hasher: Hasher,
  leaf: bigint,
  index: number,
  path: readonly (readonly bigint[])[],
): bigint {
  let node = leaf;
  let rest = index;
  for (const siblings of path) {
    node = hasher.poseidon(siblings.map((sibling, i) => (i === rest % ARITY ? node : sibling)));
    rest = Math.floor(rest / ARITY);
  }
  return node;
}
