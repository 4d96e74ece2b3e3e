import { type Address, hexToBigInt, type PublicClient, size, slice } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { isDevelopmentAlpha } from '../../prover/setup/insecureKeys.ts';

/**
 * Whether L1 accepts proofs of any of these shapes by a development key, whose secrets are public. The contract keeps
 * a verifying key as code, behind a STOP: first alpha's x coordinate (contracts/src/libraries/KeyData.sol).
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
    const keyData = await client.readContract({ ...contract, functionName: 'shapeKeyData', args: [shapeId] });
    const code = (await client.getCode({ address: keyData })) ?? '0x';
    if (size(code) >= 33 && isDevelopmentAlpha(hexToBigInt(slice(code, 1, 33)))) return true;
  }
  return false;
}
