import { type Hasher, hashMany } from '../crypto/hasher.ts';
import { invariant } from '../units/invariant.ts';
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

/** Leaves to set in one tree. */
export interface TreeUpdate {
  readonly nodes: NodeStore;
  readonly leaves: Iterable<readonly [index: number, leaf: bigint]>;
}

/** Sets the leaves of a tree; the indices touched. */
function setLeaves({ nodes, leaves }: TreeUpdate): Set<number> {
  const touched = new Set<number>();
  for (const [index, leaf] of leaves) {
    nodes.set(0, index, leaf);
    touched.add(index);
  }
  return touched;
}

const parentsOf = (touched: ReadonlySet<number>): Set<number> => {
  const parents = new Set<number>();
  for (const index of touched) parents.add(Math.floor(index / ARITY));
  return parents;
};

/**
 * Sets leaves in bulk in several trees of one depth, no two of which share nodes, and returns the new roots. However many
 * leaves lie below an inner node, it is hashed once; a level of all trees is one call of the hasher.
 */
export function updateTrees(hasher: Hasher, depth: number, updates: readonly TreeUpdate[]): bigint[] {
  let touched = updates.map(setLeaves);
  for (let level = 1; level <= depth; level++) {
    touched = touched.map(parentsOf);
    const places = updates.flatMap(({ nodes }, tree) =>
      [...(touched[tree] ?? [])].map((parent) => ({ nodes, parent })),
    );
    const children = places.flatMap(({ nodes, parent }) => childrenOf(hasher, nodes, level, parent));
    const hashes = hashMany(hasher, ARITY, children);
    places.forEach(({ nodes, parent }, at) => {
      const hash = hashes[at];
      invariant(hash !== undefined, 'a hasher answers every question');
      nodes.set(level, parent, hash);
    });
  }
  return updates.map(({ nodes }) => treeRoot(hasher, nodes, depth));
}

/** Sets leaves in bulk in one tree and returns the new root. */
export const updateLeaves = (hasher: Hasher, nodes: NodeStore, depth: number, leaves: TreeUpdate['leaves']): bigint =>
  updateTrees(hasher, depth, [{ nodes, leaves }])[0] ?? 0n;

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
