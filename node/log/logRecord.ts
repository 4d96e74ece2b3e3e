import { bytesToWord, wordToBytes } from '../core/codec/byteWords.ts';
import { LogError } from './LogError.ts';

/** One entry as stored: its place in the chain beside its bytes. */
export interface LogRecord {
  readonly index: number;
  /** The canonical encoding (core's codec). */
  readonly bytes: Uint8Array;
  /** keccak256(bytes) >> 8. */
  readonly entryHash: bigint;
  readonly chainHash: bigint;
  /** Time of the last tick up to and including this entry; 0 before the first. */
  readonly timeSec: number;
}

const CHAIN_BYTES = 32;
const TIME_BYTES = 8;
const HEAD_BYTES = CHAIN_BYTES + TIME_BYTES;

/** Big-endian, so that Level's order is the log's. */
export const recordKey = (index: number): Uint8Array => {
  const key = new Uint8Array(8);
  new DataView(key.buffer).setBigUint64(0, BigInt(index));
  return key;
};

/** Past every record's key: an index is below 2^53, so that its first byte is 0. Heads stand behind (headRow.ts). */
export const LAST_KEY = Uint8Array.of(1);

export const recordIndex = (key: Uint8Array): number =>
  key.length === 8 ? Number(new DataView(key.buffer, key.byteOffset, 8).getBigUint64(0)) : Number.NaN;

/** chainHash 32 bytes, timeSec 8 bytes, then the entry; all big-endian. */
export const encodeRecord = (record: LogRecord): Uint8Array => {
  const out = new Uint8Array(HEAD_BYTES + record.bytes.length);
  out.set(wordToBytes(record.chainHash), 0);
  new DataView(out.buffer).setBigUint64(CHAIN_BYTES, BigInt(record.timeSec));
  out.set(record.bytes, HEAD_BYTES);
  return out;
};

export interface StoredRecord {
  readonly chainHash: bigint;
  readonly timeSec: number;
  readonly bytes: Uint8Array;
}

/** @throws LogError LOG_CORRUPT when too short to be a record. */
export const decodeRecord = (index: number, value: Uint8Array): StoredRecord => {
  if (value.length <= HEAD_BYTES) {
    throw new LogError(
      'LOG_CORRUPT',
      `log entry ${index} is too short to be one; restore the data directory from a copy`,
      {
        index,
        length: value.length,
      },
    );
  }
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  return {
    chainHash: bytesToWord(value.subarray(0, CHAIN_BYTES)),
    timeSec: Number(view.getBigUint64(CHAIN_BYTES)),
    // A copy: a slice of what Level hands out would keep its whole block in memory.
    bytes: new Uint8Array(value.subarray(HEAD_BYTES)),
  };
};
