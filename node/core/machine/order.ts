import type { BookEntry } from '../matching/bookEntry.ts';
import type { PriceLevel } from '../matching/priceLevel.ts';
import type { OrderFlags } from '../protocol/flags.ts';
import type { SignedIntent } from '../protocol/rows.ts';
import type { AccountState } from './accountState.ts';
import type { InstrumentState } from './instrumentState.ts';

/** An intent that the machine works on: resting in a book, or on its way through one. */
export class Order implements BookEntry<Order> {
  readonly account: AccountState;
  readonly signed: SignedIntent;
  readonly nonce: number;
  readonly expirySec: number;
  readonly maxLots: number;
  readonly maxFeePerLot: number;
  readonly flags: OrderFlags;
  /** Arrival order over the machine's life. */
  readonly sequence: number;
  /** Outright orders only; a package has no book. */
  readonly instrument: InstrumentState | null;
  /** +1 buys, -1 sells the instrument. */
  readonly sign: number;
  /** Price units, exact. */
  readonly price: number;
  filled = 0;
  /** Neighbours at the price level; null while not resting. */
  level: PriceLevel<Order> | null = null;
  previous: Order | null = null;
  next: Order | null = null;
  /** The batch that has a row of this intent, and the row's index there. */
  rowBatch = -1;
  rowIndex = -1;

  constructor(
    account: AccountState,
    signed: SignedIntent,
    flags: OrderFlags,
    sequence: number,
    instrument: InstrumentState | null,
  ) {
    const { intent } = signed;
    this.account = account;
    this.signed = signed;
    this.nonce = intent.nonce;
    this.expirySec = intent.expirySec;
    this.maxLots = intent.maxLots;
    this.maxFeePerLot = intent.maxFeePerLot;
    this.flags = flags;
    this.sequence = sequence;
    this.instrument = instrument;
    this.sign = (intent.legs[0]?.ratio ?? 0) > 0 ? 1 : -1;
    this.price = instrument === null ? 0 : Number(intent.limit) * this.sign;
  }

  get remaining(): number {
    return this.maxLots - this.filled;
  }
}
