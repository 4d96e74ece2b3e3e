/** Writes 32 bytes, big-endian, of an unsigned 256-bit number. */
export function writeWord(view: DataView, at: number, word: bigint): void {
  view.setBigUint64(at + 24, BigInt.asUintN(64, word));
  view.setBigUint64(at + 16, BigInt.asUintN(64, word >> 64n));
  view.setBigUint64(at + 8, BigInt.asUintN(64, word >> 128n));
  view.setBigUint64(at, BigInt.asUintN(64, word >> 192n));
}

/** 32 bytes, big-endian, of an unsigned 256-bit number. */
export function wordToBytes(word: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  writeWord(new DataView(bytes.buffer), 0, word);
  return bytes;
}

/** The unsigned number that big-endian bytes hold. */
export function bytesToWord(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let word = 0n;
  let at = 0;
  for (const odd = bytes.length % 8; at < odd; at++) word = (word << 8n) | BigInt(bytes[at] ?? 0);
  for (; at < bytes.length; at += 8) word = (word << 64n) | view.getBigUint64(at);
  return word;
}
