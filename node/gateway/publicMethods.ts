import { z } from 'zod';
import type { FillEvent, MachineEvent } from '../core/machine/events.ts';
import type { MachineView } from '../core/machine/machineView.ts';
import type { Receipt } from '../sequencer/receipt.ts';
import type { Applied, Signer } from '../sequencer/sequencer.ts';
import type { Door, DoorVerdict } from './door.ts';
import type { DoorRejection } from './doorRejection.ts';
import { type Feeds, indexPrices, parseChannel, type Subscriber } from './feeds.ts';
import { RPC_ERROR, RpcError, type RpcMethod, rpcMethod } from './jsonRpc.ts';
import {
  accountId,
  instrumentId,
  massQuote,
  type SignedIntentParams,
  signedCancel,
  signedIntent,
  signedWithdraw,
} from './submissionSchemas.ts';

export interface PublicMethodsConfig {
  readonly view: MachineView;
  readonly door: Door;
  readonly feeds: Feeds;
  /** @throws RpcError BUSY, ORACLE_STALE, NOT_ACCEPTING */
  readonly submit: (entry: Applied['entry'], signers: readonly Signer[]) => Promise<Applied>;
  readonly receipt: (record: Applied['record']) => Promise<Receipt>;
  readonly receiptAt: (index: number) => Promise<Receipt | null>;
  /** Sensitivities at the report in force; null when it has none for the instrument. */
  readonly greeks: (instrument: number) => unknown;
  readonly status: () => unknown;
  readonly batch: (batchNumber: number) => Promise<unknown>;
  readonly batches: (from: number, limit: number) => Promise<readonly unknown[]>;
}

type Methods = Map<string, RpcMethod<Subscriber | null>>;

const MAX_CHANNELS = 256;

const toSigned = ({ signature, ...intent }: SignedIntentParams) => ({ intent, signature });

const notFound = (what: string): RpcError => new RpcError(RPC_ERROR.NOT_FOUND, `there is no ${what}`);

const readMethods = (config: PublicMethodsConfig): Methods => {
  const { view } = config;
  const byInstrument = z.strictObject({ instrument: instrumentId });
  const byAccount = z.strictObject({ account: accountId });

  const ticker = (id: number) => {
    const depth = view.depth(id, 1);
    if (depth === null) throw notFound(`instrument ${id}`);
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
      greeks: config.greeks(id),
    };
  };

  return new Map([
    ['public/get_instruments', rpcMethod(z.strictObject({}), () => view.instruments())],
    [
      'public/get_order_book',
      rpcMethod(byInstrument.extend({ depth: z.int().min(1).max(1000).default(20) }), ({ instrument, depth }) => {
        const book = view.depth(instrument, depth);
        if (book === null) throw notFound(`instrument ${instrument}`);
        return book;
      }),
    ],
    ['public/get_ticker', rpcMethod(byInstrument, ({ instrument }) => ticker(instrument))],
    [
      'public/get_index',
      rpcMethod(z.strictObject({}), () => ({ timeSec: view.reportTimeSec(), prices: indexPrices(view) })),
    ],
    ['public/get_status', rpcMethod(z.strictObject({}), () => config.status())],
    [
      'public/get_batch',
      rpcMethod(z.strictObject({ batchNumber: z.int().nonnegative() }), async ({ batchNumber }) => {
        const batch = await config.batch(batchNumber);
        if (batch === null) throw notFound(`batch ${batchNumber}`);
        return batch;
      }),
    ],
    [
      'public/get_batches',
      rpcMethod(
        z.strictObject({ from: z.int().nonnegative().default(0), limit: z.int().min(1).max(200).default(50) }),
        ({ from, limit }) => config.batches(from, limit),
      ),
    ],
    [
      'public/get_account',
      rpcMethod(byAccount, ({ account }) => {
        const found = view.account(account);
        if (found === null) throw notFound(`account ${account}`);
        return found;
      }),
    ],
    ['public/get_open_intents', rpcMethod(byAccount, ({ account }) => view.openOrders(account))],
    [
      'public/get_receipt',
      rpcMethod(z.strictObject({ index: z.int().nonnegative() }), async ({ index }) => {
        const receipt = await config.receiptAt(index);
        if (receipt === null) throw notFound(`log entry ${index}`);
        return receipt;
      }),
    ],
  ]);
};

interface Outcome {
  /** Null: refused at the door, not logged. */
  readonly receipt: Receipt | null;
  readonly rejection: DoorRejection | null;
  readonly fills: readonly FillEvent[];
}

const fillsOf = (events: readonly MachineEvent[], account: number, nonce: number): FillEvent[] =>
  events.filter(
    (event): event is FillEvent =>
      event.type === 'fill' && event.taker.account === account && event.taker.nonce === nonce,
  );

const writeMethods = (config: PublicMethodsConfig): Methods => {
  const { door } = config;

  const enter = async (
    judged: Promise<DoorVerdict>,
    entry: Applied['entry'],
    account: number,
    nonce: number,
  ): Promise<Outcome> => {
    // As many turns as a quote's many verdicts: calls are submitted in the order in which they came.
    const [verdict] = await Promise.all([judged]);
    if (verdict.rejection !== null) return { receipt: null, rejection: verdict.rejection, fills: [] };
    const { record, result } = await config.submit(entry, [verdict.signer]);
    const receipt = await config.receipt(record);
    return { receipt, rejection: result.rejections[0] ?? null, fills: fillsOf(result.events, account, nonce) };
  };

  const quote = async (quotes: readonly SignedIntentParams[]) => {
    const signed = quotes.map(toSigned);
    const verdicts = await Promise.all(signed.map((each) => door.intent(each)));
    const passed = signed.filter((_, position) => verdicts[position]?.rejection === null);
    if (passed.length === 0) {
      return { receipt: null, results: verdicts.map(({ rejection }) => ({ rejection, fills: [] })) };
    }
    const signers = verdicts.flatMap((verdict) => (verdict.rejection === null ? [verdict.signer] : []));
    const { record, result } = await config.submit({ type: 'massQuote', quotes: passed }, signers);
    const answers = result.rejections[Symbol.iterator]();
    const results = signed.map(({ intent }, position) => {
      const rejection = verdicts[position]?.rejection ?? answers.next().value ?? null;
      return { rejection, fills: fillsOf(result.events, intent.account, intent.nonce) };
    });
    return { receipt: await config.receipt(record), results };
  };

  return new Map([
    [
      'submit_intent',
      rpcMethod(signedIntent, (params) => {
        const signed = toSigned(params);
        return enter(door.intent(signed), { type: 'intent', signed }, params.account, params.nonce);
      }),
    ],
    ['mass_quote', rpcMethod(massQuote, ({ quotes }) => quote(quotes))],
    [
      'cancel',
      rpcMethod(signedCancel, (params) =>
        enter(door.cancel(params), { type: 'cancel', ...params }, params.account, params.nonce),
      ),
    ],
    [
      'cancel_all',
      rpcMethod(signedCancel, (params) =>
        enter(door.cancelAll(params), { type: 'cancelAll', ...params }, params.account, params.nonce),
      ),
    ],
    [
      'withdraw',
      rpcMethod(signedWithdraw, ({ signature, ...intent }) => {
        const signed = { intent, signature };
        return enter(door.withdraw(signed), { type: 'withdraw', signed }, intent.account, intent.nonce);
      }),
    ],
  ]);
};

const channelMethods = ({ feeds }: PublicMethodsConfig): Methods => {
  const schema = z.strictObject({ channels: z.array(z.string().max(32)).min(1).max(MAX_CHANNELS) });
  const parse = (names: readonly string[]): string[] =>
    names.map((name) => {
      const channel = parseChannel(name);
      if (channel === null) throw new RpcError(RPC_ERROR.INVALID_PARAMS, 'there is no such channel', { channel: name });
      return channel;
    });
  const socketOf = (caller: Subscriber | null): Subscriber => {
    if (caller === null) throw new RpcError(RPC_ERROR.INVALID_REQUEST, 'subscriptions need a WebSocket');
    return caller;
  };
  return new Map([
    [
      'subscribe',
      rpcMethod(schema, ({ channels }, caller: Subscriber | null) => {
        const parsed = parse(channels);
        const subscriber = socketOf(caller);
        const names = parsed.filter((name) => !subscriber.channels.has(name));
        if (new Set([...subscriber.channels, ...names]).size > MAX_CHANNELS) {
          throw new RpcError(RPC_ERROR.TOO_MANY_SUBSCRIPTIONS, `a connection has at most ${MAX_CHANNELS} channels`);
        }
        for (const name of new Set(names)) feeds.subscribe(subscriber, name);
        return [...subscriber.channels];
      }),
    ],
    [
      'unsubscribe',
      rpcMethod(schema, ({ channels }, caller: Subscriber | null) => {
        const subscriber = socketOf(caller);
        for (const name of parse(channels)) feeds.unsubscribe(subscriber, name);
        return [...subscriber.channels];
      }),
    ],
  ]);
};

/** The node's public surface. Every name is also reachable with the prefix public/ left out. */
export const publicMethods = (config: PublicMethodsConfig): Methods => {
  const methods: Methods = new Map([...readMethods(config), ...writeMethods(config), ...channelMethods(config)]);
  for (const [name, method] of [...methods]) {
    if (name.startsWith('public/')) methods.set(name.slice('public/'.length), method);
  }
  return methods;
};
