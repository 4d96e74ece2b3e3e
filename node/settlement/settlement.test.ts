import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  type Hex,
  http,
  type PublicClient,
  parseAbi,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { awaitReceipt } from '../../contracts/awaitReceipt.ts';
import { type Alarm, createAlarms } from '../sequencer/alarms.ts';
import type { L1Event } from './l1Events.ts';
import { createL1Reader } from './l1Reader.ts';
import { compileMinimalExchange } from './minimalExchange.fixture.ts';
import type { Acceptance, ProvedBatch, SettlementQueue } from './provedBatch.ts';
import type { SealRecord } from './sealLate.ts';
import { startSettlement } from './settlement.ts';
import { createSubmitter, type SubmitterConfig } from './submitter.ts';

// anvil's first published development keys.
const SEQUENCER = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const OTHER = privateKeyToAccount('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d');

const abi = parseAbi([
  'function queueOp(uint64 index, uint8 kind, uint24 account, uint64 amount)',
  'function list(uint24 id)',
  'function cryOut()',
  'function setPaused(bool value)',
  'function batchNumber() view returns (uint64)',
  'function stateRoot() view returns (uint256)',
]);

let anvil: ChildProcess;
let url = '';
let bytecode: Hex;
let exchange: Hex;

const startAnvil = async (): Promise<void> => {
  anvil = spawn('node_modules/.bin/anvil', ['--port', '0', '--host', '127.0.0.1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of anvil.stdout ?? []) {
    text += String(chunk);
    const match = /Listening on (127\.0\.0\.1:\d+)/.exec(text);
    if (match === null) continue;
    url = `http://${match[1]}`;
    return;
  }
  throw new Error(`anvil did not start: ${text}`);
};

const transport = () => http(url, { retryCount: 0, timeout: 5000 });
const clientOf = (): PublicClient => createPublicClient({ chain: foundry, transport: transport(), cacheTime: 0 });
const walletOf = (account: typeof SEQUENCER) => createWalletClient({ account, chain: foundry, transport: transport() });
const l1 = () => createTestClient({ mode: 'anvil', chain: foundry, transport: transport() });

const call = async (
  functionName: 'queueOp' | 'list' | 'cryOut' | 'setPaused',
  args: readonly unknown[] = [],
): Promise<void> => {
  // The tuple of arguments depends on the name; the ABI checks it at run time.
  const hash = await walletOf(OTHER).writeContract({ address: exchange, abi, functionName, args } as never);
  await awaitReceipt(clientOf(), hash, { pollMs: 20 });
};

const proved = (batchNumber: number, shapeId = 1): ProvedBatch => ({
  batchNumber,
  shapeId,
  stateRootAfter: 1001n + BigInt(batchNumber),
  timeSec: 1_700_000_000,
  dataCommit: 5n,
  logChainHash: 6n,
  words: [BigInt(batchNumber), 2n],
  proof: {
    a: [1n, 2n],
    b: [
      [1n, 2n],
      [3n, 4n],
    ],
    c: [1n, 2n],
  },
  report: { time: 1_699_999_999, riskTableHash: 9n, prices: [30_000_000n], inputs: '0x01', signatures: [] },
});

const queueOf = (batches: ProvedBatch[]) => {
  let accepted = 0;
  const hashes = new Map<number, Hex[]>();
  const acceptances = new Map<number, Acceptance | null>();
  const queue: SettlementQueue = {
    proved: async (number) => batches.find((batch) => batch.batchNumber === number) ?? null,
    sealed: async (number) => batches.find((batch) => batch.batchNumber === number) ?? null,
    stateRootAt: async (count) => (count <= batches.length ? 1000n + BigInt(count) : null),
    markSubmitted: async (numbers, hash) => {
      for (const number of numbers) hashes.set(number, [...(hashes.get(number) ?? []), hash]);
    },
    submittedBy: async (number) => hashes.get(number) ?? [],
    acceptedCount: () => accepted,
    markAccepted: async (number, acceptance) => {
      accepted = number + 1;
      acceptances.set(number, acceptance);
    },
    rollBackTo: async (count) => {
      accepted = count;
    },
  };
  return { queue, hashes, acceptances };
};

/** A proving lag that nothing here exceeds. */
const NO_SEALS: SealRecord = {
  provingLagSec: async () => Number.MAX_SAFE_INTEGER,
  sealedThrough: async () => 0,
  put: async () => {
    throw new Error('nothing is late');
  },
};

const submitterOf = (queue: SettlementQueue, changes: Partial<SubmitterConfig> = {}) =>
  createSubmitter({
    client: clientOf(),
    wallet: walletOf(SEQUENCER),
    exchange,
    queue,
    seals: NO_SEALS,
    maxBatchesPerCall: 3,
    replaceAfterMs: 30_000,
    receiptPollMs: 10,
    maxFeePerGasWei: 10n ** 13n,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    nowMs: () => Date.now(),
    isStopping: () => false,
    ...changes,
  });

const readerOf = (events: L1Event[], confirmations: number, fromBlock = 0n) =>
  createL1Reader({
    client: clientOf(),
    exchange,
    fromBlock,
    confirmations,
    onEvents: async (more) => {
      events.push(...more);
    },
  });

const batchNumberOnL1 = () => clientOf().readContract({ address: exchange, abi, functionName: 'batchNumber' });

beforeAll(async () => {
  bytecode = compileMinimalExchange();
  await startAnvil();
});

afterAll(async () => {
  const gone = once(anvil, 'exit');
  anvil.kill();
  await gone;
});

beforeEach(async () => {
  await l1().setAutomine(true);
  const hash = await walletOf(OTHER).deployContract({ abi: [], bytecode });
  const receipt = await awaitReceipt(clientOf(), hash, { pollMs: 20 });
  exchange = receipt.contractAddress ?? '0x';
});

describe('submitter', () => {
  test('submits batches of one shape together, the next shape on its own, and resumes from the contract', async () => {
    const batches = [proved(0), proved(1), proved(2, 2), proved(3, 2)];
    const { queue, acceptances } = queueOf(batches);
    const submitter = submitterOf(queue);
    expect(await submitter.step()).toBe(true);
    expect(await batchNumberOnL1()).toBe(2n);
    expect(await submitter.step()).toBe(true);
    expect(await submitter.step()).toBe(false);
    expect(await batchNumberOnL1()).toBe(4n);
    expect([...acceptances.values()].map((acceptance) => acceptance?.batchesInCall)).toEqual([2, 2, 2, 2]);
    // A node that knows nothing of what it sent finds the same place.
    const again = queueOf(batches);
    expect(await submitterOf(again.queue).step()).toBe(false);
    expect(again.queue.acceptedCount()).toBe(4);
  });

  test('submits again what a reorganisation took back', async () => {
    const { queue } = queueOf([proved(0), proved(1)]);
    const submitter = submitterOf(queue, { maxBatchesPerCall: 1 });
    await submitter.step();
    await submitter.step();
    expect(queue.acceptedCount()).toBe(2);
    await l1().request({ method: 'anvil_reorg', params: [1, []] } as never);
    expect(await batchNumberOnL1()).toBe(1n);
    expect(await submitter.step()).toBe(true);
    expect(queue.acceptedCount()).toBe(2);
    expect(await batchNumberOnL1()).toBe(2n);
  });

  test('replaces a transaction that is not mined by one of the same nonce that pays more', async () => {
    const { queue, hashes, acceptances } = queueOf([proved(0)]);
    await l1().setAutomine(false);
    const running = submitterOf(queue, { replaceAfterMs: 100 }).step();
    while ((hashes.get(0)?.length ?? 0) < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    const nonce = await clientOf().getTransactionCount({ address: SEQUENCER.address });
    const pool = await l1().getTxpoolStatus();
    expect(pool.pending).toBe(1);
    await l1().mine({ blocks: 1 });
    expect(await running).toBe(true);
    expect(await batchNumberOnL1()).toBe(1n);
    const [first, ...later] = hashes.get(0) ?? [];
    const mined = acceptances.get(0)?.txHash ?? '0x';
    expect(mined).not.toBe(first);
    expect(later).toContain(mined);
    expect((await clientOf().getTransaction({ hash: mined })).nonce).toBe(nonce);
  });

  test('takes over a stuck transaction of an earlier run', async () => {
    const earlier = queueOf([proved(0)]);
    await l1().setAutomine(false);
    let stop = false;
    const running = submitterOf(earlier.queue, { isStopping: () => stop }).step();
    while ((await l1().getTxpoolStatus()).pending === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    stop = true;
    expect(await running).toBe(false);
    const later = queueOf([proved(0)]);
    const next = submitterOf(later.queue).step();
    const [old] = earlier.hashes.get(0) ?? [];
    while ((later.hashes.get(0)?.length ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await l1().getTxpoolStatus()).pending).toBe(1);
    await l1().mine({ blocks: 1 });
    expect(await next).toBe(true);
    expect(later.queue.acceptedCount()).toBe(1);
    expect(later.hashes.get(0)).not.toContain(old);
  });

  test('names the reason of a refusal, and tells a pause from a refused proof', async () => {
    const refused = submitterOf(queueOf([{ ...proved(0), dataCommit: 666n }]).queue);
    await expect(refused.step()).rejects.toMatchObject({ code: 'L1_BATCH_REFUSED', data: { reason: 'ProofRefused' } });
    await call('setPaused', [true]);
    await expect(submitterOf(queueOf([proved(0)]).queue).step()).rejects.toMatchObject({ code: 'L1_NOT_YET' });
  });

  test('stops when L1 holds what this node never sealed', async () => {
    await submitterOf(queueOf([proved(0)]).queue).step();
    await expect(submitterOf(queueOf([]).queue).step()).rejects.toMatchObject({ code: 'L1_STATE_DIFFERS' });
  });
});

describe('reader', () => {
  test('hands over ops and listings in order, only at the confirmed depth', async () => {
    const events: L1Event[] = [];
    const reader = readerOf(events, 2);
    await call('queueOp', [0n, 1, 5, 100n]);
    await call('list', [65537]);
    await reader.step();
    expect(events).toEqual([]);
    await l1().mine({ blocks: 1 });
    await reader.step();
    const op = { kind: 1, account: 5, amount: 100n, owner: BigInt(OTHER.address), keyX: 7n, keyY: 8n };
    expect(events).toEqual([{ type: 'l1Op', index: 0, op }]);
    await l1().mine({ blocks: 1 });
    await reader.step();
    expect(events[1]).toEqual({
      type: 'list',
      instrument: { instrument: 65537, kind: 'call', expirySec: 2_000_000_000, strike: 30_000_000n },
    });
  });

  test('a skipped index, an unknown kind, an unknown event: refused, nothing handed over', async () => {
    const events: L1Event[] = [];
    await call('queueOp', [1n, 1, 5, 100n]);
    await expect(readerOf(events, 0).step()).rejects.toMatchObject({
      code: 'L1_OP_SKIPPED',
      data: { expected: 0, actual: 1 },
    });
    const after = await clientOf().getBlockNumber();
    await call('queueOp', [0n, 9, 5, 100n]);
    await expect(readerOf(events, 0, after + 1n).step()).rejects.toMatchObject({ code: 'L1_LOG_UNREADABLE' });
    const afterKind = await clientOf().getBlockNumber();
    await call('cryOut');
    await expect(readerOf(events, 0, afterKind + 1n).step()).rejects.toMatchObject({ code: 'L1_LOG_UNREADABLE' });
    expect(events).toEqual([]);
  });

  test('notices that a block it has read was replaced', async () => {
    const reader = readerOf([], 0);
    await call('queueOp', [0n, 1, 5, 100n]);
    await reader.step();
    await l1().request({ method: 'anvil_reorg', params: [1, []] } as never);
    await expect(reader.step()).rejects.toMatchObject({ code: 'L1_REORG_TOO_DEEP' });
  });
});

describe('settlement', () => {
  const alarmsTo = (raised: Alarm[]) => createAlarms((alarm) => raised.push(alarm));

  test('an L1 that is down is retried and shows in health; what it brings later is taken', async () => {
    const raised: Alarm[] = [];
    const events: L1Event[] = [];
    const real = readerOf(events, 0);
    let down = 3;
    const step = async (): Promise<void> => {
      if (down-- > 0) throw new Error('connection refused');
      await real.step();
    };
    const reader = { step, nextBlock: 0n, nextOpIndex: 0 };
    const settlement = startSettlement({
      reader,
      submitter: null,
      alarms: alarmsTo(raised),
      pollMs: 5,
      maxBackoffMs: 20,
    });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(settlement.health()).toMatchObject({ state: 'retrying', lastError: 'connection refused' });
    await settlement.caughtUp;
    await settlement.stop();
    expect(settlement.health().state).toBe('ok');
    expect(raised.map(({ code }) => code)).toEqual(['L1_UNREACHABLE']);
  });

  test('a refused batch stops submitting with an alarm; L1 is read on', async () => {
    const raised: Alarm[] = [];
    const events: L1Event[] = [];
    const alarms = alarmsTo(raised);
    const submitter = submitterOf(queueOf([{ ...proved(0), dataCommit: 666n }]).queue);
    const settlement = startSettlement({ reader: readerOf(events, 0), submitter, alarms, pollMs: 5, maxBackoffMs: 20 });
    while (settlement.health().state !== 'stopped') await new Promise((resolve) => setTimeout(resolve, 5));
    await call('queueOp', [0n, 1, 5, 100n]);
    while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await settlement.stop();
    expect(raised.map(({ code }) => code)).toEqual(['L1_BATCH_REFUSED']);
    expect(settlement.health().state).toBe('stopped');
  });

  test('an unreadable log stops it with an alarm', async () => {
    const raised: Alarm[] = [];
    const alarms = alarmsTo(raised);
    await call('cryOut');
    const settlement = startSettlement({
      reader: readerOf([], 0),
      submitter: null,
      alarms,
      pollMs: 5,
      maxBackoffMs: 20,
    });
    while (settlement.health().state !== 'stopped') await new Promise((resolve) => setTimeout(resolve, 5));
    await settlement.stop();
    expect(alarms.list().map(({ code }) => code)).toEqual(['L1_LOG_UNREADABLE']);
  });
});
