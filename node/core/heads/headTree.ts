import { keccak_256 } from '@noble/hashes/sha3.js';
import { wordToBytes } from '../codec/byteWords.ts';
import { invariant } from '../units/invariant.ts';

/**
 * The tree under a head: binary, keccak256, leaves in the log's order, padded with zeros to the next power of two.
 *
 * A leaf hashes 96 bytes, `abi.encode(uint256 index, uint256 entryHash, uint256 chainHash)`, a node 64, `abi.encode(left, right)`:
 * by their lengths neither can be read as the other, and Solidity checks both with its own encoder.
 */

const HASH_BYTES = 32;
const ZERO: Uint8Array = new Uint8Array(HASH_BYTES);

/** What a leaf promises. */
export interface Leaf {
  readonly index: number;
  readonly entryHash: bigint;
  readonly chainHash: bigint;
}

export const leafHash = ({ index, entryHash, chainHash }: Leaf): Uint8Array => {
  const bytes = new Uint8Array(3 * HASH_BYTES);
  bytes.set(wordToBytes(BigInt(index)), 0);
  bytes.set(wordToBytes(entryHash), HASH_BYTES);
  bytes.set(wordToBytes(chainHash), 2 * HASH_BYTES);
  return keccak_256(bytes);
};

const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(2 * HASH_BYTES);
  bytes.set(left, 0);
  bytes.set(right, HASH_BYTES);
  return keccak_256(bytes);
};

const PADDING: Uint8Array[] = [ZERO];

/** The root of a tree of that height over nothing but zeros. */
const paddingAt = (height: number): Uint8Array => {
  for (let at = PADDING.length; at <= height; at++) {
    const below = PADDING[at - 1] ?? ZERO;
    PADDING.push(nodeHash(below, below));
  }
  return PADDING[height] ?? ZERO;
};

/** Most entries under one head. */
export const MAX_GROUP_ENTRIES = 65_536;

/** Levels above the leaves of a group of that many entries. */
export const headDepth = (entries: number): number => {
  let depth = 0;
  for (let leaves = 1; leaves < entries; leaves *= 2) depth += 1;
  return depth;
};

export interface HeadTree {
  readonly root: Uint8Array;
  /** Siblings of the leaf at this position in the group, from below. */
  readonly path: (position: number) => readonly Uint8Array[];
}

/** Of at least one leaf. */
export const buildHeadTree = (leaves: readonly Leaf[]): HeadTree => {
  invariant(leaves.length > 0 && leaves.length <= MAX_GROUP_ENTRIES, 'a head has one to 65,536 entries');
  const levels: Uint8Array[][] = [leaves.map(leafHash)];
  for (let below = levels[0] ?? []; below.length > 1; below = levels.at(-1) ?? []) {
    const level: Uint8Array[] = [];
    for (let at = 0; at < below.length; at += 2)
      level.push(nodeHash(below[at] ?? ZERO, below[at + 1] ?? paddingAt(levels.length - 1)));
    levels.push(level);
  }
  const path = (position: number): readonly Uint8Array[] =>
    levels.slice(0, -1).map((level, height) => level[(position >> height) ^ 1] ?? paddingAt(height));
  return { root: levels.at(-1)?.[0] ?? ZERO, path };
};

/** The root that a leaf at this position and its siblings lead to. */
export const rootOf = (leaf: Leaf, position: number, path: readonly Uint8Array[]): Uint8Array =>
  path.reduce(
    (node, sibling, height) => ((position >> height) & 1 ? nodeHash(sibling, node) : nodeHash(node, sibling)),
    leafHash(leaf),
  );
