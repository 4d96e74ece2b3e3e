import type { Hasher } from './hasher.ts';

const BLOCK = 15;

/** Sponge of protocol section 2: the length first, then 15 elements a call of Poseidon16, the last block padded with zeros. */
export function sponge(hasher: Hasher, elements: readonly bigint[]): bigint {
  let state = BigInt(elements.length);
  for (let at = 0; at < elements.length; at += BLOCK) {
    const block = elements.slice(at, at + BLOCK);
    while (block.length < BLOCK) block.push(0n);
    state = hasher.poseidon([state, ...block]);
  }
  return state;
}
