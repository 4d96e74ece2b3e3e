import { numberToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import type { L1 } from './L1.ts';
import { L1Error } from './L1Error.ts';
import { createRpcL1 } from './rpcL1.ts';

const ADDRESS = '0x00000000000000000000000000000000000000E0';
const HASH = `0x${'ab'.repeat(32)}` as const;
const OTHER = `0x${'cd'.repeat(32)}` as const;
const BLOCK = { number: '0x5', hash: HASH, parentHash: OTHER, timestamp: '0x64', baseFeePerGas: '0xa' };
const LOG = {
  address: ADDRESS,
  blockNumber: '0x5',
  blockHash: HASH,
  logIndex: '0x0',
  transactionHash: OTHER,
  topics: [HASH],
  data: '0x12',
};
const RECEIPT = {
  transactionHash: HASH,
  blockNumber: '0x5',
  blockHash: OTHER,
  status: '0x0',
  gasUsed: '0x7',
  logs: [{ address: ADDRESS, topics: [], data: '0x' }],
};

/** An endpoint that answers everything with this. */
const answering = (answer: unknown): L1 => createRpcL1(async () => answer);

describe('createRpcL1', () => {
  it('asks as nodes understand it', async () => {
    const asked: unknown[] = [];
    const l1 = createRpcL1(async (method, params) => {
      asked.push([method, ...params]);
      return method === 'eth_getLogs' ? [] : '0x1';
    });
    await l1.logs(ADDRESS, 3n, 20n);
    await l1.call({ to: ADDRESS, data: '0x12' }, HASH).catch(() => undefined);
    await l1.code(ADDRESS, 'latest').catch(() => undefined);
    await l1.transactionCount(ADDRESS, 'pending');
    expect(asked).toEqual([
      ['eth_getLogs', { address: ADDRESS, fromBlock: '0x3', toBlock: '0x14' }],
      ['eth_call', { to: ADDRESS, data: '0x12' }, { blockHash: HASH }],
      ['eth_getCode', ADDRESS, 'latest'],
      ['eth_getTransactionCount', ADDRESS, 'pending'],
    ]);
  });

  it('gives what it reads in the units of the interface', async () => {
    const block = { number: 5n, hash: HASH, parentHash: OTHER, timeSec: 100 };
    expect(await answering(BLOCK).head()).toEqual(block);
    expect(await answering(BLOCK).block(HASH)).toEqual(block);
    expect(await answering(null).block(9n)).toBeNull();
    expect(await answering([LOG]).logs(ADDRESS, 5n, 5n)).toMatchObject([
      { blockNumber: 5n, logIndex: 0, data: '0x12' },
    ]);
    expect(await answering(RECEIPT).receipt(HASH)).toMatchObject({ isReverted: true, gasUsed: 7n, blockNumber: 5n });
    expect(await answering({ hash: HASH, input: '0x', to: null, blockHash: null }).transaction(HASH)).toEqual({
      blockHash: null,
      to: null,
      input: '0x',
    });
  });

  it('offers the base fee with a fifth on top, and the tip that is proposed', async () => {
    const l1 = createRpcL1(async (method) => (method === 'eth_maxPriorityFeePerGas' ? '0x3' : BLOCK));
    expect(await l1.fees()).toEqual({ maxFeePerGas: 15n, maxPriorityFeePerGas: 3n });
  });

  const odd = (fields: object) => answering({ ...BLOCK, ...fields });
  const oddReceipt = (fields: object) => answering({ ...RECEIPT, ...fields });
  it.each<readonly [string, () => Promise<unknown>, string]>([
    ['no newest block', () => answering(null).head(), 'L1_UNREADABLE'],
    ['a block that is text', () => answering('block').head(), 'L1_UNREADABLE'],
    ['a block with a number in decimal', () => odd({ number: '5' }).head(), 'L1_UNREADABLE'],
    ['a block with a number beyond all', () => odd({ number: `0x1${'0'.repeat(64)}` }).head(), 'L1_UNREADABLE'],
    ['a block with a short hash', () => odd({ hash: '0xab' }).head(), 'L1_UNREADABLE'],
    ['a block without a time', () => odd({ timestamp: undefined }).head(), 'L1_UNREADABLE'],
    ['a block of the year 292277026596', () => odd({ timestamp: '0x7fffffffffffffff' }).head(), 'L1_UNREADABLE'],
    ['a block of another number', () => odd({}).block(6n), 'L1_INCONSISTENT'],
    ['a block of another hash', () => odd({}).block(OTHER), 'L1_INCONSISTENT'],
    ['an odd number of digits', () => answering('0x123').call({ to: ADDRESS, data: '0x' }, HASH), 'L1_UNREADABLE'],
    ['code that is none', () => answering(null).code(ADDRESS, HASH), 'L1_UNREADABLE'],
    ['logs that are none', () => answering({}).logs(ADDRESS, 5n, 5n), 'L1_UNREADABLE'],
    ['another transaction', () => answering({ hash: OTHER, input: '0x' }).transaction(HASH), 'L1_INCONSISTENT'],
    ['a transaction without input', () => answering({ hash: HASH }).transaction(HASH), 'L1_UNREADABLE'],
    ['another receipt', () => answering(RECEIPT).receipt(OTHER), 'L1_INCONSISTENT'],
    ['a receipt without a status', () => oddReceipt({ status: null }).receipt(HASH), 'L1_UNREADABLE'],
    ['a receipt without logs', () => oddReceipt({ logs: null }).receipt(HASH), 'L1_UNREADABLE'],
    ['a receipt with a log that is none', () => oddReceipt({ logs: [null] }).receipt(HASH), 'L1_UNREADABLE'],
    [
      'a nonce beyond all',
      () => answering(numberToHex(2n ** 64n)).transactionCount(ADDRESS, 'latest'),
      'L1_UNREADABLE',
    ],
    ['a block without a base fee', () => odd({ baseFeePerGas: null }).fees(), 'L1_UNREADABLE'],
  ])('refuses %s', async (_, ask, code) => {
    await expect(ask()).rejects.toMatchObject({ name: 'L1Error', code });
  });

  it.each([
    ['already known', 'nonceUsed'],
    ['ALREADY_EXISTS: already known', 'nonceUsed'],
    ['AlreadyKnown', 'nonceUsed'],
    ['transaction already imported', 'nonceUsed'],
    ['nonce too low: next nonce 5, tx nonce 4', 'nonceUsed'],
    ['OldNonce', 'nonceUsed'],
    ['replacement transaction underpriced', 'underpriced'],
    ['max fee per gas less than block base fee', 'underpriced'],
    ['FeeTooLow', 'underpriced'],
  ] as const)('of a transaction that is refused with "%s" it says %s', async (message, outcome) => {
    const refused = new L1Error('L1_REFUSED', `L1 refuses eth_sendRawTransaction (-32000): ${message}`);
    expect(await createRpcL1(() => Promise.reject(refused)).send('0x12')).toBe(outcome);
  });

  it('throws what else a transaction fails for', async () => {
    for (const error of [
      new L1Error('L1_REFUSED', 'insufficient funds'),
      new L1Error('L1_UNREACHABLE', 'nonce too low'),
    ]) {
      await expect(createRpcL1(() => Promise.reject(error)).send('0x12')).rejects.toBe(error);
    }
    expect(await answering(HASH).send('0x12')).toBe('taken');
  });
});
