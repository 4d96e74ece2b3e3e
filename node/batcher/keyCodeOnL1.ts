import { type Address, type Hex, zeroAddress } from 'viem';
import type { L1 } from '../l1/L1.ts';
import { readExchange } from '../l1/readContract.ts';

/**
 * Reads the code that the exchange keeps for a shape's verifying key; null: the shape is not registered.
 * @throws L1Error
 */
export const createKeyCodeOnL1 =
  (l1: L1, exchange: Address) =>
  async (shapeId: number): Promise<Hex | null> => {
    const keyData = await readExchange(l1, exchange, 'latest', 'shapeVerifier', [shapeId]);
    return keyData === zeroAddress ? null : l1.code(keyData, 'latest');
  };
