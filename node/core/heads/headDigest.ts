import { keccak_256 } from '@noble/hashes/sha3.js';
import { wordToBytes } from '../codec/byteWords.ts';
import type { Head } from './head.ts';

/** Where a head is good: the exchange on its chain. */
export interface HeadDomain {
  readonly chainId: bigint;
  /** 160-bit address. */
  readonly exchange: bigint;
}

const text = (value: string): Uint8Array => keccak_256(new TextEncoder().encode(value));

const hashWords = (words: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(32 * words.length);
  words.forEach((word, at) => {
    bytes.set(word, 32 * at);
  });
  return keccak_256(bytes);
};

const DOMAIN_TYPE = text('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)');
const HEAD_TYPE = text('Head(uint32 epoch,uint64 first,uint64 last,bytes32 root,uint256 chainHash,uint40 timeSec)');
const NAME = text('Straddle');
const VERSION = text('1');

const separators = new WeakMap<HeadDomain, Uint8Array>();

/** Hashed once a domain: a sequencer signs hundreds of heads a second. */
const domainSeparator = (domain: HeadDomain): Uint8Array => {
  const known = separators.get(domain);
  if (known !== undefined) return known;
  const { chainId, exchange } = domain;
  const separator = hashWords([DOMAIN_TYPE, NAME, VERSION, wordToBytes(chainId), wordToBytes(exchange)]);
  separators.set(domain, separator);
  return separator;
};

const number = (value: number): Uint8Array => wordToBytes(BigInt(value));

/** The 32 bytes that are signed (EIP-712). */
export const headDigest = (domain: HeadDomain, { epoch, first, last, root, chainHash, timeSec }: Head): Uint8Array => {
  const fields = [number(epoch), number(first), number(last), root, wordToBytes(chainHash), number(timeSec)];
  const digest = new Uint8Array(66);
  digest.set([0x19, 0x01], 0);
  digest.set(domainSeparator(domain), 2);
  digest.set(hashWords([HEAD_TYPE, ...fields]), 34);
  return keccak_256(digest);
};
