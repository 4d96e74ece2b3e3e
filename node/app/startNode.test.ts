import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicClient, createTestClient, createWalletClient, type Hex, http, parseAbi } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { awaitReceipt } from '../../contracts/awaitReceipt.ts';
import { SimulatedProver } from '../../test/differential/simulatedProver.ts';
import { cancelAllMessage, cancelMessage, intentMessage, withdrawMessage } from '../core/codec/message.ts';
import { dataPoint, dataValue, encodeRows } from '../core/codec/words.ts';
import { publicKey, sign } from '../core/crypto/eddsa.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { Receipt } from '../core/heads/head.ts';
import { receiptSigner } from '../core/heads/receiptSigner.ts';
import { decodeBatchJob } from '../core/ledger/batchJob.ts';
import { stateDomain } from '../core/ledger/domain.ts';
import { MemoryStore } from '../core/ledger/memoryStore.ts';
import { packFlags, SELF_TRADE, TIME_IN_FORCE } from '../core/protocol/flags.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import type { Intent } from '../core/protocol/rows.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { createCircomHasher } from '../crypto/circomHasher.ts';
import { unchanged } from '../oracle/inForce.ts';
import { type OracleServer, startOracleServer } from '../oracle/oracleServer.ts';
import { createReportContent } from '../oracle/reportContent.ts';
import { createSigner } from '../oracle/signer.ts';
import { createRpcClient, openRpcClient, type RpcClient } from '../rpc/client.ts';
import type { CallParams } from '../rpc/method.ts';
import { MAX_CHANNELS, subscribe } from '../rpc/methods/channels.ts';
import * as market from '../rpc/methods/market.ts';
import {
  proverGetJob,
  proverHeartbeat,
  proverReleaseJob,
  proverReportFailure,
  proverSubmitProof,
} from '../rpc/methods/prover.ts';
import { cancel, cancelAll, massQuote, submitIntent, withdraw } from '../rpc/methods/submission.ts';
import { type RpcErrorName, rpcErrorName } from '../rpc/rpcError.ts';
import { compileMinimalExchange } from '../settlement/minimalExchange.fixture.ts';
import { keyDataCode } from '../watcher/testKey.fixture.ts';
import type { NodeConfigInput } from './config.ts';
import { type RunningNode, startNode } from './startNode.ts';

// anvil's first published development keys.
const SEQUENCER_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const SEQUENCER = privateKeyToAccount(SEQUENCER_KEY);
const OWNER = privateKeyToAccount('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d');
const ORACLES = [11n, 12n].map((n) => privateKeyToAccount(`0x${n.toString(16).padStart(64, '0')}`));

const abi = parseAbi([
  'function listUntil(uint24 id, uint40 expiry, uint40 strike)',
  'function queueOpen(uint64 index, uint24 account, uint64 amount, uint256 keyX, uint256 keyY)',
  'function setUp(uint256 genesis, address[] committee)',
  'function setVerifier(address value)',
]);

/** Makes sound proofs of any statement by the key that L1 has. */
const PROVER = new SimulatedProver('development');
const KEY_DATA: Hex = `0x${'6b'.repeat(20)}`;

const CALL = 1;
const ALICE = { account: 1, key: new Uint8Array(32).fill(1) };
const BOB = { account: 2, key: new Uint8Array(32).fill(2) };
const EXPIRY = Math.floor(Date.now() / 1000) + 30 * 86_400;
const STRIKE = 30_000_000n;

let anvil: ChildProcess;
let l1Url = '';
let exchange: Hex;
let hasher: Hasher;
let domain: bigint;
let dataDir: string;
let oracles: OracleServer[];
let node: RunningNode;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const eventually = async <T>(what: string, ask: () => Promise<T | null | undefined | false>): Promise<T> => {
  for (let turn = 0; turn < 600; turn++) {
    const answer = await ask().catch(() => null);
    if (answer) return answer;
    await pause(50);
  }
  throw new Error(
    `waited in vain for: ${what}; ${JSON.stringify(node.health(), (_, v) => (typeof v === 'bigint' ? `${v}` : v))}`,
  );
};

interface Answer {
  readonly result?: never;
  readonly error?: { readonly code: number; readonly message: string; readonly data: unknown };
}

const post = async (body: string, url = node.rpcUrl): Promise<Answer> => {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return (await response.json()) as Answer;
};

/** Of the public port; results are checked by the method's definition. */
const call: RpcClient['call'] = (method, ...params) => createRpcClient(node.rpcUrl).call(method, ...params);
const callInternal: RpcClient['call'] = (method, ...params) =>
  createRpcClient(node.internalUrl).call(method, ...params);

const signerOf = (receipt: Receipt) =>
  receiptSigner({ chainId: BigInt(foundry.id), exchange: BigInt(exchange) }, receipt);

const soon = () => Math.floor(Date.now() / 1000) + 3600;

const order = (who: typeof ALICE, nonce: number, ratio: number, limit: bigint, changes: Partial<Intent> = {}) => {
  const flags = packFlags({
    timeInForce: TIME_IN_FORCE.GTC,
    postOnly: false,
    reduceOnly: false,
    selfTrade: SELF_TRADE.CANCEL_NEWEST,
  });
  const base = { account: who.account, nonce, expirySec: soon(), maxLots: 100, maxFeePerLot: 2 ** 23, limit, flags };
  const intent: Intent = { ...base, legs: [{ instrument: CALL, ratio }], ...changes };
  return { ...intent, signature: sign(hasher, who.key, intentMessage(hasher, domain, intent)) };
};

const signedWithdrawal = (who: typeof ALICE, nonce: number, amount: bigint) => {
  const intent = { account: who.account, nonce, expirySec: soon(), amount };
  return { ...intent, signature: sign(hasher, who.key, withdrawMessage(hasher, domain, intent)) };
};

const onL1 = async (
  functionName: 'listUntil' | 'queueOpen' | 'setUp' | 'setVerifier',
  args: readonly unknown[],
): Promise<void> => {
  const transport = http(l1Url);
  const wallet = createWalletClient({ account: OWNER, chain: foundry, transport });
  // The tuple of arguments depends on the name; the ABI checks it at run time.
  const hash = await wallet.writeContract({ address: exchange, abi, functionName, args } as never);
  await awaitReceipt(createPublicClient({ chain: foundry, transport }), hash, { pollMs: 20 });
};

const configOf = (changes: Partial<NodeConfigInput> = {}): NodeConfigInput => ({
  dataDir,
  l1: { url: l1Url, chainId: foundry.id, exchange, confirmations: 0, pollMs: 50 },
  sequencerKey: SEQUENCER_KEY,
  rpc: { port: 0, maxBodyBytes: 20_000 },
  internal: { port: 0 },
  sequencer: { tickMs: 50 },
  batch: { maxAgeMs: 1000 },
  oracle: { urls: oracles.map(({ port }) => `http://127.0.0.1:${port}`), cadenceSec: 1 },
  logLevel: 'silent',
  ...changes,
});

const startOracles = (): Promise<OracleServer[]> => {
  const listed = { instrument: CALL, kind: 'call', expirySec: EXPIRY, strike: STRIKE } as const;
  const makeReport = createReportContent({
    market: 0,
    source: { priceAt: () => 30_000_000n, description: 'constant' },
    deployment: DEVELOPMENT_PRESET,
    settlementWindowSec: 60,
    hashTable: (table) => riskTableHash(hasher, table),
  });
  const l1 = {
    instrument: async (id: number) => (id === CALL ? listed : null),
    prices: async () => ({
      blockTimeSec: 0,
      lastReportTimeSec: 0,
      bound: unchanged({ basePpm: 100_000n, ppmPerSec: 1000n, ceilingPpm: 500_000n }),
      book: new Map(),
      committee: unchanged({
        oracles: ORACLES.map(({ address }) => address),
        quorum: ORACLES.length,
        leapQuorum: Number.POSITIVE_INFINITY,
      }),
    }),
  };
  const reportDomain = { name: 'Straddle', version: '1', chainId: foundry.id, verifyingContract: exchange };
  const nowSec = () => Math.floor(Date.now() / 1000);
  return Promise.all(
    ORACLES.map((account) =>
      startOracleServer(
        createSigner({
          account,
          domain: reportDomain,
          l1,
          market: 0,
          makeReport,
          cadenceSec: 1,
          leapHoldSec: 60,
          maxLagSec: 60,
          nowSec,
        }),
        0,
      ),
    ),
  );
};

beforeAll(async () => {
  anvil = spawn('node_modules/.bin/anvil', ['--port', '0', '--host', '127.0.0.1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of anvil.stdout ?? []) {
    text += String(chunk);
    const match = /Listening on (127\.0\.0\.1:\d+)/.exec(text);
    if (match === null) continue;
    l1Url = `http://${match[1]}`;
    break;
  }
  hasher = await createCircomHasher();
  dataDir = await mkdtemp(join(tmpdir(), 'straddle-node-'));
  const wallet = createWalletClient({ account: OWNER, chain: foundry, transport: http(l1Url) });
  const hash = await wallet.deployContract({ abi: [], bytecode: compileMinimalExchange() });
  const client = createPublicClient({ chain: foundry, transport: http(l1Url) });
  exchange = (await awaitReceipt(client, hash, { pollMs: 20 })).contractAddress ?? '0x';
  domain = stateDomain(BigInt(foundry.id), BigInt(exchange));
  await onL1('setUp', [new MemoryStore(hasher).stateRoot(domain), ORACLES.map(({ address }) => address)]);
  const test = createTestClient({ chain: foundry, transport: http(l1Url), mode: 'anvil' });
  await test.setCode({ address: KEY_DATA, bytecode: keyDataCode(PROVER.verificationKey) });
  await onL1('setVerifier', [KEY_DATA]);
  oracles = await startOracles();
  node = await startNode(configOf());
});

afterAll(async () => {
  await node?.stop();
  for (const oracle of oracles ?? []) await oracle.close();
  const gone = once(anvil, 'exit');
  anvil.kill();
  await gone;
  await rm(dataDir, { recursive: true, force: true });
});

test('takes listings and deposits from L1 and prices from the oracles', async () => {
  await onL1('listUntil', [CALL, EXPIRY, STRIKE]);
  for (const [index, { account, key }] of [ALICE, BOB].entries()) {
    const { x, y } = publicKey(key);
    await onL1('queueOpen', [BigInt(index), account, 20_000_000_000n, x, y]);
  }
  const account = await eventually('the account', () => call(market.getAccount, { account: 2 }));
  expect(account).toMatchObject({
    account: 2,
    cash: 20_000_000_000n,
    owner: BigInt(OWNER.address),
    positions: [],
  });
  const ticker = await eventually('a mark', async () => {
    const answer = await call(market.getTicker, { instrument: CALL });
    return answer.mark !== null && answer;
  });
  expect(ticker).toMatchObject({ status: 'live', index: 30_000_000n, bestBid: null });
  expect(ticker.greeks?.deltaE6).toBeGreaterThan(400_000n);
  expect(await call(market.getInstruments)).toEqual([
    { instrument: CALL, kind: 'call', expirySec: EXPIRY, strike: STRIKE },
  ]);
});

test('an intent rests, another one trades with it; book, trades and account channels follow without a gap', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: messages are checked by the expectations on them.
  const messages: { readonly channel: string; readonly data: any }[] = [];
  const socket = await openRpcClient(node.wsUrl, (channel, data) => messages.push({ channel, data }));
  const channels = [`book.${CALL}`, 'trades.all', `account.${BOB.account}`];
  expect(await socket.call(subscribe, { channels })).toEqual(channels);

  const rested = await call(submitIntent, order(ALICE, 1, -1, -1_000_000n));
  expect(rested).toMatchObject({ rejection: null, fills: [] });
  const receipt = rested.receipt as Receipt;
  expect(signerOf(receipt)).toBe(BigInt(SEQUENCER.address));
  expect(await call(market.getReceipt, { index: receipt.index })).toEqual(receipt);
  expect(await call(market.getOpenIntents, { account: ALICE.account })).toMatchObject([
    { remainingLots: 100, price: 1_000_000 },
  ]);

  const taken = await call(submitIntent, order(BOB, 1, 1, 1_000_000n, { maxLots: 40 }));
  expect(taken.fills).toMatchObject([{ price: 1_000_000, lots: 40, aggressor: 'buy' }]);
  expect((await call(market.getAccount, { account: BOB.account })).positions).toEqual([{ instrument: CALL, lots: 40 }]);
  expect((await call(market.getOrderBook, { instrument: CALL })).asks).toEqual([
    { price: 1_000_000, lots: 60, orders: 1 },
  ]);

  await eventually('the trade', async () => messages.some(({ channel }) => channel === 'trades.all'));
  const books = messages.filter(({ channel }) => channel === `book.${CALL}`).map(({ data }) => data);
  expect(books[0]).toMatchObject({ type: 'snapshot', asks: [], bids: [] });
  for (let at = 1; at < books.length; at++) expect(books[at].prev_change_id).toBe(books[at - 1].change_id);
  expect(books.at(-1).levels).toEqual([{ side: 'sell', price: 1_000_000, lots: 60 }]);
  const ofBob = messages.filter(({ channel }) => channel === 'account.2').map(({ data }) => data.type);
  expect(ofBob).toContain('fill');
  socket.close();
});

describe('bad input', () => {
  const past = () => Math.floor(Date.now() / 1000) - 10;
  const unsigned = { rX: 1n, rY: 2n, s: 3n };
  const intents = (params: () => ReturnType<typeof order>) => () => call(submitIntent, params());

  test.each<[string, () => Promise<{ readonly rejection: { readonly code: number } | null }>, number]>([
    ['unknown account', intents(() => order({ ...ALICE, account: 99 }, 1, 1, 1n)), 201],
    ['expired', intents(() => order(ALICE, 9, 1, 1n, { expirySec: past() })), 401],
    ['replayed', intents(() => order(ALICE, 1, -1, -1_000_000n)), 402],
    ['mis-signed', intents(() => ({ ...order(ALICE, 9, 1, 1n), maxLots: 7 })), 901],
    ["another account's key", intents(() => ({ ...order(ALICE, 9, 1, 1n), account: BOB.account })), 901],
    ['R not on the curve', intents(() => ({ ...order(ALICE, 9, 1, 1n), signature: unsigned })), 901],
    ['no lots', intents(() => order(ALICE, 9, 1, 1n, { maxLots: 0 })), 502],
    ['unknown instrument', intents(() => order(ALICE, 9, 1, 1n, { legs: [{ instrument: 5, ratio: 1 }] })), 301],
    ['margin', () => call(withdraw, signedWithdrawal(BOB, 90, 100_000_000_000n)), 701],
    ['unsigned cancel', () => call(cancel, { account: 1, nonce: 1, expirySec: soon(), signature: unsigned }), 901],
    [
      'unsigned cancel-all',
      () => call(cancelAll, { account: 1, nonce: 1, expirySec: soon(), signature: unsigned }),
      901,
    ],
    ['expired cancel', () => call(cancel, { account: 1, nonce: 1, expirySec: past(), signature: unsigned }), 401],
    [
      'unsigned withdrawal',
      () => call(withdraw, { account: 1, nonce: 50, expirySec: soon(), amount: 5n, signature: unsigned }),
      901,
    ],
  ])('%s: a numbered rejection', async (_what, refused, code) => {
    expect((await refused()).rejection?.code).toBe(code);
  });

  test('a mass quote answers each of its quotes', async () => {
    const quotes = [
      order(ALICE, 20, 1, 10n),
      { ...order(ALICE, 21, 1, 10n), maxLots: 7 },
      order(ALICE, 22, 1, 11n, { maxLots: 0 }),
    ];
    const { receipt, results } = await call(massQuote, { quotes });
    expect(receipt?.index).toBeGreaterThan(0);
    expect(results.map(({ rejection }) => rejection?.code ?? null)).toEqual([null, 901, 502]);
  });

  const rpc = (method: string, params: unknown) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  test.each<[string, string, RpcErrorName]>([
    ['no JSON', '{', 'PARSE'],
    ['no request', '{"a":1}', 'INVALID_REQUEST'],
    ['positional params', '{"jsonrpc":"2.0","id":1,"method":"get_index","params":[]}', 'INVALID_REQUEST'],
    ['an empty batch', '[]', 'INVALID_REQUEST'],
    ['an unknown method', rpc('get_rich', {}), 'METHOD_NOT_FOUND'],
    ['an unknown field', rpc('get_index', { a: 1 }), 'INVALID_PARAMS'],
    ['a number too wide', rpc('get_account', { account: 2 ** 24 }), 'INVALID_PARAMS'],
    ['a fraction', rpc('get_account', { account: 1.5 }), 'INVALID_PARAMS'],
    ['five legs', rpc('submit_intent', { legs: [1, 2, 3, 4, 5] }), 'INVALID_PARAMS'],
    ['an unknown channel', rpc('subscribe', { channels: ['gossip'] }), 'INVALID_PARAMS'],
    ['a subscription without a socket', rpc('subscribe', { channels: ['index'] }), 'INVALID_REQUEST'],
    ['an unknown account', rpc('get_account', { account: 77 }), 'NOT_FOUND'],
    ['an unknown batch', rpc('get_batch', { batchNumber: 10_000 }), 'NOT_FOUND'],
    ['a receipt to come', rpc('get_receipt', { index: 10 ** 9 }), 'NOT_FOUND'],
    ['an oversized body', `"${'x'.repeat(20_001)}"`, 'TOO_LARGE'],
  ])('%s: a stable error code', async (_what, body, code) => {
    expect(rpcErrorName((await post(body)).error?.code ?? 0)).toBe(code);
  });

  test('an oversized WebSocket message closes the connection with 1009', async () => {
    const socket = new WebSocket(node.wsUrl);
    await once(socket, 'open');
    socket.send('x'.repeat(20_001));
    expect((await once(socket, 'close'))[0]).toBe(1009);
  });

  test('a channel more than a connection may have, counted over its subscriptions', async () => {
    const socket = new WebSocket(node.wsUrl);
    await once(socket, 'open');
    const answerTo = async (channels: readonly string[]) => {
      socket.send(rpc('subscribe', { channels }));
      for (;;) {
        const message = JSON.parse(String((await once(socket, 'message'))[0]));
        if (message.id === 1) return message;
      }
    };
    const names = Array.from({ length: MAX_CHANNELS }, (_, k) => `account.${k + 1}`);
    expect((await answerTo(names)).result).toHaveLength(MAX_CHANNELS);
    expect((await answerTo(names.slice(0, 1))).result).toHaveLength(MAX_CHANNELS);
    expect(rpcErrorName((await answerTo(['index'])).error?.code)).toBe('TOO_MANY_SUBSCRIPTIONS');
    socket.terminate();
  });

  test('legs twice the same, which have no canonical message', async () => {
    const twice = {
      ...order(ALICE, 9, 1, 1n),
      legs: [
        { instrument: CALL, ratio: 1 },
        { instrument: CALL, ratio: 1 },
      ],
    };
    expect((await call(submitIntent, twice)).rejection?.code).toBe(103);
    expect((node.health() as { accepting: boolean }).accepting).toBe(true);
  });
});

test('cancel, cancel-all and withdrawal, signed', async () => {
  const signed = (nonce: number, message: typeof cancelMessage) => {
    const fields = { account: ALICE.account, nonce, expirySec: soon() };
    return { ...fields, signature: sign(hasher, ALICE.key, message(hasher, domain, fields)) };
  };
  expect((await call(cancel, signed(1, cancelMessage))).rejection).toBeNull();
  expect((await call(cancel, signed(1, cancelMessage))).rejection?.code).toBe(604);
  expect((await call(cancelAll, signed(1000, cancelAllMessage))).rejection).toBeNull();
  expect(await call(market.getOpenIntents, { account: ALICE.account })).toEqual([]);
  expect((await call(withdraw, signedWithdrawal(ALICE, 60, 1_000_000n))).rejection).toBeNull();
});

test('seals by time, leases jobs, takes only proofs of the very batch, settles on L1', async () => {
  const lease = async (proverId: string) => {
    const answer = await callInternal(proverGetJob, { proverId });
    return answer.type === 'leased' && { proverId, ...answer };
  };
  type Lease = Exclude<Awaited<ReturnType<typeof lease>>, false>;
  const first = await eventually('a job', () => lease('a'));
  expect([first.batchNumber, first.termMs]).toEqual([0, 30_000]);
  const { leaseId } = first;
  expect(await callInternal(proverHeartbeat, { proverId: 'a', leaseId })).toEqual({ lease: 'held' });
  expect(await callInternal(proverHeartbeat, { proverId: 'b', leaseId })).toEqual({ lease: 'lost' });

  const prove = ({ batchNumber, job: text, leaseId, proverId }: Lease): CallParams<typeof proverSubmitProof> => {
    const job = decodeBatchJob(text);
    const words = encodeRows(job.rows);
    const point = dataPoint(5n, words);
    const { stateRootBefore, stateRootAfter, timeSec, riskTable } = job;
    const table = riskTableHash(hasher, riskTable);
    const signals = [stateRootBefore, stateRootAfter, BigInt(timeSec), table, 5n, point, dataValue(point, words)];
    const { a, b, c } = PROVER.prove(signals);
    const proof = { a: [...a], b: [[...b[0]], [...b[1]]], c: [...c] } as CallParams<typeof proverSubmitProof>['proof'];
    return { proverId, leaseId, batchNumber, proof, publicSignals: signals, provingMs: 12 };
  };
  const right = prove(first);
  for (let at = 0; at < 7; at++) {
    const publicSignals = right.publicSignals.map((value, position) => (position === at ? value + 1n : value));
    const refused = callInternal(proverSubmitProof, { ...right, proverId: `liar ${at}`, publicSignals });
    await expect(refused).rejects.toMatchObject({ code: 'REFUSED', data: { code: 'PROOF_OF_ANOTHER_BATCH' } });
  }
  const garbage = { ...right.proof, c: right.proof.a };
  const refused = callInternal(proverSubmitProof, { ...right, proverId: 'broken', proof: garbage });
  await expect(refused).rejects.toMatchObject({ code: 'REFUSED', data: { code: 'PROOF_DOES_NOT_VERIFY' } });
  expect((await callInternal(proverGetJob, { proverId: 'broken' })).type).toBe('paused');
  const failure = { proverId: 'b', leaseId, code: 'X', message: 'not mine' };
  expect(await callInternal(proverReportFailure, failure)).toEqual({ lease: 'lost' });
  expect(await callInternal(proverSubmitProof, right)).toEqual({ type: 'taken' });
  expect(await callInternal(proverSubmitProof, right)).toEqual({ type: 'known' });
  expect(await callInternal(proverReleaseJob, { proverId: 'a', leaseId })).toEqual({ lease: 'lost' });
  const accepted = await eventually('acceptance', async () => {
    const batch = await call(market.getBatch, { batchNumber: 0 });
    return batch.state === 'accepted' && batch;
  });
  expect(accepted.acceptance?.gasUsed).toBeGreaterThan(21_000n);

  // All the rest, until withdrawal and trade are on L1.
  await eventually('all batches', async () => {
    const leased = await lease('a');
    if (leased !== false) await callInternal(proverSubmitProof, prove(leased));
    const batches = await call(market.getBatches);
    const counts = (name: 'trades' | 'withdrawals') => batches.reduce((sum, batch) => sum + batch.counts[name], 0);
    return counts('trades') === 2 && counts('withdrawals') === 1 && batches.every(({ state }) => state === 'accepted');
  });
});

test('health and metrics', async () => {
  const health = await fetch(`${node.rpcUrl}/health`);
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({
    accepting: true,
    oracleFresh: true,
    settlement: { state: 'ok' },
    alarms: [],
  });
  const metrics = await (await fetch(`${node.rpcUrl}/metrics`)).text();
  for (const line of ['fills_total 1', 'prover_refused{prover="broken"} 1', 'provers_paused 8', 'leases 0'])
    expect(metrics.split('\n')).toContain(`straddle_${line}`);
});

test('a busy port and a data directory in use say what to do', async () => {
  const port = Number(new URL(node.rpcUrl).port);
  const other = await mkdtemp(join(tmpdir(), 'straddle-node-'));
  const busy = startNode(configOf({ dataDir: other, rpc: { port } }));
  await expect(busy).rejects.toMatchObject({ code: 'PORT_BUSY', message: expect.stringContaining('--rpc-port') });
  await expect(startNode(configOf())).rejects.toMatchObject({ code: 'LOG_LOCKED' });
  await rm(other, { recursive: true, force: true });
});

test('restarts from its snapshot, and without one from the log, in the same state; old prices carry no trade', async () => {
  const state = async () => ({
    accounts: [await call(market.getAccount, { account: 1 }), await call(market.getAccount, { account: 2 })].map(
      ({ cash, positions }) => ({ cash, positions }),
    ),
    batches: (await call(market.getBatches)).slice(0, 3),
    receipt: await call(market.getReceipt, { index: 3 }),
    book: await call(market.getOrderBook, { instrument: CALL }),
  });
  const before = await state();
  for (const keep of [true, false]) {
    await node.stop();
    if (!keep) await rm(join(dataDir, 'snapshots'), { recursive: true });
    node = await startNode(configOf({ oracle: { urls: [] } }));
    expect(await state()).toEqual(before);
    await expect(call(submitIntent, order(ALICE, 70, 1, 10n))).rejects.toMatchObject({ code: 'ORACLE_STALE' });
    const fields = { account: 1, nonce: 999, expirySec: soon() };
    const signature = sign(hasher, ALICE.key, cancelAllMessage(hasher, domain, fields));
    expect((await call(cancelAll, { ...fields, signature })).rejection).toBeNull();
  }
});

/** Starts main.ts on the data directory; resolves when it listens. */
const startProcess = async () => {
  const path = join(dataDir, 'config.json');
  await writeFile(path, JSON.stringify(configOf({ rpc: { port: 1 }, oracle: { urls: [] } })));
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, '--config', path, '--rpc-port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const [line] = await once(child.stdout, 'data');
  return { child, gone, url: (JSON.parse(String(line)) as { rpcUrl: string }).rpcUrl };
};

test("refuses a configuration that is not the log's, naming the parameter and both values", async () => {
  await node.stop();
  const other = startNode(configOf({ fees: { makerFeePpm: 100, takerFeePpm: 301 }, oracle: { urls: [] } }));
  const data = { takerFeePpm: { log: '300', configured: '301' } };
  await expect(other).rejects.toMatchObject({ code: 'GENESIS_DIFFERS', data });
  node = await startNode(configOf({ oracle: { urls: [] } }));
});

test('killed with -9 while it answers: every receipt given is still true', async () => {
  await node.stop();
  const { child, gone, url } = await startProcess();
  const receipts: Receipt[] = [];
  const killAt = 40 + (Number(process.env.SEED ?? 1) % 60);
  console.log(`kills after ${killAt} receipts`);
  const submitAll = async (lane: number): Promise<void> => {
    for (let nonce = 0; ; nonce++) {
      const fields = { account: ALICE.account, nonce: 1000 * lane + nonce, expirySec: soon() };
      const signature = sign(hasher, ALICE.key, cancelAllMessage(hasher, domain, fields));
      const { receipt } = await createRpcClient(url).call(cancelAll, { ...fields, signature });
      receipts.push(receipt as Receipt);
      if (receipts.length === killAt) child.kill('SIGKILL');
    }
  };
  await Promise.allSettled([1, 2, 3, 4].map(submitAll));
  await gone;
  expect(receipts.length).toBeGreaterThanOrEqual(killAt);
  node = await startNode(configOf({ oracle: { urls: [] } }));
  for (const receipt of receipts) {
    expect(await call(market.getReceipt, { index: receipt.index })).toEqual(receipt);
    expect(signerOf(receipt)).toBe(BigInt(SEQUENCER.address));
  }
});

test('the process: starts from a file and flags, says where it listens, stops on SIGTERM with 0', async () => {
  await node.stop();
  const { child, gone, url } = await startProcess();
  expect((await post('{"jsonrpc":"2.0","id":1,"method":"get_status"}', url)).error).toBeUndefined();
  child.kill('SIGTERM');
  expect((await gone)[0]).toBe(0);
});
