import { FIELD_PRIME, type Hasher, hashMany } from '../crypto/hasher.ts';
import type { AccountRecord, Position } from '../protocol/account.ts';
import { CHUNKS_PER_ACCOUNT, INTENT_TREE_DEPTH, POSITIONS_PER_CHUNK } from '../protocol/limits.ts';
import { MemoryNodes, type NodeReader } from '../tree/nodeStore.ts';
import { treeRoot, updateLeaves } from '../tree/octTree.ts';
import { invariant } from '../units/invariant.ts';

const POSITIONS_PER_ELEMENT = 4;
const ELEMENTS_PER_CHUNK = POSITIONS_PER_CHUNK / POSITIONS_PER_ELEMENT;
const LEAF_ELEMENTS = 5 + CHUNKS_PER_ACCOUNT;
const POSITION_BITS = 52n;
const LOTS_OFFSET = 2 ** 31;
const emptyChunkOf = new WeakMap<Hasher, bigint>();

const packPosition = (position: Position | undefined): bigint =>
  BigInt(position?.instrument ?? 0) + (BigInt((position?.lots ?? 0) + LOTS_OFFSET) << 20n);

/** Four elements of up to 16 positions (protocol, section 3); missing ones are instrument 0, lots 0. */
const packChunk = (positions: readonly Position[]): bigint[] =>
  Array.from({ length: ELEMENTS_PER_CHUNK }, (_, i) => {
    let element = 0n;
    for (let j = POSITIONS_PER_ELEMENT - 1; j >= 0; j--) {
      element = (element << POSITION_BITS) + packPosition(positions[i * POSITIONS_PER_ELEMENT + j]);
    }
    return element;
  });

/** Hash of up to 16 positions. */
export function chunkHash(hasher: Hasher, positions: readonly Position[]): bigint {
  const known = positions.length === 0 ? emptyChunkOf.get(hasher) : undefined;
  if (known !== undefined) return known;
  const hash = hasher.poseidon(packChunk(positions));
  if (positions.length === 0) emptyChunkOf.set(hasher, hash);
  return hash;
}

/** An account as its leaf commits to it: the slots stand for themselves in `intentsRoot`. */
export interface LeafContent {
  readonly account: Omit<AccountRecord, 'slots'>;
  readonly intentsRoot: bigint;
}

/** Poseidon13 of key, owner, cash, intents root and the 8 chunk hashes, for many accounts in two calls of the hasher. */
export function accountLeaves(hasher: Hasher, contents: readonly LeafContent[]): readonly bigint[] {
  const packed: bigint[] = [];
  for (const { account } of contents) {
    const { positions } = account;
    invariant(positions.length <= CHUNKS_PER_ACCOUNT * POSITIONS_PER_CHUNK, 'an account has too many positions');
    for (let at = 0; at < positions.length; at += POSITIONS_PER_CHUNK) {
      packed.push(...packChunk(positions.slice(at, at + POSITIONS_PER_CHUNK)));
    }
  }
  const chunks = hashMany(hasher, ELEMENTS_PER_CHUNK, packed)[Symbol.iterator]();
  const empty = chunkHash(hasher, []);
  const elements = contents.flatMap(({ account: { keyX, keyY, owner, cash, positions }, intentsRoot }) => {
    const hashes = Array.from({ length: CHUNKS_PER_ACCOUNT }, (_, i) => {
      if (i * POSITIONS_PER_CHUNK >= positions.length) return empty;
      const { value } = chunks.next();
      invariant(value !== undefined, 'a hasher answers every question');
      return value;
    });
    return [keyX, keyY, owner, cash < 0n ? cash + FIELD_PRIME : cash, intentsRoot, ...hashes];
  });
  return hashMany(hasher, LEAF_ELEMENTS, elements);
}

export function accountLeaf(hasher: Hasher, account: LeafContent['account'], intentsRoot: bigint): bigint {
  const [leaf] = accountLeaves(hasher, [{ account, intentsRoot }]);
  invariant(leaf !== undefined, 'one account has one leaf');
  return leaf;
}

/** The intent-slot tree of a record, built from nothing. */
export function slotTree(hasher: Hasher, slots: ReadonlyMap<number, bigint>): MemoryNodes {
  const nodes = new MemoryNodes();
  if (slots.size > 0) updateLeaves(hasher, nodes, INTENT_TREE_DEPTH, slots);
  return nodes;
}

export const intentsRoot = (hasher: Hasher, slotNodes: NodeReader): bigint =>
  treeRoot(hasher, slotNodes, INTENT_TREE_DEPTH);
