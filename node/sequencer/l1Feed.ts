import type { MachineView } from '../core/machine/machineView.ts';
import type { Entry } from '../core/protocol/entry.ts';
import type { L1Event } from '../settlement/l1Events.ts';
import type { Sequencer } from './sequencer.ts';

/** Turns what L1 says into entries, each once, however often L1 is read again. */
export interface L1Feed {
  readonly onEvents: (events: readonly L1Event[]) => Promise<void>;
  /** Tries again what was refused because accounts still held it. */
  readonly retryDelistings: () => Promise<void>;
}

/** `listed`: every instrument that the log has ever listed. */
export const createL1Feed = (view: MachineView, sequencer: Sequencer, listed: Set<number>): L1Feed => {
  const toDelist = new Set<number>();

  const toEntries = (events: readonly L1Event[]): Entry[] => {
    const known = view.counters().l1OpsTaken;
    return events.flatMap((event): Entry[] => {
      if (event.type === 'l1Op') return event.index < known ? [] : [event];
      if (event.type === 'delist') {
        toDelist.add(event.instrument);
        return [];
      }
      if (listed.has(event.instrument.instrument)) return [];
      listed.add(event.instrument.instrument);
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
  };
};
