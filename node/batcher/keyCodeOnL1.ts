import { type Address, type Hex, type PublicClient, zeroAddress } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';

/**
 * Reads the code that the exchange keeps for a shape's verifying key; null: the shape is not registered.
 * @throws viem's error when L1 does not answer
 */
export const createKeyCodeOnL1 =
  (client: PublicClient, exchange: Address) =>
  async (shapeId: number): Promise<Hex | null> => {
    const contract = { address: exchange, abi: straddleExchangeAbi } as const;
    const address = await client.readContract({ ...contract, functionName: 'shapeVerifier', args: [shapeId] });
    return address === zeroAddress ? null : ((await client.getCode({ address })) ?? '0x');
  };
