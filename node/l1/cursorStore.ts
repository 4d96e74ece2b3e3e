import type { Folder } from '../storage/storage.ts';

/** Where a cursor is kept: one small file, written whole. */
export interface CursorStore {
  /** Null: there is none. @throws the disk's error */
  readonly read: () => Promise<string | null>;
  /** Durable when it resolves; a crash before leaves the old one or the new. @throws the disk's error */
  readonly write: (text: string) => Promise<void>;
}

const NAME = 'cursor.json';

export const cursorIn = (folder: Folder): CursorStore => ({
  read: async () => {
    if (!(await folder.names()).includes(NAME)) return null;
    return new TextDecoder().decode(await folder.read(NAME));
  },
  write: (text) => folder.replace(NAME, new TextEncoder().encode(text)),
});
