import type { Hasher } from '../../node/core/crypto/hasher.ts';

/**
 * A sparse 8-ary Poseidon tree (protocol, section 2): empty leaf 0, the index's least significant 3 bits choose at the
 * leaf level. Holds the nodes that are not empty.
 */
export class Octree {
  readonly #hasher: Hasher;
  readonly #empty: readonly bigint[];
  readonly #levels: readonly Map<number, bigint>[];

  constructor(hasher: Hasher, depth: number, leaves: Iterable<readonly [number, bigint]> = []) {
    this.#hasher = hasher;
    const empty = [0n];
    for (let level = 0; level < depth; level++) empty.push(hasher.poseidon(Array<bigint>(8).fill(empty[level] ?? 0n)));
    this.#empty = empty;
    this.#levels = empty.map(() => new Map<number, bigint>());
    for (const [index, leaf] of leaves) this.set(index, leaf);
  }

  get root(): bigint {
    return this.#node(this.#levels.length - 1, 0);
  }

  get(index: number): bigint {
    return this.#node(0, index);
  }

  set(index: number, leaf: bigint): void {
    this.#levels[0]?.set(index, leaf);
    for (let level = 1, at = index >> 3; level < this.#levels.length; level++, at >>= 3)
      this.#levels[level]?.set(at, this.#hasher.poseidon(this.#children(level - 1, at)));
  }

  /** Leaf level first: the 8 children of each node on the way, the one on the path among them. */
  path(index: number): bigint[][] {
    return this.#levels.slice(1).map((_, level) => this.#children(level, index >> (3 * (level + 1))));
  }

  #node(level: number, at: number): bigint {
    return this.#levels[level]?.get(at) ?? this.#empty[level] ?? 0n;
  }

  #children(level: number, parent: number): bigint[] {
    return Array.from({ length: 8 }, (_, i) => this.#node(level, parent * 8 + i));
  }
}
