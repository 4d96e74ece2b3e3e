export type SnapshotErrorCode = 'SNAPSHOT_DAMAGED' | 'SNAPSHOT_OTHER_DEPLOYMENT';

/** A snapshot cannot be used: delete it and replay the log from its start, or from an older snapshot. */
export class SnapshotError extends Error {
  readonly code: SnapshotErrorCode;

  constructor(code: SnapshotErrorCode, detail: string, options?: ErrorOptions) {
    super(`Snapshot refused: ${detail}. Delete it; the node then replays its log from an older one.`, options);
    this.name = 'SnapshotError';
    this.code = code;
  }
}
