import { FIELD_PRIME, type Hasher } from '../crypto/hasher.ts';
import { CHUNKS_PER_ACCOUNT, INTENT_TREE_DEPTH, POSITIONS_PER_CHUNK } from '../presets.ts';
import { MemoryNodes, type NodeReader } from '../tree/nodeStore.ts';
import { treeRoot, updateLeaves } from '../tree/octTree.ts';
import { invariant } from '../units/invariant.ts';
import type { AccountRecord, Position } from './account.ts';

const POSITIONS_PER_ELEMENT = 4;
const POSITION_BITS = 52n;
const LOTS_OFFSET = 2 ** 31;
const emptyChunkOf = new WeakMap<Hasher, bigint>();

const packPosition = (position: Position | undefined): bigint =>
  BigInt(position?.instrument ?? 0) + (BigInt((position?.lots ?? 0) + LOTS_OFFSET) << 20n);

/** Hash of up to 16 positions (protocol, section 3); missing ones are instrument 0, lots 0. */
export function chunkHash(hasher: Hasher, positions: readonly Position[]): bigint {
  const known = positions.length === 0 ? emptyChunkOf.get(hasher) : undefined;
  if (known !== undefined) return known;
  const elements = Array.from({ length: POSITIONS_PER_CHUNK / POSITIONS_PER_ELEMENT }, (_, i) => {
    let element = 0n;
    for (let j = POSITIONS_PER_ELEMENT - 1; j >= 0; j--) {
      element = (element << POSITION_BITS) + packPosition(positions[i * POSITIONS_PER_ELEMENT + j]);
    }
    return element;
  });
  const hash = hasher.poseidon(elements);
  if (positions.length === 0) emptyChunkOf.set(hasher, hash);
  return hash;
}

/** Poseidon13 of key, owner, cash, intents root and the 8 chunk hashes. */
export function accountLeaf(hasher: Hasher, account: Omit<AccountRecord, 'slots'>, intentsRoot: bigint): bigint {
  invariant(account.positions.length <= CHUNKS_PER_ACCOUNT * POSITIONS_PER_CHUNK, 'an account has too many positions');
  const chunks = Array.from({ length: CHUNKS_PER_ACCOUNT }, (_, i) =>
    chunkHash(hasher, account.positions.slice(i * POSITIONS_PER_CHUNK, (i + 1) * POSITIONS_PER_CHUNK)),
  );
  const cash = account.cash < 0n ? account.cash + FIELD_PRIME : account.cash;
  return hasher.poseidon([account.keyX, account.keyY, account.owner, cash, intentsRoot, ...chunks]);
}

/** The intent-slot tree of a record, built from nothing. */
export function slotTree(hasher: Hasher, slots: ReadonlyMap<number, bigint>): MemoryNodes {
  const nodes = new MemoryNodes();
  if (slots.size > 0) updateLeaves(hasher, nodes, INTENT_TREE_DEPTH, slots);
  return nodes;
}

export const intentsRoot = (hasher: Hasher, slotNodes: NodeReader): bigint =>
  treeRoot(hasher, slotNodes, INTENT_TREE_DEPTH);
