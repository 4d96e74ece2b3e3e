import type { Head } from '../core/heads/head.ts';
import { corrupt } from './LogError.ts';

/**
 * Where a group of entries ends, as it is kept beside them: written with the entries in one synced write, so that every entry stands
 * in exactly one group, also after a crash. What a head says beside this follows from the entries; its signature is kept with the
 * next write, and until then it can be made again, to the same bytes.
 */
export interface HeadRow extends Pick<Head, 'epoch' | 'first' | 'last' | 'timeSec'> {
  /** 65 bytes; null: not kept yet. */
  readonly signature: Uint8Array | null;
}

/** Records' keys have eight bytes and begin with 0: rows of heads stand behind all of them. */
const PREFIX = 0x48;
const KEY_BYTES = 9;
const FIXED_BYTES = 4 + 8 + 8;
const SIGNATURE_BYTES = 65;

/** Of the group's last entry, so that the first row from an entry's own key on is that of its group. */
export const headKey = (last: number): Uint8Array => {
  const key = new Uint8Array(KEY_BYTES);
  key[0] = PREFIX;
  new DataView(key.buffer).setBigUint64(1, BigInt(last));
  return key;
};

/** The index of a head's key, or null: it is none. */
export const headIndex = (key: Uint8Array): number | null =>
  key.length === KEY_BYTES && key[0] === PREFIX
    ? Number(new DataView(key.buffer, key.byteOffset, KEY_BYTES).getBigUint64(1))
    : null;

/** Epoch 4 bytes, first entry 8, time 8, then the signature if there is one; big-endian. */
export const encodeHeadRow = ({ epoch, first, timeSec, signature }: HeadRow): Uint8Array => {
  const row = new Uint8Array(FIXED_BYTES + (signature?.length ?? 0));
  const view = new DataView(row.buffer);
  view.setUint32(0, epoch);
  view.setBigUint64(4, BigInt(first));
  view.setBigUint64(12, BigInt(timeSec));
  if (signature !== null) row.set(signature, FIXED_BYTES);
  return row;
};

/** @throws LogError LOG_CORRUPT */
export const decodeHeadRow = (last: number, row: Uint8Array): HeadRow => {
  if (row.length !== FIXED_BYTES && row.length !== FIXED_BYTES + SIGNATURE_BYTES) {
    throw corrupt(last, 'has a head of a wrong length');
  }
  const view = new DataView(row.buffer, row.byteOffset, row.length);
  const first = Number(view.getBigUint64(4));
  if (!Number.isSafeInteger(first) || first > last) throw corrupt(last, 'has a head that begins after it');
  return {
    epoch: view.getUint32(0),
    first,
    last,
    timeSec: Number(view.getBigUint64(12)),
    // A copy that is no Buffer, whatever the table gives.
    signature: row.length === FIXED_BYTES ? null : Uint8Array.from(row.subarray(FIXED_BYTES)),
  };
};
