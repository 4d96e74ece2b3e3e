import { type Address, hexToBigInt, type PublicClient, size, slice } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { isDevelopmentAlpha } from '../../prover/setup/insecureKeys.ts';

const KEY_BYTES = 30 * 32;

/**
 * Whether L1 accepts proofs of any of these shapes by a development key, whose secrets are public. A shape's
 * verifier ends with its key's 30 words, of which the first is alpha's x coordinate (contracts/src/libraries/KeyData.sol).
 *
 * @throws viem's error when L1 does not answer
 */
export async function acceptsInsecureKeys(
  client: PublicClient,
  exchange: Address,
  shapeIds: readonly number[],
): Promise<boolean> {
  for (const shapeId of shapeIds) {
    const contract = { address: exchange, abi: straddleExchangeAbi } as const;
    const verifier = await client.readContract({ ...contract, functionName: 'shapeVerifier', args: [shapeId] });
    const code = (await client.getCode({ address: verifier })) ?? '0x';
    const key = size(code) - KEY_BYTES;
    if (key >= 0 && isDevelopmentAlpha(hexToBigInt(slice(code, key, key + 32)))) return true;
  }
  return false;
}
