/**
 * Every mistake of a user, as one numbered table. Of several that an intent makes, the first is named in the order in which
 * checkIntent.ts looks: fields, legs, flags; the account; each leg's instrument in turn (listed, of the account's market, not
 * expired, priced); a fresh report; expiry; nonce; size, a package's time in force, an outright's price. What shows only in
 * matching (fee cap, reduce-only, liquidity, rows, risk) comes after these, and of it what the earliest fill meets.
 * A rejected submission changes nothing: its nonce is not used up and no other order is cancelled.
 * Numbers are never reused: 1xx malformed, 2xx account, 3xx market, 4xx expiry and nonce, 5xx price and size,
 * 6xx liquidity, 7xx risk, 8xx reports, listing and clock.
 */
export const REJECTIONS = {
  MALFORMED_INTENT: [101, 'A field is outside its range; check widths against protocol section 4.'],
  MALFORMED_FLAGS: [102, 'Order flags are unknown or contradict each other; post-only needs timeInForce GTC.'],
  MALFORMED_LEGS: [103, 'Give one to four legs, instruments distinct, ratios -128 to 127 and not 0.'],
  MALFORMED_WITHDRAWAL: [
    104,
    'A withdrawal needs an amount of 1 to 2^63 - 1 cash units and fields inside their widths.',
  ],
  MALFORMED_CANCEL: [105, 'Account, nonce or expiry is outside its width.'],
  MALFORMED_EPOCH: [106, "An epoch's key is an address that is not 0."],
  UNKNOWN_ACCOUNT: [201, 'The account is not open; deposit on L1 first and wait for the deposit to be read.'],
  WRONG_MARKET: [202, "A leg's instrument belongs to another market; use your account of that market."],
  UNKNOWN_INSTRUMENT: [301, 'The instrument is not listed.'],
  INSTRUMENT_EXPIRED: [302, 'The instrument has expired; it is settled with the next report.'],
  INSTRUMENT_NOT_PRICED: [303, 'The instrument has no row in the current risk table; wait for the next oracle report.'],
  NO_FRESH_REPORT: [304, 'There is no oracle report that is recent enough to trade on; wait for the next one.'],
  EXPIRED: [401, 'The expiry lies in the past; sign again with a later one.'],
  NONCE_TOO_LOW: [402, 'The nonce is not above the last one accepted in its slot (nonce mod 4096); use a higher one.'],
  PRICE_OUT_OF_RANGE: [501, 'An outright price must be 1 to 2^40 - 1 price units, a package limit fit 48 signed bits.'],
  SIZE_OUT_OF_RANGE: [502, 'Lots must be 1 to 2^32 - 1, and price times lots below 2^53 cash units.'],
  FEE_CAP_TOO_LOW: [503, 'maxFeePerLot is below the fee of the fill; sign again with a higher one.'],
  PACKAGE_NEEDS_IOC_OR_FOK: [504, 'A package (several legs, or a ratio other than 1) must be IOC or FOK.'],
  NOTHING_TO_REDUCE: [505, 'The order is reduce-only and the account has no position that it would reduce.'],
  POST_ONLY_WOULD_CROSS: [601, 'The order is post-only and would trade at once; choose a price that does not cross.'],
  NOT_ENOUGH_LIQUIDITY: [602, 'The book cannot fill the order within its limit; raise the limit or lower the size.'],
  SELF_TRADE: [603, 'The order would trade with one of your own; cancel that one or change the self-trade rule.'],
  UNKNOWN_ORDER: [604, 'No open order has this nonce; it was filled or cancelled before.'],
  SHAPE_TOO_SMALL: [605, 'The trade needs more rows than one batch has; lower the size or use fewer legs.'],
  INSUFFICIENT_MARGIN: [701, 'The account would not meet initial margin; deposit, or lower the size.'],
  POSITION_LIMIT: [702, 'The account would hold too many positions; close one first.'],
  AMOUNT_OUT_OF_BOUNDS: [703, 'Cash or a position would leave its bounds; lower the size.'],
  REPORT_OUT_OF_ORDER: [801, 'The report is not later than the last one accepted.'],
  REPORT_FROM_FUTURE: [802, "The report's time is after the sequencer's; send a tick first."],
  REPORT_INVALID: [
    803,
    "The report's inputs do not decode to a risk table, hold another time or spot than it says, or a row is out of range.",
  ],
  REPORT_LACKS_INSTRUMENT: [804, 'The report has no row for an instrument that accounts still hold.'],
  REPORT_TOO_LARGE: [805, 'The report has more instruments than any shape; delist some.'],
  REPORT_REVIVES_INSTRUMENT: [806, 'The report makes an expired instrument live again.'],
  REPORT_CHANGES_PAYOFF: [808, 'The report pays an expired instrument another payoff than an earlier one did.'],
  REPORT_SETTLES_EARLY: [809, "The report settles an instrument before the instrument's expiry."],
  REPORT_TOO_OLD: [807, 'The report is older than the maximum age; make a new one.'],
  INSTRUMENT_LISTED: [811, 'The instrument is already listed.'],
  INSTRUMENT_HELD: [812, 'Accounts hold the instrument; delist it once it has been settled.'],
  MALFORMED_LISTING: [
    813,
    'An instrument id is 4 bits of market and 16 bits of serial that is not 0; the strike fits 40 bits.',
  ],
  LISTING_FULL: [814, 'As many instruments are listed as the risk table has rows; delist settled ones first.'],
  TIME_BACKWARDS: [821, "The tick lies before the machine's time."],
  EPOCH_OUT_OF_ORDER: [822, 'An epoch is one above the epoch in force.'],
} as const satisfies Readonly<Record<string, readonly [code: number, message: string]>>;

export type RejectionName = keyof typeof REJECTIONS;

export interface Rejection {
  readonly code: number;
  readonly name: RejectionName;
  /** What is wrong and what to do. */
  readonly message: string;
}

const TABLE = new Map<RejectionName, Rejection>(
  (Object.keys(REJECTIONS) as RejectionName[]).map((name) => {
    const [code, message] = REJECTIONS[name];
    return [name, Object.freeze({ code, name, message })];
  }),
);

/** The one value that stands for this mistake. */
export function rejection(name: RejectionName): Rejection {
  const found = TABLE.get(name);
  if (found === undefined) throw new Error(`invariant: no rejection is called ${name}`);
  return found;
}
