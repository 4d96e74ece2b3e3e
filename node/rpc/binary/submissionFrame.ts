import { ByteReader, ByteWriter } from '../../core/codec/byteStream.ts';
import { CodecError } from '../../core/codec/CodecError.ts';
import type { Receipt, SignedHead } from '../../core/heads/head.ts';
import type { FillEvent, FillParty } from '../../core/machine/events.ts';
import { RpcError, rpcErrorName } from '../rpcError.ts';

/**
 * Submissions in bytes, on the WebSocket that JSON goes over too, as binary messages. All numbers big-endian.
 *
 *     request  = id 4 | canonical bytes of the entry: intent, massQuote, cancel, cancelAll or withdraw (core/codec/entry.ts)
 *     answer   = id 4 | 0 | receipt | parts, one of each signed message  or  id 4 | 1 | minus the error's number 4 | text
 *     receipt  = 0  or  1 | index 8 | entryHash 32 | chainHash 32 | head | siblings, from the leaf upwards, 32 each
 *     head     = epoch 4 | first 8 | last 8 | root 32 | chainHash 32 | timeSec 5 | signature 65
 *     part     = rejection 2 (0: none) | fills
 *     fill     = tradeId 8 | batchNumber 8 | instrument 3 | price 5 | lots 4 | maker | taker | flags 1 | timeSec 5
 *     maker, taker = account 3 | nonce 4 | fee 8;  flags = 1: the taker sells, 2: a liquidation
 *
 * Lists and text have their length in front, 4 bytes.
 */

/** What became of one signed message; `rejection` is its number, null: accepted. */
export interface PartAnswer {
  readonly rejection: number | null;
  readonly fills: readonly FillEvent[];
}

export interface SubmissionAnswer {
  readonly receipt: Receipt | null;
  readonly parts: readonly PartAnswer[];
}

const HASH_BYTES = 32;
const SIGNATURE_BYTES = 65;
const ID_BYTES = 4;
const MAX_PATH = 53;
const MAX_PARTS = 256;
const MAX_FILLS = 1 << 20;
const MAX_TEXT_BYTES = 4096;
const STATUS = { outcome: 0n, error: 1n } as const;
const SELLS = 1;
const LIQUIDATION = 2;

export const encodeRequest = (id: number, entry: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(ID_BYTES + entry.length);
  new DataView(frame.buffer).setUint32(0, id);
  frame.set(entry, ID_BYTES);
  return frame;
};

/** @throws CodecError CODEC_ENTRY_LENGTH when it has no id */
export const decodeRequest = (frame: Uint8Array): { readonly id: number; readonly entry: Uint8Array } => {
  const reader = new ByteReader(frame);
  return { id: reader.number(ID_BYTES), entry: reader.rest() };
};

const writeNumber = (writer: ByteWriter, value: number, bytes: number): void => writer.unsigned(BigInt(value), bytes);

const writeHead = (writer: ByteWriter, head: SignedHead): void => {
  writeNumber(writer, head.epoch, 4);
  writeNumber(writer, head.first, 8);
  writeNumber(writer, head.last, 8);
  writer.fixed(head.root, HASH_BYTES);
  writer.unsigned(head.chainHash, HASH_BYTES);
  writeNumber(writer, head.timeSec, 5);
  writer.fixed(head.signature, SIGNATURE_BYTES);
};

const readHead = (reader: ByteReader): SignedHead => ({
  epoch: reader.number(4),
  first: reader.number(8),
  last: reader.number(8),
  root: reader.fixed(HASH_BYTES),
  chainHash: reader.unsigned(HASH_BYTES),
  timeSec: reader.number(5),
  signature: reader.fixed(SIGNATURE_BYTES),
});

const writeReceipt = (writer: ByteWriter, receipt: Receipt | null): void => {
  writeNumber(writer, receipt === null ? 0 : 1, 1);
  if (receipt === null) return;
  writeNumber(writer, receipt.index, 8);
  writer.unsigned(receipt.entryHash, HASH_BYTES);
  writer.unsigned(receipt.chainHash, HASH_BYTES);
  writeHead(writer, receipt.head);
  writer.list(receipt.path, MAX_PATH, (out, sibling) => out.fixed(sibling, HASH_BYTES));
};

const readReceipt = (reader: ByteReader): Receipt | null => {
  if (readFlag(reader) === 0) return null;
  const index = reader.number(8);
  const entryHash = reader.unsigned(HASH_BYTES);
  const chainHash = reader.unsigned(HASH_BYTES);
  const head = readHead(reader);
  return { index, entryHash, chainHash, head, path: reader.list(MAX_PATH, (input) => input.fixed(HASH_BYTES)) };
};

/** 0 or 1. */
const readFlag = (reader: ByteReader): number => {
  const flag = reader.number(1);
  if (flag > 1) throw new CodecError('CODEC_UNKNOWN_BITS', 'a flag is neither 0 nor 1', { flag });
  return flag;
};

const writeParty = (writer: ByteWriter, { account, nonce, fee }: FillParty): void => {
  writeNumber(writer, account, 3);
  writeNumber(writer, nonce, 4);
  writer.unsigned(fee, 8);
};

const readParty = (reader: ByteReader): FillParty => ({
  account: reader.number(3),
  nonce: reader.number(4),
  fee: reader.unsigned(8),
});

const writeFill = (writer: ByteWriter, fill: FillEvent): void => {
  writeNumber(writer, fill.tradeId, 8);
  writeNumber(writer, fill.batchNumber, 8);
  writeNumber(writer, fill.instrument, 3);
  writeNumber(writer, fill.price, 5);
  writeNumber(writer, fill.lots, 4);
  writeParty(writer, fill.maker);
  writeParty(writer, fill.taker);
  writeNumber(writer, (fill.aggressor === 'sell' ? SELLS : 0) | (fill.liquidation ? LIQUIDATION : 0), 1);
  writeNumber(writer, fill.timeSec, 5);
};

const readFill = (reader: ByteReader): FillEvent => {
  const place = { type: 'fill', tradeId: reader.number(8), batchNumber: reader.number(8) } as const;
  const what = { instrument: reader.number(3), price: reader.number(5), lots: reader.number(4) };
  const parties = { maker: readParty(reader), taker: readParty(reader) };
  const flags = reader.number(1);
  if (flags > (SELLS | LIQUIDATION)) throw new CodecError('CODEC_UNKNOWN_BITS', 'unknown flags of a fill', { flags });
  const aggressor = (flags & SELLS) === 0 ? 'buy' : 'sell';
  return {
    ...place,
    ...what,
    ...parties,
    aggressor,
    liquidation: (flags & LIQUIDATION) !== 0,
    timeSec: reader.number(5),
  };
};

export const encodeAnswer = (id: number, { receipt, parts }: SubmissionAnswer): Uint8Array => {
  const writer = new ByteWriter();
  writeNumber(writer, id, ID_BYTES);
  writer.unsigned(STATUS.outcome, 1);
  writeReceipt(writer, receipt);
  writer.list(parts, MAX_PARTS, (out, { rejection, fills }) => {
    writeNumber(out, rejection ?? 0, 2);
    out.list(fills, MAX_FILLS, writeFill);
  });
  return writer.finish();
};

export const encodeError = (id: number, error: RpcError): Uint8Array => {
  const writer = new ByteWriter();
  writeNumber(writer, id, ID_BYTES);
  writer.unsigned(STATUS.error, 1);
  writeNumber(writer, -error.number, 4);
  writer.bytes(new TextEncoder().encode(error.message).subarray(0, MAX_TEXT_BYTES), MAX_TEXT_BYTES);
  return writer.finish();
};

const readError = (reader: ByteReader): RpcError => {
  const number = -reader.number(4);
  const text = new TextDecoder().decode(reader.bytes(MAX_TEXT_BYTES));
  const name = rpcErrorName(number);
  if (name === null) throw new CodecError('CODEC_UNKNOWN_BITS', `an unknown error: ${text}`, { number });
  return new RpcError(name, text);
};

/** The client's side. @throws CodecError when it is no answer */
export const decodeAnswer = (
  frame: Uint8Array,
): { readonly id: number; readonly answer: SubmissionAnswer | RpcError } => {
  const reader = new ByteReader(frame);
  const id = reader.number(ID_BYTES);
  if (readFlag(reader) === 1) {
    const error = readError(reader);
    reader.finish();
    return { id, answer: error };
  }
  const receipt = readReceipt(reader);
  const parts = reader.list(MAX_PARTS, (input): PartAnswer => {
    const rejection = input.number(2);
    return { rejection: rejection === 0 ? null : rejection, fills: input.list(MAX_FILLS, readFill) };
  });
  reader.finish();
  return { id, answer: { receipt, parts } };
};
