import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM_CLOCK } from '../clock.ts';
import { type AnvilExchange, startAnvilExchange } from './anvilExchange.fixture.ts';
import type { SettlementQueue } from './provedBatch.ts';
import { NO_SEALS, proved, queueOf } from './settlementQueue.fixture.ts';
import { createSubmitter, type SubmitterConfig } from './submitter.ts';

let chain: AnvilExchange;
beforeAll(async () => {
  chain = await startAnvilExchange();
});
afterAll(() => chain.stop());
beforeEach(() => chain.deploy());

const submitterOf = (queue: SettlementQueue, changes: Partial<SubmitterConfig> = {}) =>
  createSubmitter({
    l1: chain.l1,
    account: chain.sequencer,
    exchange: chain.exchange(),
    queue,
    seals: NO_SEALS,
    maxBatchesPerCall: 3,
    replaceAfterMs: 30_000,
    receiptPollMs: 10,
    maxFeePerGasWei: 10n ** 13n,
    clock: SYSTEM_CLOCK,
    isStopping: () => false,
    ...changes,
  });

describe('createSubmitter', () => {
  it('submits batches of one shape together, the next shape on its own, and resumes from the contract', async () => {
    const batches = [proved(0), proved(1), proved(2, 2), proved(3, 2)];
    const { queue, acceptances } = queueOf(batches);
    const submitter = submitterOf(queue);
    expect(await submitter.step()).toBe(true);
    expect(await chain.batchNumber()).toBe(2n);
    expect(await submitter.step()).toBe(true);
    expect(await submitter.step()).toBe(false);
    expect(await chain.batchNumber()).toBe(4n);
    expect([...acceptances.values()].map((acceptance) => acceptance?.batchesInCall)).toEqual([2, 2, 2, 2]);
    // A node that knows nothing of what it sent finds the same place.
    const again = queueOf(batches);
    expect(await submitterOf(again.queue).step()).toBe(false);
    expect(again.queue.acceptedCount()).toBe(4);
  });

  it('submits again what a reorganisation took back', async () => {
    const { queue } = queueOf([proved(0), proved(1)]);
    const submitter = submitterOf(queue, { maxBatchesPerCall: 1 });
    await submitter.step();
    await submitter.step();
    expect(queue.acceptedCount()).toBe(2);
    await chain.reorg();
    expect(await chain.batchNumber()).toBe(1n);
    expect(await submitter.step()).toBe(true);
    expect(queue.acceptedCount()).toBe(2);
    expect(await chain.batchNumber()).toBe(2n);
  });

  it('replaces a transaction that is not mined by one of the same nonce that pays more', async () => {
    const { queue, hashes, acceptances } = queueOf([proved(0)]);
    await chain.test.setAutomine(false);
    const running = submitterOf(queue, { replaceAfterMs: 100 }).step();
    while ((hashes.get(0)?.length ?? 0) < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    const nonce = await chain.client.getTransactionCount({ address: chain.sequencer.address });
    const pool = await chain.test.getTxpoolStatus();
    expect(pool.pending).toBe(1);
    await chain.test.mine({ blocks: 1 });
    expect(await running).toBe(true);
    expect(await chain.batchNumber()).toBe(1n);
    const [first, ...later] = hashes.get(0) ?? [];
    const mined = acceptances.get(0)?.txHash ?? '0x';
    expect(mined).not.toBe(first);
    expect(later).toContain(mined);
    expect((await chain.client.getTransaction({ hash: mined })).nonce).toBe(nonce);
  });

  it('takes over a stuck transaction of an earlier run', async () => {
    const earlier = queueOf([proved(0)]);
    await chain.test.setAutomine(false);
    let stop = false;
    const running = submitterOf(earlier.queue, { isStopping: () => stop }).step();
    while ((await chain.test.getTxpoolStatus()).pending === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    stop = true;
    expect(await running).toBe(false);
    const later = queueOf([proved(0)]);
    const next = submitterOf(later.queue).step();
    const [old] = earlier.hashes.get(0) ?? [];
    while ((later.hashes.get(0)?.length ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await chain.test.getTxpoolStatus()).pending).toBe(1);
    await chain.test.mine({ blocks: 1 });
    expect(await next).toBe(true);
    expect(later.queue.acceptedCount()).toBe(1);
    expect(later.hashes.get(0)).not.toContain(old);
  });

  it('names the reason of a refusal, and tells a pause from a refused proof', async () => {
    const refused = submitterOf(queueOf([{ ...proved(0), dataCommit: 666n }]).queue);
    await expect(refused.step()).rejects.toMatchObject({ code: 'L1_BATCH_REFUSED', data: { reason: 'ProofRefused' } });
    await chain.call('setPaused', [true]);
    await expect(submitterOf(queueOf([proved(0)]).queue).step()).rejects.toMatchObject({ code: 'L1_NOT_YET' });
  });

  it('stops when L1 holds what this node never sealed', async () => {
    await submitterOf(queueOf([proved(0)]).queue).step();
    await expect(submitterOf(queueOf([]).queue).step()).rejects.toMatchObject({ code: 'L1_STATE_DIFFERS' });
  });
});
