import { dataPoint, dataValue } from '../../node/core/codec/words.ts';
import { INSTRUMENT_STATUS } from '../../node/core/protocol/riskRow.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import type { CircuitInput } from '../../prover/witness/circuitInput.ts';
import { deposit, EXPIRED, liquidation, opening, TABLE, trading } from './fixtures.ts';
import { both, type Lie, number, set, type Truth, withAccount } from './Lie.ts';

const hasher = await createCircomHasher();

const WIDE = 2;

/** What L1 is told of words that are not the circuit's, under the circuit's own commitment. */
const told = (input: CircuitInput, words: readonly bigint[]): CircuitInput => {
  const point = dataPoint(number(input, 'dataCommit'), words);
  return { ...input, dataPoint: point, dataValue: dataValue(point, words) };
};

/** The root after with another number of L1 ops than the batch has. */
const indexAdvancedBy =
  (count: bigint) =>
  (input: CircuitInput, truth: Truth): CircuitInput => ({
    ...input,
    stateRootAfter: hasher.poseidon([
      number(input, 'domain'),
      truth.accountsRootAfter,
      number(input, 'feePool'),
      number(input, 'l1OpIndex') + count,
      number(input, 'batchNumber') + 1n,
      number(input, 'time'),
    ]),
  });

const reversed =
  (prefix: string) =>
  (input: CircuitInput): CircuitInput =>
    Object.fromEntries(
      Object.entries(input).map(([name, value]) =>
        name.startsWith(prefix) && typeof value === 'object' ? [name, [...value].reverse()] : [name, value],
      ),
    );

/** Settlements, L1 ops, and what L1 is told of the batch. */
export const SETTLEMENT_LIES: readonly Lie[] = [
  {
    name: 'wrong settlement value: another row of the table',
    spec: withAccount(trading(), 1, { after: { cash: 80_002_249_950n } }),
    input: both(
      set('settlementSelect', [0, 2], () => 0n),
      set('settlementSelect', [0, 0], () => 1n),
    ),
    at: [/^main\.settlementRows\.row\[0\]/],
  },
  {
    name: 'wrong settlement value: cash beyond the payoff',
    spec: withAccount(trading(), 1, { after: { cash: 80_000_849_951n } }),
    identities: ['ledger'],
  },
  {
    name: 'settlement of a live instrument',
    spec: {
      ...trading(),
      table: TABLE.map((row) => (row.instrument === EXPIRED ? { ...row, status: INSTRUMENT_STATUS.LIVE } : row)),
    },
    at: [/^main\.settlementRows\.row\[0\]/],
  },
  {
    name: 'shaved forced withdrawal: the margin does not bind',
    spec: withAccount({ ...liquidation(), ops: liquidation().ops.map((one) => ({ ...one, paid: 1_000_000n })) }, 2, {
      after: { cash: 19_000_000n },
    }),
    at: [/^main\.accountRows\.row\[2\]\.margin\.binding/],
  },
  {
    name: 'shaved forced withdrawal presented as a full one',
    spec: liquidation(),
    input: both(
      set('accountControl', [WIDE, 1], () => 0n),
      set('accountControl', [WIDE, 5], () => 1n),
      set('accountControl', [WIDE, 6], () => 0n),
    ),
    identities: ['authority'],
  },
  {
    name: 'forced withdrawal that pays more than asked',
    spec: withAccount(
      { ...liquidation(), ops: liquidation().ops.map((one) => ({ ...one, amount: 2_000_000n })) },
      2,
      {},
    ),
    // Not the amount asked: it has to pass as shaved.
    input: both(
      set('accountControl', [WIDE, 1], () => 1n),
      set('accountControl', [WIDE, 5], () => 0n),
      set('accountControl', [WIDE, 6], () => 1n),
    ),
    at: [/^main\.l1OpRows\.row\[0\]\.unpaid/],
  },
  {
    name: 'data word changed: L1 was told other words',
    spec: trading(),
    publish: (input, { words }) => told(input, words.with(7, (words[7] ?? 0n) + 1n)),
    at: [/^main\.data\.horner/],
  },
  {
    name: 'L1 op skipped: L1 was told of none',
    spec: deposit(),
    publish: (input, { words }) => told(input, [(words[0] ?? 0n) - (1n << 64n)]),
    at: [/^main\.data\.horner/],
  },
  {
    name: 'L1 op skipped: the index does not advance',
    spec: deposit(),
    publish: indexAdvancedBy(0n),
    at: [/^main\.rootAfter/],
  },
  {
    name: 'L1 op skipped: the index advances by one too many',
    spec: deposit(),
    publish: indexAdvancedBy(2n),
    at: [/^main\.rootAfter/],
  },
  {
    name: 'L1 op behind an unused row',
    spec: deposit(),
    input: reversed('op'),
    at: [/^main/],
  },
  {
    name: 'L1 ops reordered: the circuit applies them in another order than L1 was told',
    spec: opening(),
    input: reversed('op'),
    publish: (input, { words }) => told(input, words),
    at: [/^main\.data\.horner/],
  },
];
