import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { bytesToWord, wordToBytes } from '../core/codec/byteWords.ts';
import type { PatchedFile, Storage } from '../storage/storage.ts';

/** How far the log was acknowledged. */
export interface Watermark {
  /** Number of entries acknowledged. */
  readonly count: number;
  /** Chain hash after them. */
  readonly chainHash: bigint;
}

/**
 * A second witness of how long the log is. LevelDB drops a damaged tail of its write-ahead file without a word;
 * this file tells a tail that nobody was promised from one that was acknowledged.
 * Two slots are written in turn, each under its own checksum, so a torn write leaves the other one.
 * A write reaches the kernel before the acknowledgement (so it survives kill -9) and the disk within a second:
 * after a power cut it may lag, which hides a loss that the disk itself caused but never raises a false alarm.
 */
export interface WatermarkFile {
  readonly last: Watermark | null;
  readonly write: (mark: Watermark) => Promise<void>;
  readonly close: () => Promise<void>;
}

const SLOT_BYTES = 128;
const BODY_BYTES = 40;

const encodeSlot = (mark: Watermark): Uint8Array => {
  const slot = new Uint8Array(SLOT_BYTES);
  new DataView(slot.buffer).setBigUint64(0, BigInt(mark.count));
  slot.set(wordToBytes(mark.chainHash), 8);
  slot.set(createHash('sha256').update(slot.subarray(0, BODY_BYTES)).digest(), BODY_BYTES);
  return slot;
};

const decodeSlot = (slot: Uint8Array): Watermark | null => {
  const sum = createHash('sha256').update(slot.subarray(0, BODY_BYTES)).digest();
  if (!sum.equals(slot.subarray(BODY_BYTES, BODY_BYTES + 32))) return null;
  const count = Number(new DataView(slot.buffer, slot.byteOffset).getBigUint64(0));
  return { count, chainHash: bytesToWord(slot.subarray(8, BODY_BYTES)) };
};

const readSlots = async (file: PatchedFile): Promise<(Watermark | null)[]> => {
  const bytes = await file.read();
  return bytes.length < 2 * SLOT_BYTES
    ? [decodeSlot(padded(bytes.subarray(0, SLOT_BYTES))), decodeSlot(padded(bytes.subarray(SLOT_BYTES)))]
    : [decodeSlot(bytes.subarray(0, SLOT_BYTES)), decodeSlot(bytes.subarray(SLOT_BYTES, 2 * SLOT_BYTES))];
};

const padded = (bytes: Uint8Array): Uint8Array => {
  const slot = new Uint8Array(SLOT_BYTES);
  slot.set(bytes);
  return slot;
};

/** @throws StorageError; `last` is null for a new file or when both slots are damaged. */
export const openWatermark = async (storage: Storage, clock: Clock, syncEveryMs = 1000): Promise<WatermarkFile> => {
  const file = await storage.openFile('log/ACKNOWLEDGED');
  const slots0 = await readSlots(file);
  const slots = slots0.filter((slot) => slot !== null);
  const last = slots.reduce<Watermark | null>((a, b) => (a !== null && a.count >= b.count ? a : b), null);
  // Never overwrite the newer slot first.
  let turn = last !== null && slots0[0]?.count === last.count ? 1 : 0;
  let cancelSync: (() => void) | null = null;

  const syncSoon = (): void => {
    cancelSync ??= clock.after(syncEveryMs, () => {
      cancelSync = null;
      // The next write reports a disk that fails; a sync that fails here only makes the file lag.
      file.sync().catch(() => undefined);
    });
  };

  return {
    last,
    write: async (mark) => {
      await file.writeAt(turn * SLOT_BYTES, encodeSlot(mark));
      turn = 1 - turn;
      syncSoon();
    },
    close: async () => {
      cancelSync?.();
      await file.sync();
      await file.close();
    },
  };
};
