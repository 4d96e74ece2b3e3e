import { keccak_256 } from '@noble/hashes/sha3.js';
import { FIELD_PRIME } from '../crypto/hasher.ts';
import {
  type BatchRows,
  L1_OP_KIND,
  type L1OpKind,
  type L1OpRow,
  type SettlementRow,
  type TradeRow,
  type WithdrawalRow,
} from '../ledger/rows.ts';
import { isAccountId, isInstrumentId } from '../units/ids.ts';
import { packFields, unpackFields } from './bitFields.ts';
import { bytesToWord, wordToBytes } from './byteWords.ts';
import { CodecError } from './CodecError.ts';
import { packLegs, unpackLegs } from './message.ts';

/** Data words of a batch on L1 (protocol, section 6), one function per kind of row. */

const NET_OFFSET = 1n << 63n;
const LOTS_OFFSET = 2 ** 31;
const WORD_LIMIT = 1n << 248n;
const WORDS_PER = { l1Op: 4, withdrawal: 1, trade: 2, settlement: 1 } as const;

export const headerWord = (rows: BatchRows): bigint =>
  packFields([
    [rows.batchNumber, 64, 'batchNumber'],
    [rows.l1Ops.length, 16, 'nL1Ops'],
    [rows.withdrawals.length, 16, 'nWithdrawals'],
    [rows.trades.length, 16, 'nTrades'],
    [rows.settlements.length, 16, 'nSettlements'],
  ]);

/** head, owner, keyX, keyY. */
export const l1OpWords = (row: L1OpRow): [bigint, bigint, bigint, bigint] => [
  packFields([
    [row.kind, 4, 'kind'],
    [row.account, 24, 'account'],
    [row.amount, 64, 'amount'],
    [row.paid, 64, 'paid'],
  ]),
  packFields([[row.owner, 160, 'owner']]),
  row.keyX,
  row.keyY,
];

export const withdrawalWord = (row: WithdrawalRow): bigint =>
  packFields([
    [row.account, 24, 'account'],
    [row.nonce, 32, 'nonce'],
    [row.amount, 64, 'amount'],
  ]);

/** The row itself, then its legs. */
export const tradeWords = (row: TradeRow): [bigint, bigint] => [
  packFields([
    [row.account, 24, 'account'],
    [row.nonce, 32, 'nonce'],
    [row.lots, 32, 'lots'],
    [row.net + NET_OFFSET, 64, 'net'],
    [row.fee, 56, 'fee'],
    [row.liquidation ? 1 : 0, 1, 'liquidation'],
  ]),
  packLegs(row.legs),
];

export const settlementWord = (row: SettlementRow): bigint =>
  packFields([
    [row.account, 24, 'account'],
    [row.instrument, 20, 'instrument'],
    [row.lots + LOTS_OFFSET, 32, 'lots'],
    [row.payoff, 40, 'payoff'],
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
  const [kindBits, account, amount, paid] = unpackFields(reader.next(), [4, 24, 64, 64]);
  const [owner] = unpackFields(reader.next(), [160]);
  const keyX = reader.next(FIELD_PRIME);
  const keyY = reader.next(FIELD_PRIME);
  const kind = Number(kindBits);
  if (kind < 1 || kind > 4) refuseRow('unknown kind of L1 op', { kind });
  const setsKey = kind === L1_OP_KIND.OPEN || kind === L1_OP_KIND.CHANGE_KEY;
  if (!setsKey && (keyX !== 0n || keyY !== 0n)) refuseRow('an L1 op that sets no key carries one', { kind });
  if (kind === L1_OP_KIND.CHANGE_KEY && amount !== 0n) refuseRow('a key change carries an amount');
  if (kind !== L1_OP_KIND.FORCED_WITHDRAWAL && paid !== 0n) refuseRow('only a forced withdrawal is paid', { kind });
  if (paid > amount) refuseRow('a forced withdrawal is paid more than was asked');
  return { kind: kind as L1OpKind, account: checkAccount(Number(account)), amount, paid, owner, keyX, keyY };
}

function decodeWithdrawal(reader: WordReader): WithdrawalRow {
  const [account, nonce, amount] = unpackFields(reader.next(), [24, 32, 64]);
  return { account: checkAccount(Number(account)), nonce: Number(nonce), amount };
}

function decodeTrade(reader: WordReader): TradeRow {
  const [account, nonce, lots, net, fee, liquidation] = unpackFields(reader.next(), [24, 32, 32, 64, 56, 1]);
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
  const [account, instrumentBits, lots, payoff] = unpackFields(reader.next(), [24, 20, 32, 40]);
  const instrument = Number(instrumentBits);
  if (!isInstrumentId(instrument)) refuseRow('a settlement names instrument 0');
  if (Number(lots) === LOTS_OFFSET) refuseRow('a settlement closes no lots');
  return { account: checkAccount(Number(account)), instrument, lots: Number(lots) - LOTS_OFFSET, payoff };
}

/** The rows of a batch from its words alone; throws CodecError for anything but a canonical encoding. */
export function decodeRows(words: readonly bigint[]): BatchRows {
  const reader = new WordReader(words);
  const header = unpackFields(reader.next(), [64, 16, 16, 16, 16]);
  const [batchNumber = 0, l1Ops = 0, withdrawals = 0, trades = 0, settlements = 0] = header.map(Number);
  if (!Number.isSafeInteger(batchNumber)) refuseRow('the batch number is beyond 2^53');
  const expected =
    1 +
    l1Ops * WORDS_PER.l1Op +
    withdrawals * WORDS_PER.withdrawal +
    trades * WORDS_PER.trade +
    settlements * WORDS_PER.settlement;
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
