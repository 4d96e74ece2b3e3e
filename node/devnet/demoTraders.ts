import type { Cryptography } from '../crypto/cryptography.ts';
import type { RpcClient } from '../rpc/client.ts';
import { getIndex } from '../rpc/methods/market.ts';
import { RpcError } from '../rpc/rpcError.ts';
import { readBatches, unproved } from './batchView.ts';
import type { DevnetL1 } from './l1Wallet.ts';
import { readMarket, type Ticker } from './marketView.ts';
import { quotesAround } from './quoting.ts';
import { callVertical, outright, straddle } from './taking.ts';
import { type Exchange, type Order, Trader } from './trader.ts';

export interface DemoConfig {
  readonly l1: DevnetL1;
  readonly cryptography: Cryptography;
  readonly exchange: Exchange;
  readonly rpc: RpcClient;
  /** False: the takers go through their orders once; makers quote on. */
  readonly isEndless: boolean;
  readonly log: (line: string) => void;
}

export interface DemoTraders {
  /** One round: requote after a new report, then at most one taker's order if proving keeps up. */
  readonly step: () => Promise<void>;
  readonly accounts: readonly Trader[];
  /** The one that withdraws. */
  readonly withdrawer: Trader;
  /** Amount that it asked for, cash units; 0 before. */
  readonly asked: () => bigint;
}

const ONE_USDC = 1_000_000n;
const DEPOSITS = {
  'maker one': 2_000_000n,
  'maker two': 2_000_000n,
  taker: 50_000n,
  spreader: 50_000n,
  bull: 10_000n,
  bear: 10_000n,
} as const;
type Name = keyof typeof DEPOSITS;
const MAKERS = ['maker one', 'maker two'] as const;

/** Unproved batches above which the takers wait: a two-core machine proves one in some ten seconds. */
const PATIENCE_BATCHES = 3;
const WITHDRAWAL = 5_000n * ONE_USDC;
/** Share of what a future's margin takes (15% of the index and the charge) that bull and bear use. */
const RECKLESS_PPM = 930_000n;
const FUTURE_MARGIN_PPM = 152_000n;

/** Opens every demo trader's account on L1. */
export async function openDemoTraders(config: DemoConfig): Promise<DemoTraders> {
  const names = Object.keys(DEPOSITS) as Name[];
  const traders = new Map<Name, Trader>();
  for (const name of names) {
    const trader = await Trader.create(name, config.l1, config.cryptography, config.exchange, config.rpc);
    await trader.open(config.l1, DEPOSITS[name] * ONE_USDC);
    traders.set(name, trader);
  }
  const get = (name: Name): Trader => traders.get(name) as Trader;
  const script = takingScript(get, config);
  let quotedAt: number | null = null;
  let asked = 0n;
  let turn = 0;

  async function requote(market: readonly Ticker[]): Promise<void> {
    const index = await config.rpc.call(getIndex);
    if (index.timeSec === null || index.timeSec === quotedAt) return;
    // Both first: after a jump the quotes of one would trade with what the other has left standing.
    for (const name of MAKERS) await get(name).cancelAll();
    for (const [name, share] of [
      ['maker one', 20_000n],
      ['maker two', 24_000n],
    ] as const) {
      const quotes = quotesAround(market, share);
      if (quotes.length > 0) await get(name).quote(quotes);
    }
    quotedAt = index.timeSec;
  }

  async function take(market: readonly Ticker[]): Promise<void> {
    if (turn >= script.length && !config.isEndless) return;
    if (unproved(await readBatches(config.rpc)) > PATIENCE_BATCHES) return;
    const action = script[turn % script.length];
    if (action === undefined) return;
    if (turn < script.length || action.isRepeated) {
      if (!(await action.run(market))) return;
    }
    if (asked === 0n && turn >= 2) {
      const { rejection } = await get('taker').withdraw(WITHDRAWAL);
      if (rejection === null) asked = WITHDRAWAL;
      config.log(`taker asks for 5,000 USDC: ${rejection === null ? 'taken up' : rejection.message}`);
    }
    turn += 1;
  }

  return {
    accounts: [...traders.values()],
    withdrawer: get('taker'),
    asked: () => asked,
    step: async () => {
      try {
        await requote(await readMarket(config.rpc));
        await take(await readMarket(config.rpc));
      } catch (error) {
        // Refusals of the node (no fresh report, busy) pass; what does not pass is found by the goals' time limit.
        if (!(error instanceof RpcError)) throw error;
        config.log(error.message);
      }
    },
  };
}

interface Action {
  /** Also in later rounds of the script. */
  readonly isRepeated: boolean;
  /** True when it is done with, false to try again in the next step. */
  readonly run: (market: readonly Ticker[]) => Promise<boolean>;
}

function takingScript(get: (name: Name) => Trader, { log }: DemoConfig): readonly Action[] {
  const send = async (name: Name, what: string, order: Order | null): Promise<boolean> => {
    if (order === null) return false;
    const { fills, rejection } = await get(name).order(order);
    log(`${name}: ${what}: ${rejection === null ? `${fills.length} fills` : rejection.message}`);
    return rejection === null && fills.length > 0;
  };
  const firstOf = (market: readonly Ticker[], term: 'near' | 'far', kind: string): Ticker | undefined => {
    const live = market.filter(({ status }) => status === 'live');
    const expiries = [...new Set(live.map(({ expirySec }) => expirySec))].sort((one, other) => one - other);
    const expiry = term === 'near' ? expiries[0] : expiries.at(-1);
    const found = live.filter((ticker) => ticker.kind === kind && ticker.expirySec === expiry);
    return found[Math.floor(found.length / 2)];
  };
  const single = (name: Name, term: 'near' | 'far', kind: string, side: 'buy' | 'sell', lots: number): Action => ({
    isRepeated: true,
    run: (market) => {
      const ticker = firstOf(market, term, kind);
      return send(
        name,
        `${side} ${lots / 100} ${term} ${kind}`,
        ticker === undefined ? null : outright(ticker, side, lots),
      );
    },
  });
  const farExpiry = (market: readonly Ticker[]): number => Math.max(...market.map(({ expirySec }) => expirySec));
  const reckless = (name: 'bull' | 'bear', side: 'buy' | 'sell'): Action => ({
    isRepeated: false,
    run: (market) => {
      const ticker = firstOf(market, 'far', 'future');
      if (ticker === undefined || ticker.index === null) return Promise.resolve(false);
      const spend = (DEPOSITS[name] * ONE_USDC * RECKLESS_PPM) / FUTURE_MARGIN_PPM;
      const lots = Number(spend / ticker.index);
      return send(name, `${side} ${lots / 100} far future, all that margin allows`, outright(ticker, side, lots));
    },
  });
  return [
    single('taker', 'near', 'call', 'buy', 100),
    { isRepeated: true, run: (market) => send('spreader', 'straddle', straddle(market, farExpiry(market), 50)) },
    reckless('bull', 'buy'),
    reckless('bear', 'sell'),
    single('taker', 'far', 'put', 'buy', 80),
    {
      isRepeated: true,
      run: (market) => send('spreader', 'call vertical', callVertical(market, farExpiry(market), 60)),
    },
    single('taker', 'far', 'put', 'sell', 80),
    single('spreader', 'far', 'future', 'sell', 20),
    single('spreader', 'far', 'future', 'buy', 20),
  ];
}
