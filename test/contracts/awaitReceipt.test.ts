import { createPublicClient, custom, type Hex, type PublicClient } from 'viem';
import { foundry } from 'viem/chains';
import { expect, test } from 'vitest';
import { awaitReceipt } from '../../contracts/awaitReceipt.ts';

const HASH: Hex = `0x${'ab'.repeat(32)}`;
const ADDRESS: Hex = `0x${'11'.repeat(20)}`;
const RECEIPT = { transactionHash: HASH, blockNumber: '0x5', status: '0x1', gasUsed: '0x5208', logs: [] };

/**
 * An L1 that mines on demand, as a busy machine shows it: the block is known before its receipt, and no other block
 * follows. The receipt is there from the `mined`-th question on.
 */
const l1Of = (mined: number): { client: PublicClient; questions: () => number } => {
  let questions = 0;
  const block = { number: '0x5', hash: HASH, transactions: [], timestamp: '0x1' };
  const answers: Record<string, () => unknown> = {
    eth_blockNumber: () => '0x5',
    eth_getTransactionByHash: () => ({ hash: HASH, from: ADDRESS, nonce: '0x0', blockNumber: null, type: '0x2' }),
    eth_getBlockByNumber: () => block,
    eth_getTransactionReceipt: () => {
      questions += 1;
      return questions >= mined ? RECEIPT : null;
    },
  };
  const request = async ({ method }: { method: string }): Promise<unknown> => {
    const answer = answers[method];
    if (answer === undefined) throw new Error(`asked for ${method}`);
    return answer();
  };
  const transport = custom({ request }, { retryCount: 0 });
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 1, cacheTime: 0 });
  return { client, questions: () => questions };
};

test('a receipt is found though no block follows the one that it is in', async () => {
  const { client, questions } = l1Of(3);
  expect(await awaitReceipt(client, HASH, { timeoutMs: 5_000 })).toMatchObject({ status: 'success', blockNumber: 5n });
  expect(questions()).toBe(3);
});

test('a transaction that is not mined in time is named', async () => {
  const { client } = l1Of(Number.POSITIVE_INFINITY);
  const wait = awaitReceipt(client, HASH, { timeoutMs: 0 });
  await expect(wait).rejects.toMatchObject({ name: 'WaitForTransactionReceiptTimeoutError' });
});

test("an L1 that does not answer is the caller's matter at once", async () => {
  const request = async (): Promise<never> => {
    throw new Error('gone');
  };
  const client = createPublicClient({ chain: foundry, transport: custom({ request }, { retryCount: 0 }) });
  await expect(awaitReceipt(client, HASH)).rejects.toThrow('gone');
});
