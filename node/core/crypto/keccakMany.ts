import { keccak_256 } from '@noble/hashes/sha3.js';

/** keccak256 of pieces of `data` that stand one after the other, `lengths` bytes each: 32 bytes each, in order. */
export type KeccakMany = (data: Uint8Array, lengths: Uint32Array) => Uint8Array;

export const KECCAK_BYTES = 32;

/** In JavaScript. */
export const keccakManyInJavaScript: KeccakMany = (data, lengths) => {
  const hashes = new Uint8Array(lengths.length * KECCAK_BYTES);
  let start = 0;
  lengths.forEach((length, at) => {
    hashes.set(keccak_256(data.subarray(start, start + length)), at * KECCAK_BYTES);
    start += length;
  });
  return hashes;
};
