import { keccak_256 } from '@noble/hashes/sha3.js';
import { writeWord } from '../codec/byteWords.ts';
import { type KeccakMany, keccakManyInJavaScript } from '../crypto/keccakMany.ts';
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

const LEAF_BYTES = 3 * HASH_BYTES;
const NODE_BYTES = 2 * HASH_BYTES;

const leafBytes = (leaves: readonly Leaf[]): Uint8Array => {
  const bytes = new Uint8Array(LEAF_BYTES * leaves.length);
  const view = new DataView(bytes.buffer);
  leaves.forEach(({ index, entryHash, chainHash }, at) => {
    writeWord(view, at * LEAF_BYTES, BigInt(index));
    writeWord(view, at * LEAF_BYTES + HASH_BYTES, entryHash);
    writeWord(view, at * LEAF_BYTES + 2 * HASH_BYTES, chainHash);
  });
  return bytes;
};

export const leafHash = (leaf: Leaf): Uint8Array => keccak_256(leafBytes([leaf]));

const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(NODE_BYTES);
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

/** Hashes of `count` pieces of equal length. */
const hashPieces = (keccakMany: KeccakMany, data: Uint8Array, count: number, pieceBytes: number): Uint8Array => {
  const hashes = keccakMany(data, new Uint32Array(count).fill(pieceBytes));
  invariant(hashes.length === count * HASH_BYTES, 'each piece has a hash');
  return hashes;
};

/** The level above `count` hashes at this height, which are padded to an even number. */
const levelAbove = (keccakMany: KeccakMany, below: Uint8Array, count: number, height: number): Uint8Array => {
  const nodes = (count + 1) >> 1;
  if (count === 2 * nodes) return hashPieces(keccakMany, below, nodes, NODE_BYTES);
  const padded = new Uint8Array(NODE_BYTES * nodes);
  padded.set(below, 0);
  padded.set(paddingAt(height), below.length);
  return hashPieces(keccakMany, padded, nodes, NODE_BYTES);
};

/** Of at least one leaf. */
export const buildHeadTree = (leaves: readonly Leaf[], keccakMany: KeccakMany = keccakManyInJavaScript): HeadTree => {
  invariant(leaves.length > 0 && leaves.length <= MAX_GROUP_ENTRIES, 'a head has one to 65,536 entries');
  const levels: Uint8Array[] = [];
  let root = hashPieces(keccakMany, leafBytes(leaves), leaves.length, LEAF_BYTES);
  for (let count = leaves.length; count > 1; count = (count + 1) >> 1) {
    levels.push(root);
    root = levelAbove(keccakMany, root, count, levels.length - 1);
  }
  const path = (position: number): readonly Uint8Array[] =>
    levels.map((level, height) => {
      const start = ((position >> height) ^ 1) * HASH_BYTES;
      return start < level.length ? level.subarray(start, start + HASH_BYTES) : paddingAt(height);
    });
  return { root, path };
};

/** The root that a leaf at this position and its siblings lead to. */
export const rootOf = (leaf: Leaf, position: number, path: readonly Uint8Array[]): Uint8Array =>
  path.reduce(
    (node, sibling, height) => ((position >> height) & 1 ? nodeHash(sibling, node) : nodeHash(node, sibling)),
    leafHash(leaf),
  );
