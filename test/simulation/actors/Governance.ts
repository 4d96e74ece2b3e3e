import type { Address } from 'viem';
import type { Call } from '../chain/contract.ts';
import type { SimulatedChain } from '../chain/SimulatedChain.ts';
import type { Faults } from '../world/Faults.ts';
import type { Scheduler } from '../world/Scheduler.ts';
import type { Streams } from '../world/Streams.ts';
import { GOVERNANCE, MAX_PAUSE_SEC, START_SEC } from '../world/settings.ts';
import { MARKET, type Market } from './Market.ts';
import { ORACLES, QUORUM } from './Oracles.ts';

type ListingOptions = Pick<GovernanceOptions, 'chain' | 'market' | 'streams'>;

export interface GovernanceOptions {
  readonly scheduler: Scheduler;
  readonly streams: Streams;
  readonly faults: Faults;
  readonly chain: SimulatedChain;
  readonly market: Market;
  readonly oracles: readonly Address[];
  readonly send: (call: Call) => void;
}

const TURN_SEC = 150;
const MOST_LISTED = 20;
const STRIKE_STEP = 1_000_000n;
const KINDS = { call: 1, put: 2, future: 3 } as const;

/** Lists series and ends them, pauses, and replaces the committee. */
export const startGovernance = (options: GovernanceOptions): void => {
  const { chain, faults, oracles, scheduler, send, streams } = options;
  const nowSec = (): number => Math.floor(scheduler.nowMs / 1000);
  const random = streams.of('governance');
  const turn = (): void => {
    scheduler.after(random.between(TURN_SEC / 2, TURN_SEC) * 1000, turn);
    const known = [...chain.head.state.listings.values()];
    const past = known.filter(({ delisted, instrument }) => !delisted && instrument.expirySec < nowSec() - 60);
    if (past.length > 0 && random.chance(70)) {
      send({ name: 'delistInstruments', args: [past.map(({ instrument }) => instrument.instrument)] });
    }
    if (known.filter(({ delisted }) => !delisted).length <= MOST_LISTED - 5) {
      send(listing(options, nowSec(), nowSec() + random.between(240, 1_200)));
    }
  };
  turn();
  faults.schedule('pause', () => {
    if (nowSec() < chain.head.state.pausedUntil) return;
    send({ name: 'setPause', args: [nowSec() + streams.of('pause').between(20, MAX_PAUSE_SEC)] });
  });
  faults.schedule('committee', () => {
    const { latest } = chain.head.state.committee;
    const isFirst = latest.oracles.includes(oracles[0] ?? GOVERNANCE);
    const members = isFirst ? oracles.slice(1, ORACLES) : oracles.slice(0, ORACLES - 1);
    send({ name: 'setOracleCommittee', args: [members, QUORUM] });
  });
};

/** What was listed before the exchange opened: its notice is over soon, if not already, and reports must show it. */
export const firstListing = (options: ListingOptions): Call => {
  const { streams } = options;
  return listing(options, START_SEC, START_SEC + streams.of('first listing').between(400, 3_000));
};

/** Two strikes around the spot, both kinds, and sometimes the future: one expiry. */
const listing = ({ chain, market, streams }: ListingOptions, now: number, expiry: number): Call => {
  const random = streams.of('listing');
  const last = Math.max(MARKET << 16, ...chain.head.state.listings.keys());
  const around = (market.priceAt(now) / STRIKE_STEP) * STRIKE_STEP;
  const strikes = [
    around - BigInt(random.between(0, 2)) * STRIKE_STEP,
    around + BigInt(random.between(1, 3)) * STRIKE_STEP,
  ];
  const series = strikes.flatMap((strike) => [
    { kind: KINDS.call, strike: Number(strike) },
    { kind: KINDS.put, strike: Number(strike) },
  ]);
  if (random.chance(40)) series.push({ kind: KINDS.future as never, strike: 0 });
  return { name: 'listInstruments', args: [series.map((one, at) => ({ id: last + 1 + at, expiry, ...one }))] };
};
