import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToWord, wordToBytes } from '../codec/byteWords.ts';

const TAG = new TextEncoder().encode('straddle.domain.v1');

/** keccak256(abi.encode("straddle.domain.v1", chainId, exchange)) >> 8 (protocol, section 3). */
export function stateDomain(chainId: bigint, exchange: bigint): bigint {
  const tag = new Uint8Array(32);
  tag.set(TAG);
  // abi.encode: the string's offset, the two numbers, then the string's length and bytes.
  const head = [96n, chainId, exchange, BigInt(TAG.length)].flatMap((word) => [...wordToBytes(word)]);
  return bytesToWord(keccak_256(Uint8Array.from([...head, ...tag]))) >> 8n;
}
