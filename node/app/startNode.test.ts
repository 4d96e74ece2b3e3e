import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancelAllMessage, cancelMessage } from '../core/codec/message.ts';
import { sign } from '../core/crypto/eddsa.ts';
import type { Receipt } from '../core/heads/head.ts';
import { createRpcClient, openRpcClient } from '../rpc/client.ts';
import { subscribe } from '../rpc/methods/channels.ts';
import * as market from '../rpc/methods/market.ts';
import {
  proverGetJob,
  proverHeartbeat,
  proverReleaseJob,
  proverReportFailure,
  proverSubmitProof,
} from '../rpc/methods/prover.ts';
import { cancel, cancelAll, submitIntent, withdraw } from '../rpc/methods/submission.ts';
import {
  ALICE,
  BOB,
  CALL,
  DEPOSIT,
  EXPIRY,
  NodeOnAnvil,
  OWNER,
  SEQUENCER,
  STRIKE,
  soon,
} from './nodeOnAnvil.fixture.ts';
import { startNode } from './startNode.ts';

let app: NodeOnAnvil;
beforeAll(async () => {
  app = await NodeOnAnvil.start();
});
afterAll(() => app?.stop());

test('takes listings and deposits from L1 and prices from the oracles', async () => {
  await app.openMarket();
  const account = await app.call(market.getAccount, { account: 2 });
  expect(account).toMatchObject({
    account: 2,
    cash: DEPOSIT,
    owner: BigInt(OWNER.address),
    positions: [],
  });
  const ticker = await app.call(market.getTicker, { instrument: CALL });
  expect(ticker).toMatchObject({ status: 'live', index: 30_000_000n, bestBid: null });
  expect(ticker.greeks?.deltaE6).toBeGreaterThan(400_000n);
  expect(await app.call(market.getInstruments)).toEqual([
    { instrument: CALL, kind: 'call', expirySec: EXPIRY, strike: STRIKE },
  ]);
});

test('an intent rests, another one trades with it; book, trades and account channels follow without a gap', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: messages are checked by the expectations on them.
  const messages: { readonly channel: string; readonly data: any }[] = [];
  const socket = await openRpcClient(app.node.wsUrl, (channel, data) => messages.push({ channel, data }));
  const channels = [`book.${CALL}`, 'trades.all', `account.${BOB.account}`];
  expect(await socket.call(subscribe, { channels })).toEqual(channels);

  const rested = await app.call(submitIntent, app.order(ALICE, 1, -1, -1_000_000n));
  expect(rested).toMatchObject({ rejection: null, fills: [] });
  const receipt = rested.receipt as Receipt;
  expect(app.signerOf(receipt)).toBe(BigInt(SEQUENCER.address));
  expect(await app.call(market.getReceipt, { index: receipt.index })).toEqual(receipt);
  expect(await app.call(market.getOpenIntents, { account: ALICE.account })).toMatchObject([
    { remainingLots: 100, price: 1_000_000 },
  ]);

  const taken = await app.call(submitIntent, app.order(BOB, 1, 1, 1_000_000n, { maxLots: 40 }));
  expect(taken.fills).toMatchObject([{ price: 1_000_000, lots: 40, aggressor: 'buy' }]);
  expect((await app.call(market.getAccount, { account: BOB.account })).positions).toEqual([
    { instrument: CALL, lots: 40 },
  ]);
  expect((await app.call(market.getOrderBook, { instrument: CALL })).asks).toEqual([
    { price: 1_000_000, lots: 60, orders: 1 },
  ]);

  await app.eventually('the trade', async () => messages.some(({ channel }) => channel === 'trades.all'));
  const books = messages.filter(({ channel }) => channel === `book.${CALL}`).map(({ data }) => data);
  expect(books[0]).toMatchObject({ type: 'snapshot', asks: [], bids: [] });
  for (let at = 1; at < books.length; at++) expect(books[at].prev_change_id).toBe(books[at - 1].change_id);
  expect(books.at(-1).levels).toEqual([{ side: 'sell', price: 1_000_000, lots: 60 }]);
  const ofBob = messages.filter(({ channel }) => channel === 'account.2').map(({ data }) => data.type);
  expect(ofBob).toContain('fill');
  socket.close();
});

test('cancel, cancel-all and withdrawal, signed', async () => {
  const signed = (nonce: number, message: typeof cancelMessage) => {
    const fields = { account: ALICE.account, nonce, expirySec: soon() };
    return { ...fields, signature: sign(app.hasher, ALICE.key, message(app.hasher, app.domain, fields)) };
  };
  expect((await app.call(cancel, signed(1, cancelMessage))).rejection).toBeNull();
  expect((await app.call(cancel, signed(1, cancelMessage))).rejection?.code).toBe(604);
  expect((await app.call(cancelAll, signed(1000, cancelAllMessage))).rejection).toBeNull();
  expect(await app.call(market.getOpenIntents, { account: ALICE.account })).toEqual([]);
  expect((await app.call(withdraw, app.signedWithdrawal(ALICE, 60, 1_000_000n))).rejection).toBeNull();
});

test('seals by time, leases jobs, takes only proofs of the very batch, settles on L1', async () => {
  const first = await app.eventually('a job', () => app.lease('a'));
  expect([first.batchNumber, first.termMs]).toEqual([0, 30_000]);
  const { leaseId } = first;
  expect(await app.callInternal(proverHeartbeat, { proverId: 'a', leaseId })).toEqual({ lease: 'held' });
  expect(await app.callInternal(proverHeartbeat, { proverId: 'b', leaseId })).toEqual({ lease: 'lost' });

  const right = app.prove(first);
  for (let at = 0; at < 7; at++) {
    const publicSignals = right.publicSignals.map((value, position) => (position === at ? value + 1n : value));
    const refused = app.callInternal(proverSubmitProof, { ...right, proverId: `liar ${at}`, publicSignals });
    await expect(refused).rejects.toMatchObject({ code: 'REFUSED', data: { code: 'PROOF_OF_ANOTHER_BATCH' } });
  }
  const garbage = { ...right.proof, c: right.proof.a };
  const refused = app.callInternal(proverSubmitProof, { ...right, proverId: 'broken', proof: garbage });
  await expect(refused).rejects.toMatchObject({ code: 'REFUSED', data: { code: 'PROOF_DOES_NOT_VERIFY' } });
  expect((await app.callInternal(proverGetJob, { proverId: 'broken' })).type).toBe('paused');
  const failure = { proverId: 'b', leaseId, code: 'X', message: 'not mine' };
  expect(await app.callInternal(proverReportFailure, failure)).toEqual({ lease: 'lost' });
  expect(await app.callInternal(proverSubmitProof, right)).toEqual({ type: 'taken' });
  expect(await app.callInternal(proverSubmitProof, right)).toEqual({ type: 'known' });
  expect(await app.callInternal(proverReleaseJob, { proverId: 'a', leaseId })).toEqual({ lease: 'lost' });
  const accepted = await app.eventually('acceptance', async () => {
    const batch = await app.call(market.getBatch, { batchNumber: 0 });
    return batch.state === 'accepted' && batch;
  });
  expect(accepted.acceptance?.gasUsed).toBeGreaterThan(21_000n);

  // All the rest, until withdrawal and trade are on L1.
  await app.eventually('all batches', async () => {
    await app.proveNext();
    const batches = await app.call(market.getBatches);
    const counts = (name: 'trades' | 'withdrawals') => batches.reduce((sum, batch) => sum + batch.counts[name], 0);
    return counts('trades') === 2 && counts('withdrawals') === 1 && batches.every(({ state }) => state === 'accepted');
  });
});

test('health and metrics', async () => {
  const health = await fetch(`${app.node.rpcUrl}/health`);
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({
    accepting: true,
    oracleFresh: true,
    settlement: { state: 'ok' },
    alarms: [],
  });
  const metrics = await (await fetch(`${app.node.rpcUrl}/metrics`)).text();
  for (const line of ['fills_total 1', 'prover_refused{prover="broken"} 1', 'provers_paused 8', 'leases 0'])
    expect(metrics.split('\n')).toContain(`straddle_${line}`);
});

test('a busy port and a data directory in use say what to do', async () => {
  const port = Number(new URL(app.node.rpcUrl).port);
  const other = await mkdtemp(join(tmpdir(), 'straddle-node-'));
  const busy = startNode(app.configOf({ dataDir: other, rpc: { port } }));
  await expect(busy).rejects.toMatchObject({ code: 'PORT_BUSY', message: expect.stringContaining('--rpc-port') });
  await expect(startNode(app.configOf())).rejects.toMatchObject({ code: 'LOG_LOCKED' });
  await rm(other, { recursive: true, force: true });
});

test('restarts from its snapshot, and without one from the log, in the same state; old prices carry no trade', async () => {
  const state = async () => ({
    accounts: [
      await app.call(market.getAccount, { account: 1 }),
      await app.call(market.getAccount, { account: 2 }),
    ].map(({ cash, positions }) => ({ cash, positions })),
    batches: (await app.call(market.getBatches)).slice(0, 3),
    receipt: await app.call(market.getReceipt, { index: 3 }),
    book: await app.call(market.getOrderBook, { instrument: CALL }),
  });
  const before = await state();
  for (const keep of [true, false]) {
    await app.node.stop();
    if (!keep) await rm(join(app.dataDir, 'snapshots'), { recursive: true });
    app.node = await startNode(app.configOf({ oracle: { urls: [] } }));
    expect(await state()).toEqual(before);
    await expect(app.call(submitIntent, app.order(ALICE, 70, 1, 10n))).rejects.toMatchObject({ code: 'ORACLE_STALE' });
    const fields = { account: 1, nonce: 999, expirySec: soon() };
    const signature = sign(app.hasher, ALICE.key, cancelAllMessage(app.hasher, app.domain, fields));
    expect((await app.call(cancelAll, { ...fields, signature })).rejection).toBeNull();
  }
});

/** Starts main.ts on the data directory; resolves when it listens. */
const startProcess = async () => {
  const path = join(app.dataDir, 'config.json');
  await writeFile(path, JSON.stringify(app.configOf({ rpc: { port: 1 }, oracle: { urls: [] } })));
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, '--config', path, '--rpc-port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const [line] = await once(child.stdout, 'data');
  return { child, gone, url: (JSON.parse(String(line)) as { rpcUrl: string }).rpcUrl };
};

test("refuses a configuration that is not the log's, naming the parameter and both values", async () => {
  await app.node.stop();
  const other = startNode(app.configOf({ fees: { makerFeePpm: 100, takerFeePpm: 301 }, oracle: { urls: [] } }));
  const data = { takerFeePpm: { log: '300', configured: '301' } };
  await expect(other).rejects.toMatchObject({ code: 'GENESIS_DIFFERS', data });
  app.node = await startNode(app.configOf({ oracle: { urls: [] } }));
});

test('killed with -9 while it answers: every receipt given is still true', async () => {
  await app.node.stop();
  const { child, gone, url } = await startProcess();
  const receipts: Receipt[] = [];
  const killAt = 40 + (Number(process.env.SEED ?? 1) % 60);
  console.log(`kills after ${killAt} receipts`);
  const submitAll = async (lane: number): Promise<void> => {
    for (let nonce = 0; ; nonce++) {
      const fields = { account: ALICE.account, nonce: 1000 * lane + nonce, expirySec: soon() };
      const signature = sign(app.hasher, ALICE.key, cancelAllMessage(app.hasher, app.domain, fields));
      const { receipt } = await createRpcClient(url).call(cancelAll, { ...fields, signature });
      receipts.push(receipt as Receipt);
      if (receipts.length === killAt) child.kill('SIGKILL');
    }
  };
  await Promise.allSettled([1, 2, 3, 4].map(submitAll));
  await gone;
  expect(receipts.length).toBeGreaterThanOrEqual(killAt);
  app.node = await startNode(app.configOf({ oracle: { urls: [] } }));
  for (const receipt of receipts) {
    expect(await app.call(market.getReceipt, { index: receipt.index })).toEqual(receipt);
    expect(app.signerOf(receipt)).toBe(BigInt(SEQUENCER.address));
  }
});

test('the process: starts from a file and flags, says where it listens, stops on SIGTERM with 0', async () => {
  await app.node.stop();
  const { child, gone, url } = await startProcess();
  expect(await createRpcClient(url).call(market.getStatus)).toMatchObject({ accepting: true });
  child.kill('SIGTERM');
  expect((await gone)[0]).toBe(0);
});
