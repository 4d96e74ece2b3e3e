import type { Receipt } from '../../core/heads/head.ts';
import type { MachineView } from '../../core/machine/machineView.ts';
import type { InstrumentGreeks } from '../../core/pricing/greeks.ts';
import { handle, type RpcHandler } from '../../rpc/handler.ts';
import type { GivenResult } from '../../rpc/method.ts';
import { MAX_CHANNELS, subscribe, unsubscribe } from '../../rpc/methods/channels.ts';
import * as market from '../../rpc/methods/market.ts';
import { RpcError } from '../../rpc/rpcError.ts';
import { type Feeds, indexPrices, parseChannel, type Subscriber } from '../feeds.ts';
import type { Intake } from '../intake/intake.ts';
import { submissionMethods } from './submissionMethods.ts';

/** What the node says of itself, and of a batch. */
export type Status = GivenResult<typeof market.getStatus>;
export type ShownBatch = GivenResult<typeof market.getBatch>;

export interface PublicMethodsConfig {
  readonly view: MachineView;
  readonly intake: Intake;
  readonly feeds: Feeds;
  readonly receiptAt: (index: number) => Promise<Receipt | null>;
  /** Sensitivities at the report in force; null when it has none for the instrument. */
  readonly greeks: (instrument: number) => InstrumentGreeks | null;
  readonly status: () => Status;
  readonly batch: (batchNumber: number) => Promise<ShownBatch | null>;
  readonly batches: (from: number, limit: number) => Promise<readonly ShownBatch[]>;
}

type Handlers = readonly RpcHandler<Subscriber | null>[];

const notFound = (what: string): RpcError => new RpcError('NOT_FOUND', `there is no ${what}`);

const found = <T>(value: T | null, what: string): T => {
  if (value === null) throw notFound(what);
  return value;
};

const tickerOf = ({ view, greeks }: PublicMethodsConfig, id: number): GivenResult<typeof market.getTicker> => {
  const depth = found(view.depth(id, 1), `instrument ${id}`);
  const row = view.riskTable().find(({ instrument }) => instrument === id);
  return {
    instrument: id,
    timeSec: view.reportTimeSec(),
    mark: row?.values[0] ?? null,
    status: row === undefined ? 'unpriced' : row.status === 0 ? 'live' : 'expired',
    index: view.spot(id >> 16),
    bestBid: depth.bids[0] ?? null,
    bestAsk: depth.asks[0] ?? null,
    lastTrade: view.recentTrades(id).at(-1) ?? null,
    greeks: greeks(id),
  };
};

const readMethods = (config: PublicMethodsConfig): Handlers => {
  const { view } = config;
  return [
    handle(market.getInstruments, () => view.instruments()),
    handle(market.getOrderBook, ({ instrument, depth }) =>
      found(view.depth(instrument, depth), `instrument ${instrument}`),
    ),
    handle(market.getTicker, ({ instrument }) => tickerOf(config, instrument)),
    handle(market.getIndex, () => ({ timeSec: view.reportTimeSec(), prices: indexPrices(view) })),
    handle(market.getStatus, () => config.status()),
    handle(market.getBatch, async ({ batchNumber }) => found(await config.batch(batchNumber), `batch ${batchNumber}`)),
    handle(market.getBatches, ({ from, limit }) => config.batches(from, limit)),
    handle(market.getAccount, ({ account }) => found(view.account(account), `account ${account}`)),
    handle(market.getOpenIntents, ({ account }) => view.openOrders(account)),
    handle(market.getReceipt, async ({ index }) => found(await config.receiptAt(index), `log entry ${index}`)),
  ];
};

const parseChannels = (names: readonly string[]): string[] =>
  names.map((name) => {
    const channel = parseChannel(name);
    if (channel === null) throw new RpcError('INVALID_PARAMS', 'there is no such channel', { channel: name });
    return channel;
  });

const socketOf = (caller: Subscriber | null): Subscriber => {
  if (caller === null) throw new RpcError('INVALID_REQUEST', 'subscriptions need a WebSocket');
  return caller;
};

const channelMethods = ({ feeds }: PublicMethodsConfig): Handlers => [
  handle(subscribe, ({ channels }, caller: Subscriber | null) => {
    const parsed = parseChannels(channels);
    const subscriber = socketOf(caller);
    const names = parsed.filter((name) => !subscriber.channels.has(name));
    if (new Set([...subscriber.channels, ...names]).size > MAX_CHANNELS) {
      throw new RpcError('TOO_MANY_SUBSCRIPTIONS', `a connection has at most ${MAX_CHANNELS} channels`);
    }
    for (const name of new Set(names)) feeds.subscribe(subscriber, name);
    return [...subscriber.channels];
  }),
  handle(unsubscribe, ({ channels }, caller: Subscriber | null) => {
    const subscriber = socketOf(caller);
    for (const name of parseChannels(channels)) feeds.unsubscribe(subscriber, name);
    return [...subscriber.channels];
  }),
];

/** Names of methods that only ask start with it; callers may leave it out. */
export const OPTIONAL_PREFIX = 'public/';

/** The node's public surface. */
export const publicMethods = (config: PublicMethodsConfig): Handlers => [
  ...readMethods(config),
  ...submissionMethods(config.intake),
  ...channelMethods(config),
];
