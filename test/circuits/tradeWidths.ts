import { alone, type Bound, type Edit, inTurn, resigned, rootFollows, slot } from './Bound.ts';
import { type BatchSpec, CALL, liquidation } from './fixtures.ts';
import { both, set } from './Lie.ts';

/** The first trade's terms, as they were signed. */
const terms = (at: number, value: bigint): Edit =>
  inTurn(
    set('tradeTerms', [0, at], () => value),
    resigned('trade', 0),
  );

/** A field of the message: its last value, and the one after. */
const term = (name: string, at: number, bits: bigint, component: string): Bound => ({
  name,
  on: { spec: alone(), input: terms(at, (1n << bits) - 1n) },
  beyond: {
    spec: alone(),
    input: terms(at, 1n << bits),
    at: [new RegExp(`^main\\.tradeRows\\.row\\[0\\]\\.${component}`)],
  },
});

const ratios = (first: bigint, second: bigint): Edit =>
  inTurn(
    both(
      set('tradeRatio', [0, 0], () => first),
      set('tradeRatio', [1, 0], () => second),
    ),
    resigned('trade', 0),
    resigned('trade', 1),
  );

/** So many lots of one ratio against so many of another. */
const uneven = (ratio: number, count: number, otherRatio: number, otherCount: number): BatchSpec =>
  alone(
    { legs: [{ instrument: CALL, ratio }], lots: count, maxLots: count },
    { legs: [{ instrument: CALL, ratio: otherRatio }], lots: otherCount, maxLots: otherCount },
  );

const nets = (net: bigint): Edit =>
  both(
    set('tradeNet', [0], () => net),
    set('tradeNet', [1], () => -net),
  );

/** Lots and limits that allow any premium. */
const premiums = (): BatchSpec => {
  const terms = { lots: 1 << 17, maxLots: 1 << 17, limit: (1n << 47n) - 1n };
  return alone(terms, terms);
};

/** Widths of signed trades: terms, and what a row says. */
export const TRADE_WIDTHS: readonly Bound[] = [
  term('the last expiry', 0, 40n, 'expiryBits'),
  term('the most lots of an intent', 1, 32n, 'maxLotsBits'),
  term('the highest fee per lot', 2, 24n, 'maxFeeBits'),
  term('the highest limit', 3, 47n, 'limitBits'),
  term('the last flags', 4, 16n, 'flagsBits'),
  {
    name: 'the lowest limit',
    on: {
      spec: alone(
        { net: -(3n << 47n), limit: -(1n << 47n), legs: [{ instrument: CALL, ratio: 2 }] },
        { net: 3n << 47n, limit: 1n << 46n, lots: 6, maxLots: 6 },
      ),
    },
    beyond: {
      spec: alone(),
      input: terms(3, -(1n << 47n) - 1n),
      at: [/^main\.tradeRows\.row\[0\]\.(limitBits|premiumBits)/],
    },
  },
  {
    name: 'the last nonce',
    on: { spec: alone({}, { nonce: 0xffffffff }) },
    beyond: {
      spec: alone({}, { nonce: 8194 }, [slot(2, 4098, 0)]),
      input: inTurn(
        set('tradeNonce', [1], () => (1n << 32n) + 2n),
        resigned('trade', 1),
        rootFollows('tradeRows.row[1]'),
      ),
      at: [/^main\.tradeRows\.row\[1\]\.nonceBits/],
    },
  },
  {
    name: 'the most lots of a trade',
    on: { spec: alone({ lots: 0xffffffff, maxLots: 0xffffffff }, { lots: 0xffffffff, maxLots: 0xffffffff }) },
    beyond: {
      spec: alone(),
      input: inTurn(
        both(
          set('tradeLots', [1], () => 1n << 32n),
          set('tradeTerms', [1, 1], () => 1n << 32n),
        ),
        resigned('trade', 1),
        rootFollows('tradeRows.row[1]'),
      ),
      identities: ['ledger', 'balance'],
      at: [/^main\.tradeRows\.row\[1\]\.lotsBits/, /^main\.tradeRows\.row\[1\]\.maxLotsBits/],
    },
  },
  {
    name: 'the largest premium',
    on: { spec: premiums(), input: nets((1n << 63n) - 1n) },
    beyond: { spec: premiums(), input: nets(1n << 63n), at: [/^main\.tradeRows\.row\[0\]\.netBits/] },
  },
  {
    name: 'the largest fee',
    on: { spec: alone({ fee: 30n }) },
    beyond: {
      spec: alone(),
      input: both(
        set('tradeFee', [0], () => 1n << 56n),
        set('accountAfter', [0, 3], (cash) => cash - (1n << 56n)),
      ),
      at: [/^main\.tradeRows\.row\[0\]\.feeBits/, /^main\.tradeRows\.row\[0\]\.feeRoomBits/],
    },
  },
  {
    name: 'the largest ratio',
    on: { spec: alone(), input: ratios(127n, -127n) },
    beyond: { spec: alone(), input: ratios(128n, -128n), at: [/^main\.tradeRows\.row\[0\]\.ratioBits/] },
  },
  {
    name: 'the lowest ratio',
    on: { spec: uneven(-128, 3, 64, 6) },
    beyond: { spec: uneven(-3, 3, 1, 9), input: ratios(-129n, 43n), at: [/^main\.tradeRows\.row\[0\]\.ratioBits/] },
  },
  {
    name: 'a leg whose instrument is beyond 20 bits',
    on: { spec: liquidation() },
    beyond: {
      spec: liquidation(),
      input: both(
        set('tradeInstrument', [0, 1], () => (1n << 20n) + (1n << 16n) + 5n),
        set('tradeRatio', [0, 1], () => 1n),
      ),
      identities: ['ledger', 'balance'],
      at: [/^main\.tradeRows\.row\[0\]\.instrumentBits/],
    },
  },
  {
    name: 'a trade of an account beyond 24 bits',
    on: { spec: alone() },
    beyond: {
      spec: alone(),
      input: inTurn(
        set('tradeAccount', [0], (id) => id + (1n << 24n)),
        resigned('trade', 0),
      ),
      identities: ['ledger', 'authority', 'slots'],
      at: [/^main\.tradeRows\.row\[0\]\.accountBits/],
    },
  },
  {
    name: 'a signature whose scalar has more bits than its order',
    on: { spec: alone() },
    beyond: {
      spec: alone(),
      input: set('tradeSignature', [0, 4], (s) => s + (1n << 253n)),
      at: [/^main\.tradeRows\.row\[0\]\.signature\.sBits/],
    },
  },
];
