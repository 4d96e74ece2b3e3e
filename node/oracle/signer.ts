import type { Address, Hex } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import type { Instrument } from '../core/protocol/instrument.ts';
import type { ExchangeDomain } from '../l1/exchangeDomain.ts';
import { type OracleReport, reportTypedData } from '../l1/reportTypedData.ts';
import { inForceAt } from './inForce.ts';
import { OracleError } from './OracleError.ts';
import type { L1Prices, OracleL1 } from './oracleL1.ts';
import {
  describeRefusal,
  dueExpiries,
  expiryOfKey,
  marketOfKey,
  type PriceBook,
  type PricedReport,
  takeReport,
} from './priceBound.ts';
import type { ReportRequest } from './reportRequest.ts';
import { unpackShownPrice } from './shownPrices.ts';

export interface SignedReport {
  readonly report: OracleReport;
  readonly signer: Address;
  /** 65 bytes. */
  readonly signature: Hex;
}

export interface SignerConfig {
  readonly account: PrivateKeyAccount;
  readonly domain: ExchangeDomain;
  readonly l1: OracleL1;
  /** The market that it prices. */
  readonly market: number;
  /**
   * The report of a slot on these instruments, with these expiries shown besides: a pure function, the same for every
   * honest signer.
   */
  readonly makeReport: (
    timeSec: number,
    instruments: readonly Instrument[],
    expiriesSec: readonly number[],
  ) => OracleReport;
  /** Report times are multiples of this, so that signers sign identical bytes. */
  readonly cadenceSec: number;
  /** How long prices must stay out of reach before they are signed all the same: a leap, which L1 takes from more signers. */
  readonly leapHoldSec: number;
  /** Oldest slot that is still signed. */
  readonly maxLagSec: number;
  readonly nowSec: () => number;
}

export interface Signer {
  readonly address: Address;
  /** @throws OracleError ORACLE_TIME_REFUSED, ORACLE_SLOT_TAKEN, ORACLE_INSTRUMENT_UNLISTED, ORACLE_PRICE_DEVIATES, ORACLE_PRICES_INCOMPLETE */
  readonly sign: (request: ReportRequest) => Promise<SignedReport>;
}

/** What was signed last: another report of the same slot must say the same. */
interface Slot {
  readonly timeSec: number;
  readonly instruments: string;
  readonly expiriesSec: readonly number[];
}

interface State {
  readonly config: SignerConfig;
  /** As if L1 had used every report signed here. */
  signed: PriceBook;
  /** The first slot whose prices were out of reach; null: the last one's were not. */
  leapSinceSec: number | null;
  slot: Slot | null;
}

/**
 * One member of the oracle committee: signs at most one report a slot, none that L1 would refuse for what it leaves out, and
 * a leap of prices only when it has lasted.
 */
export function createSigner(config: SignerConfig): Signer {
  const state: State = { config, signed: new Map(), leapSinceSec: null, slot: null };
  return { address: config.account.address, sign: (request) => sign(state, request) };
}

async function sign(state: State, request: ReportRequest): Promise<SignedReport> {
  const { account, domain, l1, makeReport, market } = state.config;
  const { timeSec } = request;
  checkTime(state, request);
  const [instruments, prices] = await Promise.all([readListed(l1, request.instruments), l1.prices()]);
  // Again: another request may have been signed while L1 was read.
  checkTime(state, request);
  const { slot } = state;
  const expiriesSec = slot?.timeSec === timeSec ? slot.expiriesSec : dueExpiries(prices.book, market, timeSec);
  const report = makeReport(timeSec, instruments, expiriesSec);
  const { book, leap } = checkPrices(state, prices, report);
  state.slot = { timeSec, instruments: request.instruments.join(), expiriesSec };
  state.signed = book;
  state.leapSinceSec = leap;
  const signature = await account.signTypedData(reportTypedData(domain, report));
  return { report, signer: account.address, signature };
}

function checkTime({ config, slot }: State, { timeSec, instruments }: ReportRequest): void {
  const { cadenceSec, maxLagSec } = config;
  const now = config.nowSec();
  if (timeSec % cadenceSec !== 0 || timeSec > now || timeSec < now - maxLagSec) {
    const message = `The time ${timeSec} is no slot of this signer: a multiple of ${cadenceSec} between ${now - maxLagSec} and ${now}.`;
    throw new OracleError('ORACLE_TIME_REFUSED', `${message} Ask for the newest slot.`, { timeSec, now, cadenceSec });
  }
  if (slot === null || timeSec > slot.timeSec) return;
  if (timeSec === slot.timeSec && instruments.join() === slot.instruments) return;
  const message = `Slot ${slot.timeSec} is already signed for instruments ${slot.instruments}. Ask for a later slot.`;
  throw new OracleError('ORACLE_SLOT_TAKEN', message, { timeSec, signed: slot.timeSec });
}

async function readListed(l1: OracleL1, ids: readonly number[]): Promise<readonly Instrument[]> {
  const found = await Promise.all(ids.map((id) => l1.instrument(id)));
  return found.map((instrument, index) => {
    if (instrument !== null) return instrument;
    const message = `Instrument ${ids[index]} is not listed on L1. Ask for listed instruments only.`;
    throw new OracleError('ORACLE_INSTRUMENT_UNLISTED', message, { instrument: ids[index] });
  });
}

/** @return the book after the report, with the slot since when its prices are out of reach */
function checkPrices(
  state: State,
  { book, bound }: L1Prices,
  report: PricedReport,
): { readonly book: PriceBook; readonly leap: number | null } {
  const { leapHoldSec } = state.config;
  const inForce = inForceAt(bound, report.timeSec);
  const own = ofItsMarkets(book, report);
  const leapt = takeReport(own, inForce, report, true);
  if (!leapt.accepted) {
    const message = `L1 would refuse the report of ${report.timeSec}: ${describeRefusal(leapt.refusal)}.`;
    throw new OracleError('ORACLE_PRICES_INCOMPLETE', `${message} Ask for all listed instruments.`, leapt.refusal);
  }
  const verdicts = [own, newer(own, state.signed)].map((past) => takeReport(past, inForce, report, false));
  const refused = verdicts.find(({ accepted }) => !accepted);
  if (refused === undefined || refused.accepted) {
    const [, last] = verdicts;
    return { book: last?.accepted === true ? last.book : leapt.book, leap: null };
  }
  const leap = state.leapSinceSec ?? report.timeSec;
  if (report.timeSec - leap >= leapHoldSec) return { book: leapt.book, leap };
  state.leapSinceSec = leap;
  const message = `In the report of ${report.timeSec} ${describeRefusal(refused.refusal)}.`;
  const advice = `It is signed if it still is at ${leap + leapHoldSec}: check the price source.`;
  throw new OracleError('ORACLE_PRICE_DEVIATES', `${message} ${advice}`, {
    ...refused.refusal,
    timeSec: report.timeSec,
  });
}

/** A signer knows its own markets; whether others are shown is the node's to see to. */
function ofItsMarkets(book: PriceBook, { prices }: PricedReport): PriceBook {
  const markets = new Set(prices.map((word) => unpackShownPrice(word).market));
  return new Map([...book].filter(([key]) => markets.has(marketOfKey(key))));
}

/** L1's book, with the anchors of reports that L1 has not seen yet. */
function newer(book: PriceBook, signed: PriceBook): PriceBook {
  const merged = new Map(book);
  for (const [key, own] of signed) {
    const anchor = book.get(key);
    if (anchor === undefined && expiryOfKey(key) === 0) merged.set(key, own);
    if (anchor === undefined || own.timeSec <= anchor.timeSec) continue;
    merged.set(key, { ...anchor, price: own.price, volatilityPpm: own.volatilityPpm, timeSec: own.timeSec });
  }
  return merged;
}
