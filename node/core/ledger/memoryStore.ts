import type { Hasher } from '../crypto/hasher.ts';
import type { AccountRecord } from '../protocol/account.ts';
import { ACCOUNT_TREE_DEPTH, INTENT_TREE_DEPTH } from '../protocol/limits.ts';
import { MemoryNodes, type NodeReader } from '../tree/nodeStore.ts';
import { treeRoot, updateLeaves, updateTrees } from '../tree/octTree.ts';
import { invariant } from '../units/invariant.ts';
import { accountLeaves } from './accountLeaf.ts';
import type { BatchTransition } from './batchTransition.ts';
import { LedgerError } from './LedgerError.ts';
import type { LedgerStore } from './ledgerStore.ts';
import { GENESIS_HEAD, type StateHead, stateRoot } from './stateRoot.ts';

const EMPTY = new MemoryNodes();
/** Accounts whose trees are hashed together: many at once are faster, all at once would need memory for all. */
const ACCOUNTS_PER_CALL = 256;

const inGroups = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/** The whole state in memory: accounts, their tree and every slot tree. */
export class MemoryStore implements LedgerStore {
  readonly #hasher: Hasher;
  readonly #accounts = new Map<number, AccountRecord>();
  readonly #accountNodes = new MemoryNodes();
  readonly #slotNodes = new Map<number, MemoryNodes>();
  #head: StateHead;

  /** Rebuilds the trees of the given accounts; none: genesis. */
  constructor(hasher: Hasher, accounts: Iterable<readonly [number, AccountRecord]> = [], head = GENESIS_HEAD) {
    this.#hasher = hasher;
    this.#head = head;
    const leaves: [number, bigint][] = [];
    for (const group of inGroups([...accounts], ACCOUNTS_PER_CALL)) {
      const trees = group.map(([, { slots }]) => ({ nodes: new MemoryNodes(), leaves: slots }));
      const roots = updateTrees(hasher, INTENT_TREE_DEPTH, trees);
      const contents = group.map(([, account], at) => ({ account, intentsRoot: roots[at] ?? 0n }));
      accountLeaves(hasher, contents).forEach((leaf, at) => {
        const [id, record] = group[at] ?? [];
        const nodes = trees[at]?.nodes;
        invariant(id !== undefined && record !== undefined && nodes !== undefined, 'every account has one leaf');
        this.#accounts.set(id, record);
        this.#slotNodes.set(id, nodes);
        leaves.push([id, leaf]);
      });
    }
    if (leaves.length > 0) updateLeaves(hasher, this.#accountNodes, ACCOUNT_TREE_DEPTH, leaves);
  }

  readonly head = (): StateHead => this.#head;

  readonly account = (id: number): AccountRecord | null => this.#accounts.get(id) ?? null;

  get accountNodes(): NodeReader {
    return this.#accountNodes;
  }

  readonly slotNodes = (id: number): NodeReader => this.#slotNodes.get(id) ?? EMPTY;

  /** Every account, in order of id. */
  accounts(): [number, AccountRecord][] {
    return [...this.#accounts].sort(([a], [b]) => a - b);
  }

  accountsRoot(): bigint {
    return treeRoot(this.#hasher, this.#accountNodes, ACCOUNT_TREE_DEPTH);
  }

  stateRoot(domain: bigint): bigint {
    return stateRoot(this.#hasher, domain, this.accountsRoot(), this.#head);
  }

  /** Takes over a transition that applyRows made from this very state. */
  commit(transition: BatchTransition): void {
    if (transition.headBefore.batchNumber !== this.#head.batchNumber) {
      throw new LedgerError('LEDGER_BATCH_NUMBER', 'a transition was made from another state than it is committed to', {
        expected: this.#head.batchNumber,
        found: transition.headBefore.batchNumber,
      });
    }
    for (const { account, after, slotWrites } of transition.accounts) {
      this.#accounts.set(account, after);
      const nodes = this.#slotNodes.get(account) ?? new MemoryNodes();
      for (const { level, index, value } of slotWrites) nodes.set(level, index, value);
      this.#slotNodes.set(account, nodes);
    }
    for (const { level, index, value } of transition.accountNodeWrites) this.#accountNodes.set(level, index, value);
    this.#head = transition.headAfter;
  }
}
