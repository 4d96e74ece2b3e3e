import type { Entry } from '../core/protocol/entry.ts';
import type { L1Event } from '../l1/l1Event.ts';
import type { Replica } from '../replica/replica.ts';
import type { Sequencer } from './sequencer.ts';

/** Turns what L1 says into entries, each once, however often L1 is read again. */
export interface L1Feed {
  readonly onEvents: (events: readonly L1Event[]) => Promise<void>;
  /** Tries again what was refused because accounts still held it. */
  readonly retryDelistings: () => Promise<void>;
  /** Whether there are such. They are known from L1 alone. */
  readonly isPending: () => boolean;
}

export const createL1Feed = (
  { view, wasListed }: Pick<Replica, 'view' | 'wasListed'>,
  sequencer: Pick<Sequencer, 'submitOwn'>,
): L1Feed => {
  const toDelist = new Set<number>();

  const toEntries = (events: readonly L1Event[]): Entry[] => {
    const known = view.counters().l1OpsTaken;
    const listing = new Set<number>();
    return events.flatMap((event): Entry[] => {
      if (event.type === 'l1Op') return event.index < known ? [] : [event];
      if (event.type === 'delist') {
        toDelist.add(event.instrument);
        return [];
      }
      const { instrument } = event.instrument;
      if (wasListed(instrument) || listing.has(instrument)) return [];
      listing.add(instrument);
      return [{ type: 'list', instruments: [event.instrument] }];
    });
  };

  const retryDelistings = async (): Promise<void> => {
    const present = new Set(view.instruments().map(({ instrument }) => instrument));
    for (const instrument of [...toDelist]) {
      if (!present.has(instrument)) {
        toDelist.delete(instrument);
        continue;
      }
      const [applied] = await sequencer.submitOwn([{ type: 'delist', instruments: [instrument] }]);
      if (applied?.result.rejections[0] === null) toDelist.delete(instrument);
    }
  };

  return {
    onEvents: async (events) => {
      const entries = toEntries(events);
      if (entries.length > 0) await sequencer.submitOwn(entries);
      await retryDelistings();
    },
    retryDelistings,
    isPending: () => toDelist.size > 0,
  };
};
