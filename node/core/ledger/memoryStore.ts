import type { Hasher } from '../crypto/hasher.ts';
import { ACCOUNT_TREE_DEPTH } from '../presets.ts';
import { MemoryNodes, type NodeReader } from '../tree/nodeStore.ts';
import { treeRoot, updateLeaves } from '../tree/octTree.ts';
import type { AccountRecord } from './account.ts';
import { accountLeaf, intentsRoot, slotTree } from './accountLeaf.ts';
import type { BatchTransition } from './batchTransition.ts';
import { LedgerError } from './LedgerError.ts';
import type { LedgerStore } from './ledgerStore.ts';
import { GENESIS_HEAD, type StateHead, stateRoot } from './stateRoot.ts';

const EMPTY = new MemoryNodes();

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
    for (const [id, record] of accounts) {
      const slots = slotTree(hasher, record.slots);
      this.#accounts.set(id, record);
      this.#slotNodes.set(id, slots);
      leaves.push([id, accountLeaf(hasher, record, intentsRoot(hasher, slots))]);
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
