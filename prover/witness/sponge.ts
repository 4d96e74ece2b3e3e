import type { Hasher } from '../../node/core/crypto/hasher.ts';

/** Protocol, section 2: the length, then 15 elements a call. */
export const sponge = (hasher: Hasher, elements: readonly bigint[]): bigint => {
  let state = BigInt(elements.length);
  for (let at = 0; at < elements.length; at += 15) {
    const block = elements.slice(at, at + 15);
    state = hasher.poseidon([state, ...block, ...Array<bigint>(15 - block.length).fill(0n)]);
  }
  return state;
};
