import { type Hex, numberToHex } from 'viem';
import { checkedLogs } from './checkedLogs.ts';
import type { L1, L1At, L1Block, L1Call, L1Fees, L1Receipt, L1Transaction, Sent } from './L1.ts';
import { L1Error } from './L1Error.ts';
import type { L1Request } from './requestOver.ts';
import { addressIn, fieldsOf, hashIn, hexIn, quantityIn, safeQuantityIn, unreadable } from './rpcValue.ts';

/** L1 by an endpoint's JSON-RPC. Whatever it answers is held against the question before it is believed. */
export function createRpcL1(request: L1Request): L1 {
  return {
    chainId: async () => safeQuantityIn(await request('eth_chainId', []), 'the chain id'),
    head: async () => {
      const block = await readBlock(request, 'latest');
      if (block === null) throw unreadable('the newest block', null);
      return block;
    },
    block: (which) => readBlock(request, which),
    logs: async (address, fromBlock, toBlock) => {
      const filter = { address, fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) };
      return checkedLogs(await request('eth_getLogs', [filter]), address, fromBlock, toBlock);
    },
    call: async (call, at) => hexIn(await request('eth_call', [shown(call), shownAt(at)]), `the call of ${call.to}`),
    code: async (address, at) => hexIn(await request('eth_getCode', [address, shownAt(at)]), `the code of ${address}`),
    transaction: async (hash) => transactionIn(await request('eth_getTransactionByHash', [hash]), hash),
    receipt: async (hash) => receiptIn(await request('eth_getTransactionReceipt', [hash]), hash),
    transactionCount: async (address, at) =>
      safeQuantityIn(await request('eth_getTransactionCount', [address, at]), `the nonce of ${address}`),
    estimateGas: async (call, at) => quantityIn(await request('eth_estimateGas', [shown(call), at]), 'an estimate'),
    fees: () => readFees(request),
    send: (signed) => send(request, signed),
  };
}

const shown = ({ data, from, to }: L1Call) => (from === undefined ? { to, data } : { from, to, data });

/** A block by its hash is EIP-1898. */
const shownAt = (at: L1At): unknown => (at === 'latest' || at === 'pending' ? at : { blockHash: at });

async function readBlock(request: L1Request, which: bigint | Hex | 'latest'): Promise<L1Block | null> {
  const byHash = which !== 'latest' && typeof which === 'string';
  const name = typeof which === 'bigint' ? numberToHex(which) : which;
  const answer = await request(byHash ? 'eth_getBlockByHash' : 'eth_getBlockByNumber', [name, false]);
  if (answer === null) return null;
  const what = `block ${which}`;
  const fields = fieldsOf(answer, what);
  const block = {
    number: quantityIn(fields.number, `${what}'s number`),
    hash: hashIn(fields.hash, `${what}'s hash`),
    parentHash: hashIn(fields.parentHash, `${what}'s parent`),
    timeSec: safeQuantityIn(fields.timestamp, `${what}'s time`),
  };
  const right = which === 'latest' || (byHash ? block.hash === which.toLowerCase() : block.number === which);
  if (right) return block;
  throw new L1Error('L1_INCONSISTENT', `asked for ${what}, L1 answers with block ${block.number}, ${block.hash}`);
}

function transactionIn(answer: unknown, asked: Hex): L1Transaction | null {
  if (answer === null) return null;
  const what = `transaction ${asked}`;
  const { blockHash, hash, input, to } = fieldsOf(answer, what);
  if (hashIn(hash, `${what}'s hash`) !== asked.toLowerCase()) throw another(what, hash);
  return {
    blockHash: blockHash === null || blockHash === undefined ? null : hashIn(blockHash, `${what}'s block`),
    to: to === null || to === undefined ? null : addressIn(to, `${what}'s receiver`),
    input: hexIn(input, `${what}'s input`),
  };
}

function receiptIn(answer: unknown, asked: Hex): L1Receipt | null {
  if (answer === null) return null;
  const what = `the receipt of ${asked}`;
  const { blockHash, blockNumber, gasUsed, logs, status, transactionHash } = fieldsOf(answer, what);
  if (hashIn(transactionHash, `${what}'s hash`) !== asked.toLowerCase()) throw another(what, transactionHash);
  if (!Array.isArray(logs)) throw unreadable(`${what}'s logs`, logs);
  return {
    transactionHash: asked,
    blockNumber: quantityIn(blockNumber, `${what}'s block`),
    blockHash: hashIn(blockHash, `${what}'s block`),
    isReverted: quantityIn(status, `${what}'s status`) === 0n,
    gasUsed: quantityIn(gasUsed, `${what}'s gas`),
    logs: logs.map((log: unknown) => {
      const { address, data, topics } = fieldsOf(log, `${what}'s log`);
      if (!Array.isArray(topics)) throw unreadable(`${what}'s topics`, topics);
      return {
        address: addressIn(address, `${what}'s log`),
        data: hexIn(data, `${what}'s log`),
        topics: topics.map((topic) => hashIn(topic, `${what}'s topics`)),
      };
    }),
  };
}

const another = (what: string, found: unknown): L1Error =>
  new L1Error('L1_INCONSISTENT', `asked for ${what}, L1 answers with that of ${found}`);

/** The newest base fee and a fifth, for blocks that fill up meanwhile, and the tip that the endpoint proposes. */
async function readFees(request: L1Request): Promise<L1Fees> {
  const [newest, proposed] = await Promise.all([
    request('eth_getBlockByNumber', ['latest', false]),
    request('eth_maxPriorityFeePerGas', []),
  ]);
  const base = quantityIn(fieldsOf(newest, 'the newest block').baseFeePerGas, "the newest block's base fee");
  const maxPriorityFeePerGas = quantityIn(proposed, 'the priority fee');
  return { maxFeePerGas: (base * 6n) / 5n + maxPriorityFeePerGas, maxPriorityFeePerGas };
}

const UNDERPRICED = /underpriced|less than block base fee|fee too low|feetoolow/i;
/** As geth, Erigon, Nethermind, Besu and anvil put it. */
const NONCE_USED = /already known|alreadyknown|already imported|nonce too low|oldnonce|nonce too old/i;

async function send(request: L1Request, signed: Hex): Promise<Sent> {
  try {
    await request('eth_sendRawTransaction', [signed]);
    return 'taken';
  } catch (error) {
    if (!(error instanceof L1Error) || error.code !== 'L1_REFUSED') throw error;
    if (UNDERPRICED.test(error.message)) return 'underpriced';
    if (NONCE_USED.test(error.message)) return 'nonceUsed';
    throw error;
  }
}
