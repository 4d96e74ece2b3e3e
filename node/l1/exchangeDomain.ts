import { type Address, parseAbi } from 'viem';
import type { L1 } from './L1.ts';
import { readContract } from './readContract.ts';

/** EIP-712. Name and version are the contract's own, so that nothing here has to be kept equal to them by hand. */
export interface ExchangeDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  readonly verifyingContract: Address;
}

const EIP_5267 = parseAbi([
  'function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)',
]);

/** Reads the contract's own EIP-712 domain (EIP-5267). @throws L1Error */
export async function readExchangeDomain(l1: L1, exchange: Address): Promise<ExchangeDomain> {
  const view = { address: exchange, abi: EIP_5267, name: 'eip712Domain', args: [], at: 'latest' } as const;
  const [, name, version, chainId, verifyingContract] = await readContract(l1, view);
  return { name, version, chainId: Number(chainId), verifyingContract };
}
