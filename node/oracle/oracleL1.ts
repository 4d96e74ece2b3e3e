import type { Address, PublicClient } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import { instrumentKindOf } from '../core/protocol/instrument.ts';
import { leapQuorum, type PriceAnchor, type PriceBook, type PriceBound, priceKey } from './priceBound.ts';

/** What L1 judges the next report by, all of one block. */
export interface L1Prices {
  readonly blockTimeSec: number;
  /** Of the report accepted last; 0: none yet. */
  readonly lastReportTimeSec: number;
  readonly bound: PriceBound;
  readonly book: PriceBook;
  readonly committee: readonly Address[];
  readonly quorum: number;
  readonly leapQuorum: number;
}

/** What a signer reads from L1 itself, so that it need not believe the node that asks. */
export interface OracleL1 {
  /** Null: never listed. A delisted one is priced for as long as someone asks: accounts may hold it. */
  readonly instrument: (id: number) => Promise<Instrument | null>;
  readonly prices: () => Promise<L1Prices>;
}

const MARKETS = Array.from({ length: 16 }, (_, market) => market);

/** Reads what a report is judged by from the exchange's views. Calls throw viem's error when L1 does not answer. */
export function createOracleL1(client: PublicClient, address: Address): OracleL1 {
  const contract = { address, abi: straddleExchangeAbi } as const;

  async function marketBook(market: number, blockNumber: bigint): Promise<[number, PriceAnchor][]> {
    const anchors: [number, PriceAnchor][] = [];
    let expirySec = 0;
    do {
      const args = [market, expirySec] as const;
      const word = await client.readContract({ ...contract, functionName: 'priceAnchor', args, blockNumber });
      if (word !== 0n) anchors.push([priceKey(market, expirySec), unpackAnchor(word)]);
      expirySec = Number(field(word, 0, 40));
    } while (expirySec !== 0);
    return anchors;
  }

  return {
    instrument: async (id): Promise<Instrument | null> => {
      const [listed] = await client.readContract({ ...contract, functionName: 'instrument', args: [id] });
      const kind = instrumentKindOf(listed.kind);
      if (kind === undefined) return null;
      return { instrument: id, kind, expirySec: listed.expiry, strike: BigInt(listed.strike) };
    },
    prices: async () => {
      const block = await client.getBlock();
      const at = { ...contract, blockNumber: block.number } as const;
      const [bounds, [committee, quorum], [, lastReportTimeSec], books] = await Promise.all([
        client.readContract({ ...at, functionName: 'bounds' }),
        client.readContract({ ...at, functionName: 'oracleCommittee' }),
        client.readContract({ ...at, functionName: 'lastReport' }),
        Promise.all(MARKETS.map((market) => marketBook(market, block.number))),
      ]);
      return {
        blockTimeSec: Number(block.timestamp),
        lastReportTimeSec,
        bound: {
          basePpm: BigInt(bounds.deviationBasePpm),
          ppmPerSec: BigInt(bounds.deviationPpmPerSec),
          ceilingPpm: BigInt(bounds.deviationCeilingPpm),
        },
        book: new Map(books.flat()),
        committee,
        quorum,
        leapQuorum: leapQuorum(committee.length, quorum),
      };
    },
  };
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
