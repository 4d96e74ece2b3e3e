import {
  type Account,
  type Address,
  type Chain,
  createPublicClient,
  createTestClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  type PublicClient,
  parseEther,
  type Transport,
  type WalletClient,
} from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { awaitReceipt } from '../../contracts/awaitReceipt.ts';
import type { L1 } from '../l1/L1.ts';
import { requestOver } from '../l1/requestOver.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
import { DevnetError } from './DevnetError.ts';

export interface DevnetL1 {
  readonly chain: Chain;
  readonly rpcUrl: string;
  readonly client: PublicClient;
  /** As the node's parts see it. */
  readonly endpoint: L1;
  /** A new account with money for gas. */
  readonly createWallet: () => Promise<L1Wallet>;
  /** Waits until it is mined. @throws DevnetError DEVNET_CHECK_FAILED if it reverts */
  readonly confirm: (hash: Hex, what: string) => Promise<void>;
}

export interface L1Wallet {
  readonly address: Address;
  readonly privateKey: Hex;
  readonly wallet: WalletClient<Transport, Chain, Account>;
}

/** The devnet's view of the local L1: gas money comes from nowhere. */
export async function connectL1(rpcUrl: string): Promise<DevnetL1> {
  const transport = http(rpcUrl);
  const id = await createPublicClient({ transport }).getChainId();
  const chain = defineChain({
    id,
    name: 'local',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const client: PublicClient = createPublicClient({ chain, transport, pollingInterval: 200 });
  const test = createTestClient({ chain, transport, mode: 'anvil' });
  return {
    chain,
    rpcUrl,
    client,
    endpoint: createRpcL1(requestOver(transport)),
    createWallet: async () => {
      const privateKey = generatePrivateKey();
      const account = privateKeyToAccount(privateKey);
      await test.setBalance({ address: account.address, value: parseEther('1000') });
      return { address: account.address, privateKey, wallet: createWalletClient({ account, chain, transport }) };
    },
    confirm: async (hash, what) => {
      const { status } = await awaitReceipt(client, hash);
      if (status === 'success') return;
      throw new DevnetError('DEVNET_CHECK_FAILED', `On L1, ${what} reverted (${hash}).`, { hash });
    },
  };
}
