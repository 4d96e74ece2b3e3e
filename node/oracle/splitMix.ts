const MASK = (1n << 64n) - 1n;

/**
 * The index-th output of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014):
 * 64 bits, random access, the same on every machine. For test data only, never for keys.
 */
export function splitMix(seed: bigint, index: bigint): bigint {
  let z = (seed + (index + 1n) * 0x9e3779b97f4a7c15n) & MASK;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}
