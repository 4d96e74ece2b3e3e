import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import type { AccountRecord, Position } from '../../node/core/ledger/account.ts';
import { CHUNKS_PER_ACCOUNT, INTENT_TREE_DEPTH, POSITIONS_PER_CHUNK } from '../../node/core/presets.ts';
import { Octree } from './octree.ts';

const EMPTY: Position = { instrument: 0, lots: 0 };

/** Poseidon4 of 16 positions, four to an element of 52-bit parts (protocol, section 3). */
export const chunkHash = (hasher: Hasher, positions: readonly Position[]): bigint => {
  const packed = Array.from({ length: POSITIONS_PER_CHUNK }, (_, i) => {
    const { instrument, lots } = positions[i] ?? EMPTY;
    return BigInt(instrument) + ((BigInt(lots) + (1n << 31n)) << 20n);
  });
  const element = (at: number): bigint =>
    packed.slice(4 * at, 4 * at + 4).reduce((sum, part, j) => sum + (part << BigInt(52 * j)), 0n);
  return hasher.poseidon([0, 1, 2, 3].map(element));
};

/** The account's intent slots as a tree. */
export const intentTree = (hasher: Hasher, record: AccountRecord | null): Octree =>
  new Octree(hasher, INTENT_TREE_DEPTH, record?.slots ?? []);

/** Leaf of an account whose intents root is known (protocol, section 3). */
export const accountLeaf = (hasher: Hasher, record: AccountRecord, intentsRoot: bigint): bigint => {
  const { keyX, keyY, owner, cash, positions } = record;
  const chunks = Array.from({ length: CHUNKS_PER_ACCOUNT }, (_, k) =>
    chunkHash(hasher, positions.slice(k * POSITIONS_PER_CHUNK, (k + 1) * POSITIONS_PER_CHUNK)),
  );
  return hasher.poseidon([
    keyX,
    keyY,
    owner,
    ((cash % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME,
    intentsRoot,
    ...chunks,
  ]);
};
