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
  /** The last of the turns: the room is what those before have left. */
  last: Promise<unknown>;
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
  const feed: Feed = { view, wasListed, sequencer, alarms, toDelist, toList, last: Promise.resolve() };
  return {
    onEvents: (events) =>
      inTurn(feed, async () => {
        const entries = toEntries(feed, events);
        if (entries.length > 0) await sequencer.submitOwn(entries);
        await retry(feed);
      }),
    retryListings: () => inTurn(feed, () => retry(feed)),
    isPending: () => toDelist.size > 0 || toList.size > 0,
  };
};

const inTurn = (feed: Feed, work: () => Promise<void>): Promise<void> => {
  const turn = feed.last.then(work);
  feed.last = turn.catch(() => undefined);
  return turn;
};

const roomFor = ({ view }: Feed): number => Math.max(0, view.instrumentLimit() - view.instruments().length);

/** What L1 says, in its order; listings without room, and all delistings, are remembered. */
const toEntries = (feed: Feed, events: readonly L1Event[]): Entry[] => {
  const { view, wasListed, toDelist, toList } = feed;
  const known = view.counters().l1OpsTaken;
  const listing = new Set<number>();
  const room = toList.size > 0 ? 0 : roomFor(feed);
  return events.flatMap((event): Entry[] => {
    if (event.type === 'l1Op') return event.index < known ? [] : [event];
    if (event.type === 'delist') {
      if (!toList.delete(event.instrument)) toDelist.add(event.instrument);
      return [];
    }
    const { instrument } = event.instrument;
    if (wasListed(instrument) || listing.has(instrument)) return [];
    if (listing.size >= room) {
      toList.set(instrument, event.instrument);
      return [];
    }
    listing.add(instrument);
    return [{ type: 'list', instruments: [event.instrument] }];
  });
};

const retry = async (feed: Feed): Promise<void> => {
  await delistSettled(feed);
  await listWhatFits(feed);
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
  const next = [...toList.values()].slice(0, roomFor(feed));
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
