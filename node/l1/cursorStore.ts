/** Where a cursor is kept: one small file, written whole. */
export interface CursorStore {
  /** Null: there is none. @throws the disk's error */
  readonly read: () => Promise<string | null>;
  /** Durable when it resolves; a crash before leaves the old one or the new. @throws the disk's error */
  readonly write: (text: string) => Promise<void>;
}
