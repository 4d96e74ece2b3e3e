/** 32 bytes, big-endian, of an unsigned 256-bit number. */
export function wordToBytes(word: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let limb = 0; limb < 4; limb++) view.setBigUint64(24 - 8 * limb, BigInt.asUintN(64, word >> BigInt(64 * limb)));
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
