import type { Hasher } from '../../node/core/crypto/hasher.ts';
import type { LedgerOpening } from '../../node/core/ledger/recordingStore.ts';
import { ACCOUNT_TREE_DEPTH } from '../../node/core/presets.ts';
import { MemoryNodes } from '../../node/core/tree/nodeStore.ts';
import { openPath, treeRoot, updateLeaves } from '../../node/core/tree/octTree.ts';
import { Octree } from '../witness/octree.ts';

/** The account tree of a job's opening: right at the accounts that the batch touches, unknown elsewhere. */
export class OpenedTree extends Octree {
  readonly #hasher: Hasher;
  readonly #nodes = new MemoryNodes();

  constructor(hasher: Hasher, opening: LedgerOpening) {
    super(hasher, ACCOUNT_TREE_DEPTH);
    this.#hasher = hasher;
    for (const { level, index, value } of opening.nodes) this.#nodes.set(level, index, value);
  }

  override get root(): bigint {
    return treeRoot(this.#hasher, this.#nodes, ACCOUNT_TREE_DEPTH);
  }

  override get(index: number): bigint {
    return this.#nodes.get(0, index) ?? 0n;
  }

  override set(index: number, leaf: bigint): void {
    updateLeaves(this.#hasher, this.#nodes, ACCOUNT_TREE_DEPTH, [[index, leaf]]);
  }

  override path(index: number): bigint[][] {
    return openPath(this.#hasher, this.#nodes, ACCOUNT_TREE_DEPTH, index);
  }
}
