import type { Hasher } from '../crypto/hasher.ts';
import type { AccountRecord } from '../protocol/account.ts';
import { ACCOUNT_TREE_DEPTH } from '../protocol/limits.ts';
import { MemoryNodes, type NodeReader } from '../tree/nodeStore.ts';
import { openPath, rootFromPath, treeRoot } from '../tree/octTree.ts';
import { accountLeaf, intentsRoot, slotTree } from './accountLeaf.ts';
import { LedgerError } from './LedgerError.ts';
import type { LedgerStore } from './ledgerStore.ts';
import type { LedgerOpening } from './recordingStore.ts';

/**
 * A state of which only an opening is known. Every record is checked against the opening's root on the way in.
 * @throws LedgerError LEDGER_OPENING if record, path and root do not agree
 */
export function createSparseStore(hasher: Hasher, { head, accounts, nodes }: LedgerOpening): LedgerStore {
  const accountNodes = new MemoryNodes();
  for (const { level, index, value } of nodes) accountNodes.set(level, index, value);
  const records = new Map<number, AccountRecord | null>(accounts);
  const slotTrees = new Map<number, NodeReader>();
  const root = treeRoot(hasher, accountNodes, ACCOUNT_TREE_DEPTH);
  for (const [id, record] of records) {
    const slots = slotTree(hasher, record?.slots ?? new Map());
    slotTrees.set(id, slots);
    const leaf = record === null ? 0n : accountLeaf(hasher, record, intentsRoot(hasher, slots));
    const path = openPath(hasher, accountNodes, ACCOUNT_TREE_DEPTH, id);
    const isStored = (accountNodes.get(0, id) ?? 0n) === leaf;
    if (isStored && rootFromPath(hasher, leaf, id, path) === root) continue;
    throw new LedgerError('LEDGER_OPENING', `account ${id} does not agree with the root of its opening`, {
      account: id,
    });
  }
  const known = <Value>(values: ReadonlyMap<number, Value>, id: number): Value => {
    if (!values.has(id))
      throw new LedgerError('LEDGER_OPENING', `account ${id} is not in the opening`, { account: id });
    return values.get(id) as Value;
  };
  return {
    head: () => head,
    account: (id) => known(records, id),
    accountNodes,
    slotNodes: (id) => known(slotTrees, id),
  };
}
