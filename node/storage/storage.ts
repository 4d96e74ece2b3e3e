/**
 * The disk as the node uses it, in three kinds: ordered tables, whole files and one file of slots. What is promised of each is what
 * survives a crash; a simulation may lose or tear everything else. Implemented over Level and the file system by `openDiskStorage`.
 */
export interface Storage {
  /** Shown in messages: a directory, say. */
  readonly name: string;
  /** Opened for one holder. @throws StorageError */
  readonly openTable: (name: string) => Promise<Table>;
  readonly openFolder: (name: string) => Promise<Folder>;
  readonly openSlotFile: (name: string) => Promise<SlotFile>;
}

/** Keys ascending as unsigned bytes. */
export interface Table {
  /** All or nothing, in this order; durable when it resolves. A null value deletes. */
  readonly write: (changes: readonly Change[]) => Promise<void>;
  readonly get: (key: Uint8Array) => Promise<Uint8Array | undefined>;
  /** Rows from `from` on, as they were when the iteration began. */
  readonly iterate: (from: Uint8Array) => AsyncIterable<readonly [Uint8Array, Uint8Array]>;
  /** The last key below `before`. */
  readonly lastKey: (before: Uint8Array) => Promise<Uint8Array | undefined>;
  readonly close: () => Promise<void>;
}

export interface Change {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

/** Files that are written whole. */
export interface Folder {
  readonly names: () => Promise<readonly string[]>;
  /** @throws the file system's error if there is no such file */
  readonly read: (name: string) => Promise<Uint8Array>;
  /** Durable when it resolves; a crash before leaves the old content or the new, never a mixture. */
  readonly replace: (name: string, bytes: Uint8Array) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

/** A small file written in place. */
export interface SlotFile {
  /** Empty when new. */
  readonly read: () => Promise<Uint8Array>;
  /** Survives the death of the process when it resolves; a power cut only after `sync`. A crash may tear it. */
  readonly writeAt: (position: number, bytes: Uint8Array) => Promise<void>;
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}
