import type { MachineEvent } from '../core/machine/events.ts';
import type { MachineView } from '../core/machine/machineView.ts';

/** What happened on a channel: one object for all its subscribers, so that a door encodes it once. */
export interface FeedMessage {
  readonly channel: string;
  readonly data: unknown;
}

/** One connection, as the feeds see it. */
export interface Subscriber {
  readonly channels: Set<string>;
  /** Passes it on, or drops the connection when its peer does not keep up. */
  readonly deliver: (message: FeedMessage) => void;
}

const CHANNEL = /^(?:(book|trades|account)\.(\d{1,8})|trades\.all|batches|index)$/;

/** A channel's name in its only spelling, or null. */
export const parseChannel = (name: string): string | null => {
  const match = CHANNEL.exec(name);
  if (match === null) return null;
  return match[1] === undefined ? name : `${match[1]}.${Number(match[2])}`;
};

export interface Feeds {
  /** Adds the channel and sends its first message (a book's snapshot). */
  readonly subscribe: (subscriber: Subscriber, channel: string) => void;
  readonly unsubscribe: (subscriber: Subscriber, channel: string) => void;
  readonly drop: (subscriber: Subscriber) => void;
  /** To be called once per applied entry, right after it. */
  readonly onEvents: (events: readonly MachineEvent[]) => void;
  readonly publishBatch: (batch: unknown) => void;
}

const MARKETS = 16;
const SNAPSHOT_LEVELS = 1000;

/** Spots of all markets that the report in force names. */
export const indexPrices = (view: MachineView): { market: number; price: bigint }[] =>
  Array.from({ length: MARKETS }, (_, market) => ({ market, price: view.spot(market) })).flatMap(({ market, price }) =>
    price === null ? [] : [{ market, price }],
  );

type BookChange = Extract<MachineEvent, { type: 'bookChange' }>;

/** A channel's first message; null: it has none. */
const snapshotOf = (view: MachineView, channel: string): unknown => {
  if (channel.startsWith('book.')) {
    const depth = view.depth(Number(channel.slice('book.'.length)), SNAPSHOT_LEVELS);
    const { bids = [], asks = [], changeId = 0 } = depth ?? {};
    return { type: 'snapshot', change_id: changeId, prev_change_id: null, bids, asks };
  }
  return channel === 'index' ? { timeSec: view.reportTimeSec(), prices: indexPrices(view) } : null;
};

/** One message per instrument and entry: change ids of an instrument count without a gap. */
const bookMessages = (changes: readonly BookChange[]): FeedMessage[] =>
  [...Map.groupBy(changes, (change) => change.instrument)].flatMap(([instrument, list]) => {
    const [first, last] = [list[0], list.at(-1)];
    if (first === undefined || last === undefined) return [];
    const levels = list.map(({ side, price, lots }) => ({ side, price, lots }));
    const ids = { change_id: last.changeId, prev_change_id: first.changeId - 1 };
    return [{ channel: `book.${instrument}`, data: { type: 'change', ...ids, levels } }];
  });

const accountsOf = (event: MachineEvent): readonly number[] => {
  switch (event.type) {
    case 'fill':
      return [...new Set([event.maker.account, event.taker.account])];
    case 'l1Op':
      return [event.row.account];
    case 'accepted':
    case 'resting':
    case 'cancelled':
    case 'settled':
    case 'liquidation':
    case 'withdrawal':
      return [event.account];
    default:
      return [];
  }
};

export const createFeeds = (view: MachineView): Feeds => {
  const channels = new Map<string, Set<Subscriber>>();

  const publish = (message: FeedMessage): void => {
    for (const subscriber of [...(channels.get(message.channel) ?? [])]) subscriber.deliver(message);
  };

  const leave = (subscriber: Subscriber, channel: string): void => {
    const subscribers = channels.get(channel);
    subscribers?.delete(subscriber);
    if (subscribers?.size === 0) channels.delete(channel);
  };

  return {
    subscribe: (subscriber, channel) => {
      const subscribers = channels.get(channel) ?? new Set();
      channels.set(channel, subscribers.add(subscriber));
      subscriber.channels.add(channel);
      const first = snapshotOf(view, channel);
      if (first !== null) subscriber.deliver({ channel, data: first });
    },
    unsubscribe: (subscriber, channel) => {
      leave(subscriber, channel);
      subscriber.channels.delete(channel);
    },
    drop: (subscriber) => {
      for (const channel of subscriber.channels) leave(subscriber, channel);
      subscriber.channels.clear();
    },
    onEvents: (events) => {
      if (channels.size === 0) return;
      for (const message of bookMessages(events.filter((event) => event.type === 'bookChange'))) publish(message);
      for (const event of events) {
        for (const account of accountsOf(event)) publish({ channel: `account.${account}`, data: event });
        if (event.type === 'reportApplied') {
          publish({ channel: 'index', data: { timeSec: event.timeSec, prices: indexPrices(view) } });
        }
        if (event.type !== 'fill') continue;
        publish({ channel: `trades.${event.instrument}`, data: event });
        publish({ channel: 'trades.all', data: event });
      }
    },
    publishBatch: (batch) => publish({ channel: 'batches', data: batch }),
  };
};
