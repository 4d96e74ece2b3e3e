import { keccak_256 } from '@noble/hashes/sha3.js';

/**
 * The seed of the trading key that belongs to a wallet (protocol, section 4): keccak256 of the wallet's 65-byte
 * signature over EIP-712 `StraddleKey(string purpose,uint256 domain)`. Feed it to publicKey and sign.
 */
export function deriveKey(walletSignature: Uint8Array): Uint8Array {
  if (walletSignature.length !== 65) throw new RangeError('a wallet signature is 65 bytes: r, s and v');
  return keccak_256(walletSignature);
}
