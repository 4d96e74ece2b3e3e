import { keccak_256 } from '@noble/hashes/sha3.js';
import { FIELD_PRIME } from '../crypto/hasher.ts';
import type { Entry } from '../protocol/entry.ts';
import type { Instrument } from '../protocol/instrument.ts';
import { INSTRUMENT_KIND, instrumentKindOf } from '../protocol/instrument.ts';
import { type L1Op, l1OpKindOf, type Signature, type SignedIntent, type WithdrawIntent } from '../protocol/rows.ts';
import { ByteReader, ByteWriter } from './byteStream.ts';
import { bytesToWord } from './byteWords.ts';
import { CodecError } from './CodecError.ts';
import { intentHead, packLegs, unpackIntent } from './message.ts';

/** Canonical bytes of log entries: a type byte, then fixed-width big-endian fields, lists with their counts first. */

const TYPE = {
  tick: 1,
  l1Op: 2,
  list: 3,
  delist: 4,
  report: 5,
  intent: 6,
  massQuote: 7,
  cancel: 8,
  cancelAll: 9,
  withdraw: 10,
  seal: 11,
} as const satisfies Record<Entry['type'], number>;

/** Bounds on what one entry may hold; the gateway refuses more before it gets here. */
export const ENTRY_LIMITS = {
  quotes: 256,
  instruments: 1024,
  reportBytes: 65_536,
  spots: 16,
  signatures: 64,
  signatureBytes: 65,
} as const;

function writeSignature(writer: ByteWriter, { rX, rY, s }: Signature): void {
  for (const element of [rX, rY, s]) writer.field(element, FIELD_PRIME);
}

function readSignature(reader: ByteReader): Signature {
  return { rX: reader.field(FIELD_PRIME), rY: reader.field(FIELD_PRIME), s: reader.field(FIELD_PRIME) };
}

function writeSignedIntent(writer: ByteWriter, { intent, signature }: SignedIntent): void {
  writer.unsigned(intentHead(intent), 28);
  writer.unsigned(packLegs(intent.legs), 14);
  writeSignature(writer, signature);
}

function readSignedIntent(reader: ByteReader): SignedIntent {
  return { intent: unpackIntent(reader.unsigned(28), reader.unsigned(14)), signature: readSignature(reader) };
}

function writeOp(writer: ByteWriter, op: L1Op): void {
  writer.unsigned(BigInt(op.kind), 1);
  writer.unsigned(BigInt(op.account), 3);
  writer.unsigned(op.amount, 8);
  writer.unsigned(op.owner, 20);
  writer.field(op.keyX, FIELD_PRIME);
  writer.field(op.keyY, FIELD_PRIME);
}

function readOp(reader: ByteReader): L1Op {
  const number = reader.number(1);
  const kind = l1OpKindOf(number);
  if (kind === undefined) throw new CodecError('CODEC_ROW', 'unknown kind of L1 op', { kind: number });
  return {
    kind,
    account: reader.number(3),
    amount: reader.unsigned(8),
    owner: reader.unsigned(20),
    keyX: reader.field(FIELD_PRIME),
    keyY: reader.field(FIELD_PRIME),
  };
}

function writeInstrument(writer: ByteWriter, { instrument, kind, expirySec, strike }: Instrument): void {
  writer.unsigned(BigInt(instrument), 3);
  writer.unsigned(BigInt(INSTRUMENT_KIND[kind]), 1);
  writer.unsigned(BigInt(expirySec), 5);
  writer.unsigned(strike, 5);
}

function readInstrument(reader: ByteReader): Instrument {
  const instrument = reader.number(3);
  const kind = instrumentKindOf(reader.number(1));
  if (kind === undefined) throw new CodecError('CODEC_ROW', 'unknown kind of instrument', { instrument });
  return { instrument, kind, expirySec: reader.number(5), strike: reader.unsigned(5) };
}

function writeWithdraw(writer: ByteWriter, intent: WithdrawIntent): void {
  writer.unsigned(BigInt(intent.account), 3);
  writer.unsigned(BigInt(intent.nonce), 4);
  writer.unsigned(BigInt(intent.expirySec), 5);
  writer.unsigned(intent.amount, 8);
}

/** Canonical bytes; throws CodecError for a value that does not fit its field. */
export function encodeEntry(entry: Entry): Uint8Array {
  const writer = new ByteWriter();
  writer.unsigned(BigInt(TYPE[entry.type]), 1);
  switch (entry.type) {
    case 'tick':
      writer.unsigned(BigInt(entry.timeSec), 5);
      break;
    case 'l1Op':
      writer.unsigned(BigInt(entry.index), 6);
      writeOp(writer, entry.op);
      break;
    case 'list':
      writer.list(entry.instruments, ENTRY_LIMITS.instruments, writeInstrument);
      break;
    case 'delist':
      writer.list(entry.instruments, ENTRY_LIMITS.instruments, (out, id) => out.unsigned(BigInt(id), 3));
      break;
    case 'report':
      writer.unsigned(BigInt(entry.timeSec), 5);
      writer.bytes(entry.inputs, ENTRY_LIMITS.reportBytes);
      writer.list(entry.spots, ENTRY_LIMITS.spots, (out, spot) => out.unsigned(spot, 8));
      writer.list(entry.signatures, ENTRY_LIMITS.signatures, (out, signature) =>
        out.bytes(signature, ENTRY_LIMITS.signatureBytes),
      );
      break;
    case 'intent':
      writeSignedIntent(writer, entry.signed);
      break;
    case 'massQuote':
      writer.list(entry.quotes, ENTRY_LIMITS.quotes, writeSignedIntent);
      break;
    case 'cancel':
    case 'cancelAll':
      writer.unsigned(BigInt(entry.account), 3);
      writer.unsigned(BigInt(entry.nonce), 4);
      writer.unsigned(BigInt(entry.expirySec), 5);
      writeSignature(writer, entry.signature);
      break;
    case 'withdraw':
      writeWithdraw(writer, entry.signed.intent);
      writeSignature(writer, entry.signed.signature);
      break;
    case 'seal':
      break;
  }
  return writer.finish();
}

function readBody(type: number, reader: ByteReader): Entry {
  switch (type) {
    case TYPE.tick:
      return { type: 'tick', timeSec: reader.number(5) };
    case TYPE.l1Op:
      return { type: 'l1Op', index: reader.number(6), op: readOp(reader) };
    case TYPE.list:
      return { type: 'list', instruments: reader.list(ENTRY_LIMITS.instruments, readInstrument) };
    case TYPE.delist:
      return { type: 'delist', instruments: reader.list(ENTRY_LIMITS.instruments, (input) => input.number(3)) };
    case TYPE.report:
      return {
        type: 'report',
        timeSec: reader.number(5),
        inputs: reader.bytes(ENTRY_LIMITS.reportBytes),
        spots: reader.list(ENTRY_LIMITS.spots, (input) => input.unsigned(8)),
        signatures: reader.list(ENTRY_LIMITS.signatures, (input) => input.bytes(ENTRY_LIMITS.signatureBytes)),
      };
    case TYPE.intent:
      return { type: 'intent', signed: readSignedIntent(reader) };
    case TYPE.massQuote:
      return { type: 'massQuote', quotes: reader.list(ENTRY_LIMITS.quotes, readSignedIntent) };
    case TYPE.cancel:
    case TYPE.cancelAll:
      return {
        type: type === TYPE.cancel ? 'cancel' : 'cancelAll',
        account: reader.number(3),
        nonce: reader.number(4),
        expirySec: reader.number(5),
        signature: readSignature(reader),
      };
    case TYPE.withdraw: {
      const intent = {
        account: reader.number(3),
        nonce: reader.number(4),
        expirySec: reader.number(5),
        amount: reader.unsigned(8),
      };
      return { type: 'withdraw', signed: { intent, signature: readSignature(reader) } };
    }
    case TYPE.seal:
      return { type: 'seal' };
    default:
      throw new CodecError('CODEC_ENTRY_TYPE', 'unknown type of log entry', { type });
  }
}

/** An entry and its canonical bytes, so that nobody encodes it twice. */
export interface EncodedEntry {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
}

/** @throws CodecError for a value that does not fit its field */
export const encoded = (entry: Entry): EncodedEntry => ({ entry, bytes: encodeEntry(entry) });

/** Strict inverse of encodeEntry: every accepted byte string is the encoding of what it decodes to. */
export function decodeEntry(bytes: Uint8Array): Entry {
  const reader = new ByteReader(bytes);
  const entry = readBody(reader.number(1), reader);
  reader.finish();
  return entry;
}

/** keccak256(canonical bytes) >> 8, a field element (protocol, section 8). */
export const entryHash = (bytes: Uint8Array): bigint => bytesToWord(keccak_256(bytes)) >> 8n;
