/**
 * The disk as the node uses it, in three kinds: ordered tables, files written whole, and files written in place. What is promised of
 * each is what survives a crash; a simulation may lose or tear everything else. `diskStorage.ts` is Level and the file system.
 *
 * Every call may throw a StorageError, and nothing else.
 */
export interface Storage {
  /** For messages: the directory, say. */
  readonly name: string;
  /** Creates it if there is none. @throws StorageError STORAGE_LOCKED too: a table has one holder. */
  readonly openTable: (name: string) => Promise<Table>;
  readonly openFolder: (name: string) => Promise<Folder>;
  readonly openFile: (name: string) => Promise<PatchedFile>;
}

/** Keys ascending as unsigned bytes. */
export interface Table {
  /** All or nothing, one synced write: durable when it resolves. */
  readonly write: (changes: readonly Change[]) => Promise<void>;
  readonly get: (key: Uint8Array) => Promise<Uint8Array | undefined>;
  /** Rows from `from` on, as they are when the first is asked for. */
  readonly iterate: (from: Uint8Array) => AsyncIterable<readonly [Uint8Array, Uint8Array]>;
  /** The last key that is less than `before`. */
  readonly lastKey: (before: Uint8Array) => Promise<Uint8Array | undefined>;
  readonly close: () => Promise<void>;
}

export interface Change {
  readonly key: Uint8Array;
  /** Null deletes. */
  readonly value: Uint8Array | null;
}

/** Files that are written whole. */
export interface Folder {
  readonly names: () => Promise<readonly string[]>;
  readonly read: (name: string) => Promise<Uint8Array>;
  /** Durable when it resolves; a crash before leaves the old content or the new, never a mixture. */
  readonly replace: (name: string, bytes: Uint8Array) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

/** A small file written in place. */
export interface PatchedFile {
  /** All of it; empty when new. */
  readonly read: () => Promise<Uint8Array>;
  /** Survives the end of the process when it resolves, a power cut only after `sync`; either may tear it before. */
  readonly writeAt: (position: number, bytes: Uint8Array) => Promise<void>;
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}
