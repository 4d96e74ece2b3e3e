import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';

const VALUES = 76;

const readElement = (view: DataView, at: number): bigint =>
  view.getBigUint64(at, true) |
  (view.getBigUint64(at + 8, true) << 64n) |
  (view.getBigUint64(at + 16, true) << 128n) |
  (view.getBigUint64(at + 24, true) << 192n);

const writeElement = (view: DataView, at: number, value: bigint): void => {
  for (let i = 0; i < 4; i++) view.setBigUint64(at + 8 * i, BigInt.asUintN(64, value >> BigInt(64 * i)), true);
};

/** Values of a .wtns file as circom writes it: a header section of 40 bytes, then the values. */
export const readWtns = (bytes: Uint8Array): bigint[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(60, true);
  return Array.from({ length: count }, (_, i) => readElement(view, VALUES + 32 * i));
};

export const writeWtns = (values: readonly bigint[]): Uint8Array => {
  const bytes = new Uint8Array(VALUES + 32 * values.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('wtns'));
  view.setUint32(4, 2, true);
  view.setUint32(8, 2, true);
  view.setUint32(12, 1, true);
  view.setBigUint64(16, 40n, true);
  view.setUint32(24, 32, true);
  writeElement(view, 28, FIELD_PRIME);
  view.setUint32(60, values.length, true);
  view.setUint32(64, 2, true);
  view.setBigUint64(68, BigInt(32 * values.length), true);
  for (const [i, value] of values.entries()) writeElement(view, VALUES + 32 * i, value);
  return bytes;
};
