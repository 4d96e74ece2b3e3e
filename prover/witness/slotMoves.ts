import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { INTENT_TREE_DEPTH, intentSlot } from '../../node/core/protocol/limits.ts';
import { MemoryNodes } from '../../node/core/tree/nodeStore.ts';
import type { BatchOpening } from './batchOpening.ts';
import { Octree } from './octree.ts';

const WHOLE = (1n << 32n) - 1n;

/** How a signed row moves its intent slot. */
export interface SlotMove {
  readonly nonceBefore: bigint;
  readonly filledBefore: bigint;
  readonly siblings: readonly (readonly bigint[])[];
  readonly rootBefore: bigint;
  readonly rootAfter: bigint;
}

export interface SlotMoves {
  readonly withdrawals: readonly SlotMove[];
  /** null: a liquidation. */
  readonly trades: readonly (SlotMove | null)[];
  /** Intents roots of each account before and after all rows. */
  readonly roots: ReadonlyMap<number, { readonly before: bigint; readonly after: bigint }>;
}

/** Moves one slot of the tree to (nonce, filled before if the nonce is the same, plus lots). */
const moveSlot = (tree: Octree, nonce: number, lots: bigint): SlotMove => {
  const slot = intentSlot(nonce);
  const leaf = tree.get(slot);
  const nonceBefore = leaf >> 32n;
  const filledBefore = leaf & WHOLE;
  const siblings = tree.path(slot);
  const rootBefore = tree.root;
  tree.set(slot, (BigInt(nonce) << 32n) + (nonceBefore === BigInt(nonce) ? filledBefore : 0n) + lots);
  return { nonceBefore, filledBefore, siblings, rootBefore, rootAfter: tree.root };
};

/**
 * Every signed row's move, an account's rows in order of nonce (two nonces may share a slot) and, for intents that share
 * one, of their bounds: the order in which core moves them.
 */
export const slotMoves = (hasher: Hasher, { rows, accounts, slotNodes, authorisations }: BatchOpening): SlotMoves => {
  const trees = new Map(
    accounts.map(({ account }) => [account, new Octree(hasher, INTENT_TREE_DEPTH, slotNodes(account))]),
  );
  const before = new Map([...trees].map(([account, tree]) => [account, tree.root]));
  const signed = [
    ...rows.withdrawals.map(({ account, nonce }, at) => ({ account, nonce, lots: WHOLE, list: 'w', at, most: WHOLE })),
    ...rows.trades.flatMap(({ account, nonce, lots, liquidation }, at) => {
      const most = BigInt(authorisations.trades[at]?.intent.maxLots ?? 0);
      return liquidation ? [] : [{ account, nonce, lots: BigInt(lots), list: 't', at, most }];
    }),
  ].sort((a, b) => a.nonce - b.nonce || Number(a.most - b.most));
  const found = new Map<string, SlotMove>();
  for (const { account, nonce, lots, list, at } of signed) {
    const tree = trees.get(account);
    if (tree === undefined) throw new Error(`account ${account} has a row but is not among the accounts touched`);
    found.set(`${list}${at}`, moveSlot(tree, nonce, lots));
  }
  const roots = new Map(
    [...trees].map(([account, tree]) => [account, { before: before.get(account) ?? 0n, after: tree.root }]),
  );
  return {
    withdrawals: rows.withdrawals.flatMap((_, i) => found.get(`w${i}`) ?? []),
    trades: rows.trades.map((_, i) => found.get(`t${i}`) ?? null),
    roots,
  };
};

/** A move for rows that sign nothing: any tree will do, the circuit ignores its roots. */
export const idleMove = (hasher: Hasher, lots: bigint): SlotMove =>
  moveSlot(new Octree(hasher, INTENT_TREE_DEPTH, new MemoryNodes()), 0, lots);
