/**
 * A head: the sequencer's one signature over a durable group of entries (protocol, section 8). All entries from `first` to `last`
 * stand under it, and every entry of a log stands under exactly one head of an epoch.
 */
export interface Head {
  /** Whose key speaks: the number of the last epoch entry, the group's first included; 0 before any. */
  readonly epoch: number;
  /** Index of the group's first entry. */
  readonly first: number;
  readonly last: number;
  /** Of the tree over the group's leaves, 32 bytes (headTree.ts). */
  readonly root: Uint8Array;
  /** The log's, after the last entry. */
  readonly chainHash: bigint;
  /** The log's time at the last entry. */
  readonly timeSec: number;
}

export interface SignedHead extends Head {
  /** r, s (low), v: 65 bytes as Solidity's ecrecover takes them. */
  readonly signature: Uint8Array;
}

/** The promise that an entry stands at an index: a leaf, its path to a root, and the head that was signed over it. */
export interface Receipt {
  readonly index: number;
  readonly entryHash: bigint;
  /** The log's, after this entry. */
  readonly chainHash: bigint;
  /** Siblings from the leaf upwards, 32 bytes each. */
  readonly path: readonly Uint8Array[];
  readonly head: SignedHead;
}
