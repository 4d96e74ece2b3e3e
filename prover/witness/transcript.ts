import { packLegs } from '../../node/core/codec/message.ts';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { POSITIONS_PER_CHUNK } from '../../node/core/protocol/limits.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import type { RowHashes } from './accountRowInput.ts';
import type { BatchOpening } from './batchOpening.ts';
import type { CircuitInput, InputValue } from './circuitInput.ts';
import { idleMove, type SlotMove, type SlotMoves } from './slotMoves.ts';

const field = (value: bigint): bigint => ((value % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME;

const list = (value: InputValue | undefined): readonly InputValue[] => (typeof value === 'object' ? value : []);
const numbers = (value: InputValue | undefined): bigint[] =>
  list(value).flatMap((one) => (typeof one === 'bigint' ? [one] : []));
const number = (value: InputValue | undefined): bigint => (typeof value === 'bigint' ? value : 0n);

/** h and both intents roots of one signed row. */
const signedElements = (
  hasher: Hasher,
  domain: bigint,
  head: bigint,
  body: bigint,
  signature: bigint[],
  move: SlotMove,
): bigint[] => {
  const message = hasher.poseidon([domain, head, body]);
  const [ax = 0n, ay = 0n, rx = 0n, ry = 0n] = signature;
  return [hasher.poseidon([rx, ry, ax, ay, message]), move.rootBefore, move.rootAfter];
};

/** Bits, the first the least significant. */
const packBits = (bits: readonly bigint[]): bigint => bits.reduce((sum, bit, i) => sum + (bit << BigInt(i)), 0n);

/** How many legs trade each row of the table, 16 bits each, fifteen to an element. */
const tradesElements = (trades: readonly bigint[]): bigint[] =>
  Array.from({ length: Math.ceil(trades.length / 15) }, (_, e) =>
    trades.slice(15 * e, 15 * e + 15).reduce((sum, count, i) => sum + (count << BigInt(16 * i)), 0n),
  );

/** An account row in the transcript: its number, which of the positions are its, and its leaf hashes. */
interface AbsorbedRow {
  readonly a: number;
  readonly from: number;
  readonly to: number;
  readonly hashes: readonly [bigint, bigint];
}

/** What an account row claims: ctl, leaf hashes, values before, C before, T, C after, u_s,after - T three to an element. */
const accountElements = (input: CircuitInput, { a, from, to, hashes }: AbsorbedRow): bigint[] => {
  const at = (name: string): InputValue | undefined => list(input[name])[a];
  const [liquidated = 0n, bound = 0n, keyChanged = 0n, opened = 0n, mSigned = 0n, mOp = 0n, mBound = 0n] = numbers(
    at('accountControl'),
  );
  const ctl =
    number(at('accountId')) +
    (liquidated << 24n) +
    (bound << 25n) +
    (keyChanged << 26n) +
    (opened << 27n) +
    (mSigned << 28n) +
    (mOp << 44n) +
    (mBound << 60n) +
    (packBits(numbers(input.settled).slice(from, to)) << 76n);
  const cash = numbers(at('accountAfter'))[3] ?? 0n;
  const shortAfter = number(at('shortAfter'));
  const floor = number(at('floor'));
  const above = numbers(at('valuesAfter')).map((value) => cash + value - shortAfter - floor);
  const packed = Array.from({ length: Math.ceil(above.length / 3) }, (_, e) =>
    above.slice(3 * e, 3 * e + 3).reduce((sum, value, i) => sum + (value << BigInt(82 * i)), 0n),
  );
  return [ctl, ...hashes, ...numbers(at('valuesBefore')), number(at('shortBefore')), floor, shortAfter, ...packed];
};

/** The list under `dataCommit` (protocol, section 6, transcript step 1), each element in [0, p). */
export const absorbed = (
  hasher: Hasher,
  opening: BatchOpening,
  moves: SlotMoves,
  input: CircuitInput,
  hashes: RowHashes,
  paddedWords: readonly bigint[],
  tableHash: bigint,
  shape: Shape,
): bigint[] => {
  const at = (name: string, i: number): InputValue | undefined => list(input[name])[i];
  const withdrawals = Array.from({ length: shape.withdrawals }, (_, i) => {
    const head =
      number(at('withdrawalAccount', i)) +
      (2n << 24n) +
      (number(at('withdrawalNonce', i)) << 28n) +
      (number(at('withdrawalExpiry', i)) << 60n) +
      (1n << 203n);
    const move = moves.withdrawals[i] ?? idleMove(hasher, (1n << 32n) - 1n);
    const body = number(at('withdrawalAmount', i));
    return signedElements(hasher, opening.domain, head, body, numbers(at('withdrawalSignature', i)), move);
  });
  const trades = Array.from({ length: shape.trades }, (_, i) => {
    const [expiry = 0n, maxLots = 0n, maxFee = 0n, limit = 0n, flags = 0n] = numbers(at('tradeTerms', i));
    const head =
      number(at('tradeAccount', i)) +
      (1n << 24n) +
      (number(at('tradeNonce', i)) << 28n) +
      (expiry << 60n) +
      (maxLots << 100n) +
      (maxFee << 132n) +
      ((limit + (1n << 47n)) << 156n) +
      (flags << 204n);
    const row = opening.rows.trades[i];
    const body = row === undefined ? 0n : packLegs(row.legs);
    const move = moves.trades[i] ?? idleMove(hasher, number(at('tradeLots', i)));
    return signedElements(hasher, opening.domain, head, body, numbers(at('tradeSignature', i)), move);
  });
  let from = 0;
  const accounts = hashes.map((pair, a) => {
    const row = { a, from, to: from + (shape.accountChunks[a] ?? 0) * POSITIONS_PER_CHUNK, hashes: pair };
    from = row.to;
    return accountElements(input, row);
  });
  const counts = tradesElements(numbers(input.tableTrades));
  const rows = [...withdrawals, ...trades, ...accounts].flat();
  return [tableHash, ...paddedWords, ...counts, ...rows].map(field);
};
