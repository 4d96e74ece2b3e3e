import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createPublicClient, createTestClient, createWalletClient, type Hex, http, parseAbi } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { awaitReceipt } from '../../contracts/awaitReceipt.ts';
import { createLocalAccount } from '../l1/localAccount.ts';
import { requestOverHttp } from '../l1/requestOver.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
import { compileMinimalExchange } from './minimalExchange.fixture.ts';

// anvil's first published development keys.
const SEQUENCER_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const OTHER = privateKeyToAccount('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d');

const abi = parseAbi([
  'function queueOp(uint64 index, uint8 kind, uint24 account, uint64 amount)',
  'function list(uint24 id)',
  'function cryOut()',
  'function setPaused(bool value)',
  'function batchNumber() view returns (uint64)',
]);

async function startAnvil() {
  const anvil = spawn('node_modules/.bin/anvil', ['--port', '0', '--host', '127.0.0.1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of anvil.stdout) {
    text += String(chunk);
    const match = /Listening on (127\.0\.0\.1:\d+)/.exec(text);
    if (match !== null) return { anvil, url: `http://${match[1]}` };
  }
  throw new Error(`anvil did not start: ${text}`);
}

/** A local L1 on which the settlement side of the exchange is deployed as often as a test wants. */
export async function startAnvilExchange() {
  const bytecode = compileMinimalExchange();
  const { anvil, url } = await startAnvil();
  const transport = http(url, { retryCount: 0, timeout: 5000 });
  const client = createPublicClient({ chain: foundry, transport, cacheTime: 0 });
  const wallet = createWalletClient({ account: OTHER, chain: foundry, transport });
  const test = createTestClient({ mode: 'anvil', chain: foundry, transport });
  const mined = (hash: Hex) => awaitReceipt(client, hash, { pollMs: 20 });
  let exchange: Hex = '0x';

  return {
    url,
    l1: createRpcL1(requestOverHttp(url, 5000)),
    sequencer: createLocalAccount(SEQUENCER_KEY, foundry.id),
    client,
    test,
    exchange: () => exchange,
    deploy: async (): Promise<void> => {
      await test.setAutomine(true);
      const receipt = await mined(await wallet.deployContract({ abi: [], bytecode }));
      exchange = receipt.contractAddress ?? '0x';
    },
    call: async (functionName: 'queueOp' | 'list' | 'cryOut' | 'setPaused', args: readonly unknown[] = []) => {
      // The tuple of arguments depends on the name; the ABI checks it at run time.
      await mined(await wallet.writeContract({ address: exchange, abi, functionName, args } as never));
    },
    /** Replaces the newest block by an empty one. */
    reorg: () => test.request({ method: 'anvil_reorg', params: [1, []] } as never),
    batchNumber: () => client.readContract({ address: exchange, abi, functionName: 'batchNumber' }),
    stop: async (): Promise<void> => {
      const gone = once(anvil, 'exit');
      anvil.kill();
      await gone;
    },
  };
}

export type AnvilExchange = Awaited<ReturnType<typeof startAnvilExchange>>;
