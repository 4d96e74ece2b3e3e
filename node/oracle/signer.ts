import type { Address, Hex } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import type { Instrument } from '../core/machine/entry.ts';
import { type DeviationBound, isWithinDeviation, type PastSpot } from './deviation.ts';
import { OracleError } from './OracleError.ts';
import { type OracleReport, type ReportDomain, reportTypedData } from './oracleReport.ts';
import type { ReportRequest } from './reportRequest.ts';

export interface SignedReport {
  readonly report: OracleReport;
  readonly signer: Address;
  /** 65 bytes. */
  readonly signature: Hex;
}

/** What a signer reads from L1 itself, so that it need not believe the node that asks. */
export interface OracleL1 {
  /** Null: never listed, or delisted. */
  readonly instrument: (id: number) => Promise<Instrument | null>;
  readonly deviationBound: () => Promise<DeviationBound>;
  /** The spot of the last report that L1 accepted; null: none yet. */
  readonly lastSpot: (market: number) => Promise<PastSpot | null>;
}

export interface SignerConfig {
  readonly account: PrivateKeyAccount;
  readonly domain: ReportDomain;
  readonly l1: OracleL1;
  /** The report of a slot on these instruments: a pure function, the same for every honest signer. */
  readonly makeReport: (timeSec: number, instruments: readonly Instrument[]) => OracleReport;
  /** Report times are multiples of this, so that signers sign identical bytes. */
  readonly cadenceSec: number;
  /** Oldest slot that is still signed. */
  readonly maxLagSec: number;
  readonly nowSec: () => number;
}

export interface Signer {
  readonly address: Address;
  /** @throws OracleError ORACLE_TIME_REFUSED, ORACLE_SLOT_TAKEN, ORACLE_INSTRUMENT_UNLISTED, ORACLE_PRICE_DEVIATES */
  readonly sign: (request: ReportRequest) => Promise<SignedReport>;
}

const MARKET_SHIFT = 40n;
const PRICE_MASK = (1n << MARKET_SHIFT) - 1n;

/** One member of the oracle committee: signs at most one report a slot, and none whose price leaps. */
export function createSigner(config: SignerConfig): Signer {
  const { account, cadenceSec, domain, l1 } = config;
  const lastSigned = new Map<number, PastSpot>();
  let slot: { readonly timeSec: number; readonly instruments: string } | null = null;

  function checkTime({ timeSec, instruments }: ReportRequest): void {
    const now = config.nowSec();
    if (timeSec % cadenceSec !== 0 || timeSec > now || timeSec < now - config.maxLagSec) {
      const message = `The time ${timeSec} is no slot of this signer: a multiple of ${cadenceSec} between ${now - config.maxLagSec} and ${now}.`;
      throw new OracleError('ORACLE_TIME_REFUSED', `${message} Ask for the newest slot.`, { timeSec, now, cadenceSec });
    }
    if (slot === null || timeSec > slot.timeSec) return;
    if (timeSec === slot.timeSec && instruments.join() === slot.instruments) return;
    const message = `Slot ${slot.timeSec} is already signed for instruments ${slot.instruments}. Ask for a later slot.`;
    throw new OracleError('ORACLE_SLOT_TAKEN', message, { timeSec, signed: slot.timeSec });
  }

  async function readListed(ids: readonly number[]): Promise<readonly Instrument[]> {
    const found = await Promise.all(ids.map((id) => l1.instrument(id)));
    return found.map((instrument, index) => {
      if (instrument !== null) return instrument;
      const message = `Instrument ${ids[index]} is not listed on L1. Ask for listed instruments only.`;
      throw new OracleError('ORACLE_INSTRUMENT_UNLISTED', message, { instrument: ids[index] });
    });
  }

  async function checkSpots({ spots, timeSec }: OracleReport): Promise<void> {
    const bound = await l1.deviationBound();
    for (const spot of spots) {
      const [market, price] = [Number(spot >> MARKET_SHIFT), spot & PRICE_MASK];
      for (const past of [await l1.lastSpot(market), lastSigned.get(market) ?? null]) {
        if (past === null || isWithinDeviation(bound, past, price, timeSec)) continue;
        const message = `Market ${market}'s price ${price} is too far from ${past.price} of time ${past.timeSec}.`;
        const advice = 'Nothing is signed until it comes back or time widens the bound: check the price source.';
        throw new OracleError('ORACLE_PRICE_DEVIATES', `${message} ${advice}`, {
          market,
          price,
          last: past.price,
          timeSec,
        });
      }
    }
  }

  return {
    address: account.address,
    sign: async (request) => {
      checkTime(request);
      const report = config.makeReport(request.timeSec, await readListed(request.instruments));
      await checkSpots(report);
      // Again: another request may have been signed while L1 was read.
      checkTime(request);
      slot = { timeSec: request.timeSec, instruments: request.instruments.join() };
      for (const spot of report.spots) {
        lastSigned.set(Number(spot >> MARKET_SHIFT), { price: spot & PRICE_MASK, timeSec: report.timeSec });
      }
      return {
        report,
        signer: account.address,
        signature: await account.signTypedData(reportTypedData(domain, report)),
      };
    },
  };
}
