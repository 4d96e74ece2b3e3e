import type { Alarms } from '../alarms.ts';
import type { MachineView } from '../core/machine/machineView.ts';
import type { Entry } from '../core/protocol/entry.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import type { L1Event } from '../l1/l1Event.ts';
import type { Sequencer } from './sequencer.ts';

/** Turns what L1 says into entries, each once, however often L1 is read again. */
export interface L1Feed {
  readonly onEvents: (events: readonly L1Event[]) => Promise<void>;
  /** Tries again to delist what accounts still held, and lists what waited for room. */
  readonly retryListings: () => Promise<void>;
  /** Whether either has anything to do. It is known from L1 alone. */
  readonly isPending: () => boolean;
}

export interface ListedState {
  readonly view: Pick<MachineView, 'counters' | 'instruments' | 'instrumentLimit' | 'timeSec'>;
  /** Whether the log has ever listed the instrument. */
  readonly wasListed: (instrument: number) => boolean;
}

interface Feed extends ListedState {
  readonly sequencer: Pick<Sequencer, 'submitOwn'>;
  readonly alarms: Pick<Alarms, 'raise' | 'clear'>;
  readonly toDelist: Set<number>;
  /** In L1's order. */
  readonly toList: Map<number, Instrument>;
  listing: boolean;
}

/**
 * L1 may list more instruments than a risk table has rows, and a report that priced them all would be refused: those
 * beyond wait here, in L1's order, until others are settled and delisted. LISTING_WAITS says which.
 */
export const createL1Feed = (
  { view, wasListed }: ListedState,
  sequencer: Pick<Sequencer, 'submitOwn'>,
  alarms: Pick<Alarms, 'raise' | 'clear'>,
): L1Feed => {
  const [toDelist, toList] = [new Set<number>(), new Map<number, Instrument>()];
  const feed: Feed = { view, wasListed, sequencer, alarms, toDelist, toList, listing: false };
  return {
    onEvents: async (events) => {
      const entries = toEntries(feed, events);
      if (entries.length > 0) await sequencer.submitOwn(entries);
      await retryListings(feed);
    },
    retryListings: () => retryListings(feed),
    isPending: () => toDelist.size > 0 || toList.size > 0,
  };
};

/** Ops as they are; listings are remembered. */
const toEntries = ({ view, wasListed, toDelist, toList }: Feed, events: readonly L1Event[]): Entry[] => {
  const known = view.counters().l1OpsTaken;
  return events.flatMap((event): Entry[] => {
    if (event.type === 'l1Op') return event.index < known ? [] : [event];
    if (event.type === 'list') {
      const { instrument } = event;
      if (!wasListed(instrument.instrument)) toList.set(instrument.instrument, instrument);
    } else {
      toList.delete(event.instrument);
      // Also what waited: it may be on its way into the log.
      toDelist.add(event.instrument);
    }
    return [];
  });
};

/** One at a time: the room is what the listings under way have left. */
const retryListings = async (feed: Feed): Promise<void> => {
  if (feed.listing) return;
  feed.listing = true;
  try {
    await delistSettled(feed);
    await listWhatFits(feed);
  } finally {
    feed.listing = false;
  }
};

const delistSettled = async ({ view, sequencer, toDelist }: Feed): Promise<void> => {
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

const listWhatFits = async (feed: Feed): Promise<void> => {
  const { view, sequencer, toList } = feed;
  const now = view.timeSec();
  for (const [id, { expirySec }] of toList) if (expirySec <= now) toList.delete(id);
  const room = Math.max(0, view.instrumentLimit() - view.instruments().length);
  const next = [...toList.values()].slice(0, room);
  const entries = next.map((instrument) => ({ type: 'list', instruments: [instrument] }) as const);
  if (entries.length > 0) await sequencer.submitOwn(entries);
  // Only now: until they are in the log, it is here that they are known.
  for (const { instrument } of next) toList.delete(instrument);
  showWaiting(feed);
};

const showWaiting = ({ view, alarms, toList }: Feed): void => {
  const waiting = [...toList.keys()];
  if (waiting.length === 0) {
    alarms.clear('LISTING_WAITS');
    return;
  }
  const most = view.instrumentLimit();
  const message = `L1 lists more than the ${most} instruments that a report can price; ${waiting.join(', ')} will trade once others are settled and delisted: delist them on L1, or deploy a larger preset`;
  alarms.raise({ code: 'LISTING_WAITS', message, data: { waiting, most } });
};
