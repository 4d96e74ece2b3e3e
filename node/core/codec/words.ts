import { keccak_256 } from '@noble/hashes/sha3.js';
import { FIELD_PRIME } from '../crypto/hasher.ts';
import { isAccountId, isInstrumentId } from '../protocol/ids.ts';
import type { PublicSignals } from '../protocol/publicSignals.ts';
import { ROW_KINDS, WORDS_PER_ROW } from '../protocol/rowCounts.ts';
import {
  type BatchRows,
  L1_OP_KIND,
  type L1OpRow,
  l1OpKindOf,
  type SettlementRow,
  type TradeRow,
  type WithdrawalRow,
} from '../protocol/rows.ts';
import { signOffset, WIDTH } from '../protocol/widths.ts';
import { packFields, unpackFields } from './bitFields.ts';
import { bytesToWord, wordToBytes } from './byteWords.ts';
import { CodecError } from './CodecError.ts';
import { packLegs, unpackLegs } from './message.ts';

/** Data words of a batch on L1 (protocol, section 6), one function per kind of row. */

const NET_OFFSET = signOffset(WIDTH.net);
const LOTS_OFFSET = Number(signOffset(WIDTH.positionLots));
const WORD_LIMIT = 1n << 248n;
const L1_OP_WIDTHS = [WIDTH.l1OpKind, WIDTH.account, WIDTH.cash, WIDTH.cash] as const;
const TRADE_WIDTHS = [WIDTH.account, WIDTH.nonce, WIDTH.lots, WIDTH.net, WIDTH.fee, 1] as const;
const SETTLEMENT_WIDTHS = [WIDTH.account, WIDTH.instrument, WIDTH.positionLots, WIDTH.price] as const;

export const headerWord = (rows: BatchRows): bigint =>
  packFields([
    [rows.batchNumber, WIDTH.batchNumber, 'batchNumber'],
    ...ROW_KINDS.map((kind) => [rows[kind].length, WIDTH.rowCount, kind] as const),
  ]);

/** head, owner, keyX, keyY. */
export const l1OpWords = (row: L1OpRow): [bigint, bigint, bigint, bigint] => [
  packFields([
    [row.kind, WIDTH.l1OpKind, 'kind'],
    [row.account, WIDTH.account, 'account'],
    [row.amount, WIDTH.cash, 'amount'],
    [row.paid, WIDTH.cash, 'paid'],
  ]),
  packFields([[row.owner, WIDTH.owner, 'owner']]),
  row.keyX,
  row.keyY,
];

export const withdrawalWord = (row: WithdrawalRow): bigint =>
  packFields([
    [row.account, WIDTH.account, 'account'],
    [row.nonce, WIDTH.nonce, 'nonce'],
    [row.amount, WIDTH.cash, 'amount'],
  ]);

/** The row itself, then its legs. */
export const tradeWords = (row: TradeRow): [bigint, bigint] => [
  packFields([
    [row.account, WIDTH.account, 'account'],
    [row.nonce, WIDTH.nonce, 'nonce'],
    [row.lots, WIDTH.lots, 'lots'],
    [row.net + NET_OFFSET, WIDTH.net, 'net'],
    [row.fee, WIDTH.fee, 'fee'],
    [row.liquidation ? 1 : 0, 1, 'liquidation'],
  ]),
  packLegs(row.legs),
];

export const settlementWord = (row: SettlementRow): bigint =>
  packFields([
    [row.account, WIDTH.account, 'account'],
    [row.instrument, WIDTH.instrument, 'instrument'],
    [row.lots + LOTS_OFFSET, WIDTH.positionLots, 'lots'],
    [row.payoff, WIDTH.price, 'payoff'],
  ]);

/** Words of the live rows: header, L1 ops, withdrawals, trades, settlements. */
export const encodeRows = (rows: BatchRows): bigint[] => [
  headerWord(rows),
  ...rows.l1Ops.flatMap(l1OpWords),
  ...rows.withdrawals.map(withdrawalWord),
  ...rows.trades.flatMap(tradeWords),
  ...rows.settlements.map(settlementWord),
];

function refuseRow(why: string, data: Readonly<Record<string, string | number>> = {}): never {
  throw new CodecError('CODEC_ROW', `L1 data refused: ${why}`, data);
}

function checkAccount(account: number): number {
  if (!isAccountId(account)) refuseRow('no account has this id', { account });
  return account;
}

/** Reads words in order; each but a key word must be below 2^248. */
class WordReader {
  readonly #words: readonly bigint[];
  #at = 0;

  constructor(words: readonly bigint[]) {
    this.#words = words;
  }

  next(limit = WORD_LIMIT): bigint {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new CodecError('CODEC_WORD_COUNT', 'a batch has fewer words than its header says');
    if (word < 0n || word >= limit) {
      throw new CodecError('CODEC_WORD_RANGE', 'a word is too large', { index: this.#at - 1, word: `${word}` });
    }
    return word;
  }
}

function decodeL1Op(reader: WordReader): L1OpRow {
  const [kindBits, account, amount, paid] = unpackFields(reader.next(), L1_OP_WIDTHS);
  const [owner] = unpackFields(reader.next(), [WIDTH.owner]);
  const keyX = reader.next(FIELD_PRIME);
  const keyY = reader.next(FIELD_PRIME);
  const kind = l1OpKindOf(Number(kindBits)) ?? refuseRow('unknown kind of L1 op', { kind: Number(kindBits) });
  const setsKey = kind === L1_OP_KIND.OPEN || kind === L1_OP_KIND.CHANGE_KEY;
  if (!setsKey && (keyX !== 0n || keyY !== 0n)) refuseRow('an L1 op that sets no key carries one', { kind });
  if (kind === L1_OP_KIND.CHANGE_KEY && amount !== 0n) refuseRow('a key change carries an amount');
  if (kind !== L1_OP_KIND.FORCED_WITHDRAWAL && paid !== 0n) refuseRow('only a forced withdrawal is paid', { kind });
  if (paid > amount) refuseRow('a forced withdrawal is paid more than was asked');
  return { kind, account: checkAccount(Number(account)), amount, paid, owner, keyX, keyY };
}

function decodeWithdrawal(reader: WordReader): WithdrawalRow {
  const [account, nonce, amount] = unpackFields(reader.next(), [WIDTH.account, WIDTH.nonce, WIDTH.cash]);
  return { account: checkAccount(Number(account)), nonce: Number(nonce), amount };
}

function decodeTrade(reader: WordReader): TradeRow {
  const [account, nonce, lots, net, fee, liquidation] = unpackFields(reader.next(), TRADE_WIDTHS);
  const legs = unpackLegs(reader.next());
  if (liquidation === 1n && nonce !== 0n) refuseRow('a liquidation row has a nonce');
  if (lots === 0n) refuseRow('a trade row has no lots');
  return {
    account: checkAccount(Number(account)),
    nonce: Number(nonce),
    lots: Number(lots),
    net: net - NET_OFFSET,
    fee,
    liquidation: liquidation === 1n,
    legs,
  };
}

function decodeSettlement(reader: WordReader): SettlementRow {
  const [account, instrumentBits, lots, payoff] = unpackFields(reader.next(), SETTLEMENT_WIDTHS);
  const instrument = Number(instrumentBits);
  if (!isInstrumentId(instrument)) refuseRow('a settlement names instrument 0');
  if (Number(lots) === LOTS_OFFSET) refuseRow('a settlement closes no lots');
  return { account: checkAccount(Number(account)), instrument, lots: Number(lots) - LOTS_OFFSET, payoff };
}

/** The rows of a batch from its words alone; throws CodecError for anything but a canonical encoding. */
export function decodeRows(words: readonly bigint[]): BatchRows {
  const reader = new WordReader(words);
  const header = unpackFields(reader.next(), [WIDTH.batchNumber, ...ROW_KINDS.map(() => WIDTH.rowCount)]).map(Number);
  const [batchNumber = 0, l1Ops = 0, withdrawals = 0, trades = 0, settlements = 0] = header;
  const counts = { l1Ops, withdrawals, trades, settlements };
  if (!Number.isSafeInteger(batchNumber)) refuseRow('the batch number is beyond 2^53');
  const expected = ROW_KINDS.reduce((sum, kind) => sum + counts[kind] * WORDS_PER_ROW[kind], 1);
  if (words.length !== expected) {
    throw new CodecError('CODEC_WORD_COUNT', 'a batch has not as many words as its header says', {
      expected,
      found: words.length,
    });
  }
  const read = <Row>(count: number, decode: (reader: WordReader) => Row): Row[] =>
    Array.from({ length: count }, () => decode(reader));
  return {
    batchNumber,
    l1Ops: read(l1Ops, decodeL1Op),
    withdrawals: read(withdrawals, decodeWithdrawal),
    trades: read(trades, decodeTrade),
    settlements: read(settlements, decodeSettlement),
  };
}

/** keccak256(dataCommit, words...) mod p, as the contract computes it. */
export function dataPoint(dataCommit: bigint, words: readonly bigint[]): bigint {
  const bytes = new Uint8Array(32 * (words.length + 1));
  bytes.set(wordToBytes(dataCommit), 0);
  words.forEach((word, i) => {
    bytes.set(wordToBytes(word), 32 * (i + 1));
  });
  return bytesToWord(keccak_256(bytes)) % FIELD_PRIME;
}

/** Horner over the words, the first leading. */
export const dataValue = (point: bigint, words: readonly bigint[]): bigint =>
  words.reduce((value, word) => (value * point + word) % FIELD_PRIME, 0n);

/** A batch as its proof speaks of it. */
export interface StatedBatch {
  readonly stateRootBefore: bigint;
  readonly stateRootAfter: bigint;
  readonly timeSec: number;
  readonly riskTableHash: bigint;
  readonly dataCommit: bigint;
  /** Of the live rows. */
  readonly words: readonly bigint[];
}

/** What the proof of a batch states, as the contract derives it. */
export function batchSignals({ timeSec, words, ...stated }: StatedBatch): PublicSignals {
  const point = dataPoint(stated.dataCommit, words);
  return { ...stated, time: BigInt(timeSec), dataPoint: point, dataValue: dataValue(point, words) };
}
