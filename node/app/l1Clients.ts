import { createPublicClient, createWalletClient, defineChain, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { NodeConfig } from './config.ts';

const L1_TIMEOUT_MS = 15_000;

/** Clients of L1's endpoint; the wallet signs with the sequencer's key. */
export const l1Clients = (config: NodeConfig) => {
  const account = privateKeyToAccount(config.sequencerKey);
  const chain = defineChain({
    id: config.l1.chainId,
    name: 'L1',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [config.l1.url] } },
  });
  const transport = http(config.l1.url, { retryCount: 0, timeout: L1_TIMEOUT_MS });
  return {
    client: createPublicClient({ chain, transport, cacheTime: 0 }),
    wallet: createWalletClient({ account, chain, transport }),
  };
};
