import { type Hex, keccak256 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { L1Account } from './L1.ts';

/** An account whose key is at hand: signs EIP-1559 transactions for one chain. */
export function createLocalAccount(privateKey: Hex, chainId: number): L1Account {
  const account = privateKeyToAccount(privateKey);
  return {
    address: account.address,
    sign: async (transaction) => {
      const signed = await account.signTransaction({ type: 'eip1559', chainId, ...transaction });
      return { signed, hash: keccak256(signed) };
    },
  };
}
