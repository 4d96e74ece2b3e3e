import { instrumentMarket } from '../protocol/ids.ts';
import { INSTRUMENT_KIND, instrumentKindOf } from '../protocol/instrument.ts';
import { PricingInputError, type PricingProblem } from './pricingError.ts';
import {
  type ExpiryInputs,
  type InstrumentInputs,
  type MarketInputs,
  type ReportInputs,
  type SettlementInputs,
  structureProblems,
} from './reportInputs.ts';

/**
 * The one byte string of a report's inputs, posted on L1 so that anyone can rebuild the table. Big-endian:
 *
 *     version 1 | time 5 | markets 1
 *     per market:     market 1 | spot 5 | range 3 | volUp 3 | volDown 3 | expiries 1 | settlements 1
 *       per expiry:     expiry 5 | forward 5 | a 8 signed | b 8 | rho 4 signed | m 4 signed | sigma 4
 *       per settlement: expiry 5 | price 5
 *     instruments 2
 *     per instrument: kind (4 bits, as L1 numbers it) and id (20 bits) 3 | index into its market's expiries, then settlements 1 | strike 5
 *
 * Lists are strictly increasing and indices are unique, so equal inputs have equal bytes and bytes that decode encode back to
 * themselves.
 */
const VERSION = 2n;

/** @throws PricingInputError PRICING_REPORT_INPUTS for inputs that have no encoding. */
export function encodeReportInputs(inputs: ReportInputs): Uint8Array {
  const problems = structureProblems(inputs);
  if (problems.length > 0) throw new PricingInputError('PRICING_REPORT_INPUTS', problems);
  const bytes: number[] = [];
  put(bytes, 1, VERSION);
  put(bytes, 5, inputs.timeSec);
  put(bytes, 1, BigInt(inputs.markets.length));
  for (const market of inputs.markets) putMarket(bytes, market);
  put(bytes, 2, BigInt(inputs.instruments.length));
  const dates = new Map(inputs.markets.map((market) => [market.market, datesOf(market)]));
  for (const instrument of inputs.instruments) {
    const index = (dates.get(instrumentMarket(instrument.instrumentId)) ?? []).indexOf(instrument.expirySec);
    put(bytes, 3, (BigInt(INSTRUMENT_KIND[instrument.kind]) << 20n) | BigInt(instrument.instrumentId));
    put(bytes, 1, BigInt(index));
    put(bytes, 5, instrument.strike);
  }
  return Uint8Array.from(bytes);
}

function datesOf({ expiries, settlements }: MarketInputs): bigint[] {
  return [...expiries, ...settlements].map(({ expirySec }) => expirySec);
}

function putMarket(bytes: number[], market: MarketInputs): void {
  put(bytes, 1, BigInt(market.market));
  put(bytes, 5, market.spot);
  put(bytes, 3, market.spotRangePpm);
  put(bytes, 3, market.volUpPpm);
  put(bytes, 3, market.volDownPpm);
  put(bytes, 1, BigInt(market.expiries.length));
  put(bytes, 1, BigInt(market.settlements.length));
  for (const { expirySec, forward, svi } of market.expiries) {
    put(bytes, 5, expirySec);
    put(bytes, 5, forward);
    put(bytes, 8, svi.aE15);
    put(bytes, 8, svi.bE15);
    put(bytes, 4, svi.rhoE9);
    put(bytes, 4, svi.mE9);
    put(bytes, 4, svi.sigmaE9);
  }
  for (const { expirySec, price } of market.settlements) {
    put(bytes, 5, expirySec);
    put(bytes, 5, price);
  }
}

/** Two's complement, most significant byte first; widths were checked by `structureProblems`. */
function put(bytes: number[], width: number, value: bigint): void {
  for (let byte = width - 1; byte >= 0; byte -= 1) bytes.push(Number((value >> BigInt(8 * byte)) & 0xffn));
}

/**
 * The inputs whose encoding these bytes are.
 *
 * @throws PricingInputError PRICING_REPORT_ENCODING for a foreign version, too few or too many bytes, an unknown kind or index, or inputs
 * that `encodeReportInputs` would refuse (order, bounds).
 */
export function decodeReportInputs(bytes: Uint8Array): ReportInputs {
  const reader = new Reader(bytes);
  const version = reader.unsigned(1);
  if (version !== VERSION) throw refused('version', version, `${VERSION}`);
  const timeSec = reader.unsigned(5);
  const markets = reader.list(reader.count(1), () => takeMarket(reader));
  const instruments = reader.list(reader.count(2), () => takeInstrument(reader, markets));
  reader.end();
  const inputs = { timeSec, markets, instruments };
  const problems = structureProblems(inputs);
  if (problems.length > 0) throw new PricingInputError('PRICING_REPORT_ENCODING', problems);
  return inputs;
}

function takeMarket(reader: Reader): MarketInputs {
  const head = {
    market: reader.count(1),
    spot: reader.unsigned(5),
    spotRangePpm: reader.unsigned(3),
    volUpPpm: reader.unsigned(3),
    volDownPpm: reader.unsigned(3),
  };
  const expiryCount = reader.count(1);
  const settlementCount = reader.count(1);
  return {
    ...head,
    expiries: reader.list(expiryCount, () => takeExpiry(reader)),
    settlements: reader.list(settlementCount, () => takeSettlement(reader)),
  };
}

function takeExpiry(reader: Reader): ExpiryInputs {
  return {
    expirySec: reader.unsigned(5),
    forward: reader.unsigned(5),
    svi: {
      aE15: reader.signed(8),
      bE15: reader.unsigned(8),
      rhoE9: reader.signed(4),
      mE9: reader.signed(4),
      sigmaE9: reader.unsigned(4),
    },
  };
}

function takeSettlement(reader: Reader): SettlementInputs {
  return { expirySec: reader.unsigned(5), price: reader.unsigned(5) };
}

function takeInstrument(reader: Reader, markets: readonly MarketInputs[]): InstrumentInputs {
  const packed = reader.count(3);
  const instrumentId = packed & 0xfffff;
  const kind = instrumentKindOf(packed >>> 20);
  if (kind === undefined) throw refused('instrument kind', packed >>> 20, '1, 2 or 3');
  const index = reader.count(1);
  const market = markets.find((one) => one.market === instrumentMarket(instrumentId));
  if (market === undefined) throw refused('instrument id', instrumentId, 'of a market of the report');
  const expirySec = datesOf(market)[index];
  if (expirySec === undefined) throw refused('date index', index, "one of its market's expiries or settlements");
  return { instrumentId, kind, expirySec, strike: reader.unsigned(5) };
}

function refused(field: string, value: bigint | number, rule: string): PricingInputError {
  const problem: PricingProblem = { field, value: `${value}`, rule };
  return new PricingInputError('PRICING_REPORT_ENCODING', [problem]);
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  unsigned(width: number): bigint {
    const end = this.#at + width;
    if (end > this.#bytes.length) throw refused('length', this.#bytes.length, `at least ${end} bytes`);
    let value = 0n;
    for (const byte of this.#bytes.subarray(this.#at, end)) value = (value << 8n) | BigInt(byte);
    this.#at = end;
    return value;
  }

  signed(width: number): bigint {
    return BigInt.asIntN(8 * width, this.unsigned(width));
  }

  count(width: number): number {
    return Number(this.unsigned(width));
  }

  list<T>(count: number, take: () => T): T[] {
    return Array.from({ length: count }, take);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw refused('length', this.#bytes.length, `exactly ${this.#at} bytes`);
  }
}
