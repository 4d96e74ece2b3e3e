import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToWord } from '../codec/byteWords.ts';
import type { Receipt, SignedHead } from './head.ts';
import { type HeadDomain, headDigest } from './headDigest.ts';
import { headDepth, MAX_GROUP_ENTRIES, rootOf } from './headTree.ts';

const SIGNATURE_BYTES = 65;
const HASH_BYTES = 32;

/** The address that a head's signature is of; null: of nobody, or not in its only form (s low, v 27 or 28). */
export const headSigner = (domain: HeadDomain, head: SignedHead): bigint | null => {
  const { signature } = head;
  const recovery = (signature[SIGNATURE_BYTES - 1] ?? 0) - 27;
  if (signature.length !== SIGNATURE_BYTES || (recovery !== 0 && recovery !== 1)) return null;
  try {
    const parsed = secp256k1.Signature.fromBytes(signature.subarray(0, 64), 'compact').addRecoveryBit(recovery);
    if (parsed.hasHighS()) return null;
    const key = parsed.recoverPublicKey(headDigest(domain, head)).toBytes(false);
    return bytesToWord(keccak_256(key.subarray(1)).subarray(12));
  } catch {
    return null;
  }
};

/** Whether the receipt's leaf stands under its head. Says nothing of the signature. */
const isUnderHead = ({ index, entryHash, chainHash, path, head }: Receipt): boolean => {
  const { first, last, root } = head;
  if (![index, first, last].every((value) => Number.isSafeInteger(value) && value >= 0)) return false;
  if (index < first || index > last || last - first >= MAX_GROUP_ENTRIES) return false;
  if (path.length !== headDepth(last - first + 1)) return false;
  if (path.some((node) => node.length !== HASH_BYTES)) return false;
  const limit = 1n << 256n;
  if ([entryHash, chainHash].some((hash) => hash < 0n || hash >= limit)) return false;
  const reached = rootOf({ index, entryHash, chainHash }, index - first, path);
  return root.length === HASH_BYTES && reached.every((byte, at) => byte === root[at]);
};

/**
 * Who promised that this entry stands at this index: the one check of a receipt, for clients, watchers and tests. Take the
 * receipt if it is the node's address for the head's epoch.
 * @returns the signer's 160-bit address, or null: the receipt promises nothing
 */
export const receiptSigner = (domain: HeadDomain, receipt: Receipt): bigint | null =>
  isUnderHead(receipt) ? headSigner(domain, receipt.head) : null;
