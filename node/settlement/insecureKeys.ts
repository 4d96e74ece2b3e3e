import { type Address, hexToBigInt, size, slice } from 'viem';
import { isDevelopmentAlpha } from '../../prover/setup/insecureKeys.ts';
import type { L1 } from '../l1/L1.ts';
import { readExchange } from '../l1/readContract.ts';

const KEY_BYTES = 30 * 32;

/**
 * Whether L1 accepts proofs of any of these shapes by a development key, whose secrets are public. A shape's
 * verifier ends with its key's 30 words, of which the first is alpha's x coordinate (contracts/src/libraries/KeyData.sol).
 *
 * @throws L1Error
 */
export async function acceptsInsecureKeys(l1: L1, exchange: Address, shapeIds: readonly number[]): Promise<boolean> {
  for (const shapeId of shapeIds) {
    const verifier = await readExchange(l1, exchange, 'latest', 'shapeVerifier', [shapeId]);
    const code = await l1.code(verifier, 'latest');
    const key = size(code) - KEY_BYTES;
    if (key >= 0 && isDevelopmentAlpha(hexToBigInt(slice(code, key, key + 32)))) return true;
  }
  return false;
}
