import type { Address, Hex } from 'viem';
import { type Instrument, instrumentKindOf } from '../core/protocol/instrument.ts';
import type { L1 } from '../l1/L1.ts';
import { L1Error } from '../l1/L1Error.ts';
import { readExchange } from '../l1/readContract.ts';
import type { Changing } from './inForce.ts';
import { leapQuorum, type PriceAnchor, type PriceBook, type PriceBound, priceKey } from './priceBound.ts';

/** What L1 judges the next report by, all of one block. */
export interface L1Prices {
  readonly blockTimeSec: number;
  /** Of the report accepted last; 0: none yet. */
  readonly lastReportTimeSec: number;
  readonly bound: Changing<PriceBound>;
  readonly book: PriceBook;
  readonly committee: Changing<Committee>;
}

export interface Committee {
  readonly oracles: readonly Address[];
  readonly quorum: number;
  /** So many signatures let a price leap. */
  readonly leapQuorum: number;
}

/** What a signer reads from L1 itself, so that it need not believe the node that asks. */
export interface OracleL1 {
  /** Null: never listed. A delisted one is priced for as long as someone asks: accounts may hold it. */
  readonly instrument: (id: number) => Promise<Instrument | null>;
  readonly prices: () => Promise<L1Prices>;
}

const MARKETS = Array.from({ length: 16 }, (_, market) => market);

/** Reads what a report is judged by from the exchange's views. Calls throw L1Error. */
export function createOracleL1(l1: L1, exchange: Address): OracleL1 {
  return {
    instrument: async (id): Promise<Instrument | null> => {
      const [listed] = await readExchange(l1, exchange, 'latest', 'instrument', [id]);
      const kind = instrumentKindOf(listed.kind);
      if (kind === undefined) return null;
      return { instrument: id, kind, expirySec: listed.expiry, strike: BigInt(listed.strike) };
    },
    prices: async () => {
      const { hash, timeSec } = await l1.head();
      const [
        bounds,
        [boundsBefore, boundsSince],
        committee,
        committeeBefore,
        committeeSince,
        [, lastReportTimeSec],
        books,
      ] = await Promise.all([
        readExchange(l1, exchange, hash, 'bounds', []),
        readExchange(l1, exchange, hash, 'boundsBefore', []),
        readExchange(l1, exchange, hash, 'oracleCommittee', []),
        readExchange(l1, exchange, hash, 'oracleCommitteeBefore', []),
        readExchange(l1, exchange, hash, 'committeeSince', []),
        readExchange(l1, exchange, hash, 'lastReport', []),
        Promise.all(MARKETS.map((market) => marketBook(l1, exchange, market, hash))),
      ]);
      return {
        blockTimeSec: timeSec,
        lastReportTimeSec,
        bound: { before: boundOf(boundsBefore), sinceSec: boundsSince, latest: boundOf(bounds) },
        book: new Map(books.flat()),
        committee: {
          before: committeeOf(committeeBefore),
          sinceSec: committeeSince,
          latest: committeeOf(committee),
        },
      };
    },
  };
}

interface Bounds {
  readonly deviationBasePpm: number;
  readonly deviationPpmPerSec: number;
  readonly deviationCeilingPpm: number;
}

const boundOf = ({ deviationBasePpm, deviationCeilingPpm, deviationPpmPerSec }: Bounds): PriceBound => ({
  basePpm: BigInt(deviationBasePpm),
  ppmPerSec: BigInt(deviationPpmPerSec),
  ceilingPpm: BigInt(deviationCeilingPpm),
});

const committeeOf = ([oracles, quorum]: readonly [readonly Address[], number]): Committee => ({
  oracles,
  quorum,
  leapQuorum: leapQuorum(oracles.length, quorum),
});

/** The anchors of a market, each of which names the next expiry. @throws L1Error L1_INCONSISTENT for a list without an end */
async function marketBook(l1: L1, exchange: Address, market: number, at: Hex): Promise<[number, PriceAnchor][]> {
  const anchors = new Map<number, PriceAnchor>();
  let expirySec = 0;
  do {
    const key = priceKey(market, expirySec);
    const word = await readExchange(l1, exchange, at, 'priceAnchor', [market, expirySec]);
    if (anchors.has(key)) {
      throw new L1Error('L1_INCONSISTENT', `L1 names expiry ${expirySec} of market ${market} twice`, {
        market,
        expirySec,
      });
    }
    if (word !== 0n) anchors.set(key, unpackAnchor(word));
    expirySec = Number(field(word, 0, 40));
  } while (expirySec !== 0);
  return [...anchors];
}

const field = (word: bigint, offset: number, bits: number): bigint =>
  (word >> BigInt(offset)) & ((1n << BigInt(bits)) - 1n);

/** The word of IStraddleExchange.priceAnchor. */
const unpackAnchor = (word: bigint): PriceAnchor => ({
  price: field(word, 40, 40),
  volatilityPpm: field(word, 80, 32),
  timeSec: Number(field(word, 112, 40)),
  listedAtSec: Number(field(word, 152, 40)),
  listed: Number(field(word, 192, 16)),
});
