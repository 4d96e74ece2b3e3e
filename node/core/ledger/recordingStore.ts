import type { Hasher } from '../crypto/hasher.ts';
import type { AccountRecord } from '../protocol/account.ts';
import { ACCOUNT_TREE_DEPTH } from '../protocol/limits.ts';
import type { NodeReader, NodeWrite } from '../tree/nodeStore.ts';
import { childrenOf, zeroHash } from '../tree/octTree.ts';
import type { LedgerStore } from './ledgerStore.ts';
import type { StateHead } from './stateRoot.ts';

/** The part of a state that a batch reads: enough to replay it, and to build its witness. */
export interface LedgerOpening {
  readonly head: StateHead;
  /** Increasing by id; null: not open. */
  readonly accounts: readonly (readonly [number, AccountRecord | null])[];
  /** Nodes of the account tree beside and on the accounts' paths, empty ones left out. */
  readonly nodes: readonly NodeWrite[];
}

/** Passes everything through and remembers which accounts were read. */
export class RecordingStore implements LedgerStore {
  readonly #beneath: LedgerStore;
  readonly #read = new Map<number, AccountRecord | null>();

  constructor(beneath: LedgerStore) {
    this.#beneath = beneath;
  }

  readonly head = (): StateHead => this.#beneath.head();

  readonly account = (id: number): AccountRecord | null => {
    const record = this.#beneath.account(id);
    this.#read.set(id, record);
    return record;
  };

  get accountNodes(): NodeReader {
    return this.#beneath.accountNodes;
  }

  readonly slotNodes = (id: number): NodeReader => this.#beneath.slotNodes(id);

  /** What was read, with its paths. To be taken before the store beneath moves on. */
  opening(hasher: Hasher): LedgerOpening {
    const nodes = new Map<string, NodeWrite>();
    const keep = (level: number, index: number, value: bigint): void => {
      if (value !== zeroHash(hasher, level)) nodes.set(`${level}/${index}`, { level, index, value });
    };
    for (const id of this.#read.keys()) {
      let index = id;
      for (let level = 1; level <= ACCOUNT_TREE_DEPTH; level++) {
        index = Math.floor(index / 8);
        const first = index * 8;
        childrenOf(hasher, this.accountNodes, level, index).forEach((value, i) => {
          keep(level - 1, first + i, value);
        });
      }
    }
    const root = this.accountNodes.get(ACCOUNT_TREE_DEPTH, 0);
    if (root !== undefined) keep(ACCOUNT_TREE_DEPTH, 0, root);
    const accounts = [...this.#read].sort(([a], [b]) => a - b);
    return { head: this.head(), accounts, nodes: [...nodes.values()] };
  }
}
