import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { type NodeReader, OverlayNodes } from '../../node/core/tree/nodeStore.ts';
import { openPath, treeRoot, updateLeaves } from '../../node/core/tree/octTree.ts';

/** A tree of core's that is changed leaf by leaf in the order of the circuit's rows; the nodes beneath stay as they are. */
export class Octree {
  readonly #hasher: Hasher;
  readonly #depth: number;
  readonly #nodes: OverlayNodes;

  constructor(hasher: Hasher, depth: number, beneath: NodeReader) {
    this.#hasher = hasher;
    this.#depth = depth;
    this.#nodes = new OverlayNodes(beneath);
  }

  get root(): bigint {
    return treeRoot(this.#hasher, this.#nodes, this.#depth);
  }

  get(index: number): bigint {
    return this.#nodes.get(0, index) ?? 0n;
  }

  set(index: number, leaf: bigint): void {
    updateLeaves(this.#hasher, this.#nodes, this.#depth, [[index, leaf]]);
  }

  /** Leaf level first: the 8 children of each node on the way, the one on the path among them. */
  path(index: number): bigint[][] {
    return openPath(this.#hasher, this.#nodes, this.#depth, index);
  }
}
