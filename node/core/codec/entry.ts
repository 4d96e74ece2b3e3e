import { keccak_256 } from '@noble/hashes/sha3.js';
import { FIELD_PRIME, type Hasher } from '../crypto/hasher.ts';
import { KECCAK_BYTES, keccakManyInJavaScript } from '../crypto/keccakMany.ts';
import { ENTRY_KIND, ENTRY_LIMITS, type Entry } from '../protocol/entry.ts';
import type { Genesis } from '../protocol/genesis.ts';
import type { Instrument } from '../protocol/instrument.ts';
import { INSTRUMENT_KIND, instrumentKindOf } from '../protocol/instrument.ts';
import { type L1Op, l1OpKindOf, type Signature, type SignedIntent, type WithdrawIntent } from '../protocol/rows.ts';
import { invariant } from '../units/invariant.ts';
import { ByteReader, ByteWriter } from './byteStream.ts';
import { bytesToWord } from './byteWords.ts';
import { CodecError } from './CodecError.ts';
import { intentHead, packLegs, unpackIntent } from './message.ts';

/** Canonical bytes of log entries: a type byte, then fixed-width big-endian fields, lists with their counts first. */

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

const NAME = /^[a-z0-9-]+$/;

function writeGenesis(writer: ByteWriter, genesis: Genesis): void {
  writer.unsigned(BigInt(genesis.protocolVersion), 2);
  writer.unsigned(genesis.chainId, 8);
  writer.unsigned(genesis.exchange, 20);
  writer.bytes(new TextEncoder().encode(checkName(genesis.deployment)), ENTRY_LIMITS.nameBytes);
  writer.unsigned(genesis.deploymentHash, 32);
  writer.unsigned(BigInt(genesis.makerFeePpm), 4);
  writer.unsigned(BigInt(genesis.takerFeePpm), 4);
  writer.unsigned(BigInt(genesis.reportMaxAgeSec), 5);
}

function readGenesis(reader: ByteReader): Genesis {
  return {
    protocolVersion: reader.number(2),
    chainId: reader.unsigned(8),
    exchange: reader.unsigned(20),
    deployment: checkName(String.fromCharCode(...reader.bytes(ENTRY_LIMITS.nameBytes))),
    deploymentHash: reader.unsigned(32),
    makerFeePpm: reader.number(4),
    takerFeePpm: reader.number(4),
    reportMaxAgeSec: reader.number(5),
  };
}

function checkName(name: string): string {
  if (NAME.test(name)) return name;
  throw new CodecError('CODEC_ROW', 'the name of a deployment is small letters, digits and hyphens', { name });
}

/** Canonical bytes; throws CodecError for a value that does not fit its field. */
export function encodeEntry(entry: Entry): Uint8Array {
  const writer = new ByteWriter();
  writer.unsigned(BigInt(ENTRY_KIND[entry.type]), 1);
  switch (entry.type) {
    case 'genesis':
      writeGenesis(writer, entry.genesis);
      break;
    case 'epoch':
      writer.unsigned(BigInt(entry.epoch), 4);
      writer.unsigned(entry.nodeKey, 20);
      break;
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
    case ENTRY_KIND.genesis:
      return { type: 'genesis', genesis: readGenesis(reader) };
    case ENTRY_KIND.epoch:
      return { type: 'epoch', epoch: reader.number(4), nodeKey: reader.unsigned(20) };
    case ENTRY_KIND.tick:
      return { type: 'tick', timeSec: reader.number(5) };
    case ENTRY_KIND.l1Op:
      return { type: 'l1Op', index: reader.number(6), op: readOp(reader) };
    case ENTRY_KIND.list:
      return { type: 'list', instruments: reader.list(ENTRY_LIMITS.instruments, readInstrument) };
    case ENTRY_KIND.delist:
      return { type: 'delist', instruments: reader.list(ENTRY_LIMITS.instruments, (input) => input.number(3)) };
    case ENTRY_KIND.report:
      return {
        type: 'report',
        timeSec: reader.number(5),
        inputs: reader.bytes(ENTRY_LIMITS.reportBytes),
        spots: reader.list(ENTRY_LIMITS.spots, (input) => input.unsigned(8)),
        signatures: reader.list(ENTRY_LIMITS.signatures, (input) => input.bytes(ENTRY_LIMITS.signatureBytes)),
      };
    case ENTRY_KIND.intent:
      return { type: 'intent', signed: readSignedIntent(reader) };
    case ENTRY_KIND.massQuote:
      return { type: 'massQuote', quotes: reader.list(ENTRY_LIMITS.quotes, readSignedIntent) };
    case ENTRY_KIND.cancel:
    case ENTRY_KIND.cancelAll:
      return {
        type: type === ENTRY_KIND.cancel ? 'cancel' : 'cancelAll',
        account: reader.number(3),
        nonce: reader.number(4),
        expirySec: reader.number(5),
        signature: readSignature(reader),
      };
    case ENTRY_KIND.withdraw: {
      const intent = {
        account: reader.number(3),
        nonce: reader.number(4),
        expirySec: reader.number(5),
        amount: reader.unsigned(8),
      };
      return { type: 'withdraw', signed: { intent, signature: readSignature(reader) } };
    }
    case ENTRY_KIND.seal:
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

/** The hash of each entry, in order. */
export function entryHashes(hasher: Pick<Hasher, 'keccakMany'>, entries: readonly Uint8Array[]): readonly bigint[] {
  const lengths = Uint32Array.from(entries, (bytes) => bytes.length);
  const data = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let start = 0;
  for (const bytes of entries) {
    data.set(bytes, start);
    start += bytes.length;
  }
  const hashes = (hasher.keccakMany ?? keccakManyInJavaScript)(data, lengths);
  invariant(hashes.length === entries.length * KECCAK_BYTES, 'each entry has a hash');
  return entries.map((_, at) => bytesToWord(hashes.subarray(at * KECCAK_BYTES, (at + 1) * KECCAK_BYTES)) >> 8n);
}
