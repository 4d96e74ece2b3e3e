import type { EncodedEntry } from '../core/codec/entry.ts';

/**
 * The epoch of the head over these entries: what an epoch entry begins, which must be the first of its group and the next in number,
 * or the one that the log is in. A genesis entry must be the log's first group, alone. An assertion: the node itself writes both.
 */
export const groupEpoch = (length: number, epoch: number, entries: readonly EncodedEntry[]): number => {
  let begun = epoch;
  entries.forEach(({ entry }, at) => {
    if (entry.type === 'genesis' && (length > 0 || entries.length > 1)) {
      throw new Error('assertion: a genesis entry is the first group of a log, alone');
    }
    if (entry.type !== 'epoch') return;
    if (at > 0 || entry.epoch !== epoch + 1) {
      throw new Error(`assertion: epoch ${entry.epoch} does not begin a group behind epoch ${epoch}`);
    }
    begun = entry.epoch;
  });
  return begun;
};
