/** Nodes of one tree by level (0: leaves) and index; what is not there is empty. */
export interface NodeReader {
  readonly get: (level: number, index: number) => bigint | undefined;
}

export interface NodeStore extends NodeReader {
  readonly set: (level: number, index: number, value: bigint) => void;
}

export interface NodeWrite {
  readonly level: number;
  readonly index: number;
  readonly value: bigint;
}

/** Enough for 24-bit leaf indices. */
const LEVEL_SPAN = 2 ** 25;

export class MemoryNodes implements NodeStore {
  readonly #nodes = new Map<number, bigint>();

  readonly get = (level: number, index: number): bigint | undefined => this.#nodes.get(level * LEVEL_SPAN + index);

  readonly set = (level: number, index: number, value: bigint): void => {
    this.#nodes.set(level * LEVEL_SPAN + index, value);
  };

  /** Every node held. */
  entries(): NodeWrite[] {
    return [...this.#nodes].map(([key, value]) => {
      const level = Math.floor(key / LEVEL_SPAN);
      return { level, index: key - level * LEVEL_SPAN, value };
    });
  }
}

/** Changes kept apart from the nodes beneath, so that a refused batch leaves no trace. */
export class OverlayNodes implements NodeStore {
  readonly #beneath: NodeReader;
  readonly #changes = new MemoryNodes();

  constructor(beneath: NodeReader) {
    this.#beneath = beneath;
  }

  readonly get = (level: number, index: number): bigint | undefined =>
    this.#changes.get(level, index) ?? this.#beneath.get(level, index);

  readonly set = (level: number, index: number, value: bigint): void => this.#changes.set(level, index, value);

  writes(): NodeWrite[] {
    return this.#changes.entries();
  }
}
