import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProofCheck } from './proofCheck.ts';
import {
  ALICE,
  countingLedger,
  proofOf,
  type StartedBatcher,
  sealedBatch,
  startBatcher,
} from './startBatcher.fixture.ts';

let dir: string;
const opened: StartedBatcher[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-jobs-'));
});
afterEach(async () => {
  for (const { jobs } of opened.splice(0)) await jobs.close();
  await rm(dir, { recursive: true, force: true });
});

const start = async (...how: Parameters<typeof startBatcher> extends [string, ...infer Rest] ? Rest : never) => {
  const started = await startBatcher(dir, ...how);
  opened.push(started);
  return started;
};
/** As after a stop and a start, or a crash: nothing but the disk is left. */
const restart = async (...how: Parameters<typeof start>) => {
  await opened.pop()?.jobs.close();
  return start(...how);
};
const held = (proverId: string, { leaseId }: { leaseId: string }) => ({ proverId, leaseId });
const failure = { code: 'WITNESS', message: 'no' };

describe('leases', () => {
  test('a prover is given batches of its own shapes only; one that no prover has is an alarm after a while', async () => {
    const { clock, codes, lease, seal } = await start();
    await seal(1);
    expect(await lease('small', ['tiny'])).toEqual({ leaseId: 'none' });
    expect(codes()).toEqual([]);
    clock.ms = 100;
    expect(await lease('small', ['tiny'])).toEqual({ leaseId: 'none' });
    expect(codes()).toEqual(['NO_PROVER_OF_SHAPE_development']);
    expect((await lease('other', ['tiny', 'development'])).batchNumber).toBe(0);
    expect(codes()).toEqual([]);
    expect(await lease('small', ['tiny'])).toEqual({ leaseId: 'none' });
    expect(codes()).toEqual([]);
  });

  test('a batch is leased once at a time, whoever asks at the same time, the same prover too', async () => {
    const { batcher, lease, seal } = await start();
    await seal(3);
    const given = await Promise.all(['a', 'b', 'b', 'c'].map((proverId) => lease(proverId)));
    expect(given.map(({ batchNumber }) => batchNumber)).toEqual([0, 1, 2, undefined]);
    expect(new Set(given.map(({ leaseId }) => leaseId)).size).toBe(4);
    expect(batcher.status().leases.map(({ batchNumber, proverId }) => [batchNumber, proverId])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'b'],
    ]);
  });

  test('a lease that is not renewed goes to another prover, under another id', async () => {
    const { batcher, clock, lease, seal } = await start();
    await seal(2);
    const [first, second] = [await lease('a'), await lease('b')];
    expect((await batcher.lease('c')).type).toBe('none');
    clock.ms = 90;
    expect(batcher.renew(held('a', first))).toBe('held');
    clock.ms = 150;
    const third = await lease('c');
    expect(third.batchNumber).toBe(1);
    expect([batcher.renew(held('b', second)), batcher.renew(held('c', third))]).toEqual(['lost', 'held']);
    expect(batcher.renew(held('a', third))).toBe('lost');
    expect(batcher.status().provers).toMatchObject([{ proverId: 'b', lapsed: 1, failures: 0 }]);
  });

  test('a batch that is given back goes to the next at once, without blame', async () => {
    const { batcher, jobs, lease, seal } = await start();
    await seal(1);
    const first = await lease('a');
    expect(batcher.release(held('b', first))).toBe('lost');
    expect(batcher.release(held('a', first))).toBe('held');
    expect(batcher.release(held('a', first))).toBe('lost');
    expect((await lease('a')).batchNumber).toBe(0);
    expect((await jobs.get(0))?.attempts).toBe(0);
  });

  test('a restart ends all leases: their batches are free, and their ids mean nothing any more', async () => {
    const first = await start();
    await first.seal(1);
    const before = await first.lease('a');
    const second = await restart();
    expect(second.batcher.renew(held('a', before))).toBe('lost');
    const after = await second.lease('b');
    expect(await second.batcher.fail({ ...held('a', before), ...failure })).toBe('lost');
    expect(second.batcher.renew(held('b', after))).toBe('held');
    expect((await second.jobs.get(0))?.attempts).toBe(0);
    expect(await second.batcher.deliver(proofOf(0, before))).toEqual({ type: 'taken' });
  });
});

describe('failures', () => {
  test('a prover that lost its lease fails nothing: two provers and a lost lease leave the batch provable', async () => {
    const { batcher, clock, codes, jobs, lease, seal } = await start();
    await seal(1);
    const lost = await lease('a');
    clock.ms = 100;
    const current = await lease('b');
    for (let report = 0; report < 3; report++)
      expect(await batcher.fail({ ...held('a', lost), ...failure })).toBe('lost');
    expect(batcher.renew(held('b', current))).toBe('held');
    expect([(await jobs.get(0))?.attempts, codes()]).toEqual([0, []]);
    expect(await batcher.deliver(proofOf(0, held('b', current)))).toEqual({ type: 'taken' });
  });

  test('a failure is counted once, of the lease that it names', async () => {
    const { batcher, jobs, lease, seal } = await start();
    await seal(1);
    const only = await lease('a');
    const reports = [1, 2, 3].map(() => batcher.fail({ ...held('a', only), ...failure }));
    expect(await Promise.all(reports)).toEqual(['held', 'lost', 'lost']);
    expect(await jobs.get(0)).toMatchObject({ attempts: 1, state: 'sealed', failure });
  });

  test('who failed on a batch gets it again only after the time of a lease, others at once', async () => {
    const { batcher, clock, lease, seal } = await start();
    await seal(2);
    await batcher.fail({ ...held('a', await lease('a')), ...failure });
    expect((await lease('a')).batchNumber).toBe(1);
    expect((await batcher.lease('a')).type).toBe('none');
    clock.ms = 100;
    expect((await lease('a')).batchNumber).toBe(0);
  });

  test('a batch on which leases failed is not provable: an alarm, it stays in the way, a restart tries it again', async () => {
    const first = await start();
    await first.seal(1);
    await first.batcher.fail({ ...held('a', await first.lease('a')), ...failure });
    expect(first.codes()).toEqual([]);
    await first.batcher.fail({ ...held('b', await first.lease('b')), ...failure });
    expect(first.codes()).toEqual(['BATCH_NOT_PROVABLE_0']);
    expect((await first.batcher.lease('c')).type).toBe('none');
    first.batcher.enqueue(sealedBatch(1));
    await first.batcher.idle();
    expect((await first.lease('c')).batchNumber).toBe(1);
    expect(first.batcher.status().jobs).toMatchObject({ sealed: 1, failed: 1 });

    const second = await restart();
    await second.batcher.retryFailed();
    expect((await second.lease('a')).batchNumber).toBe(0);
    expect(await second.batcher.deliver(proofOf(0))).toEqual({ type: 'taken' });
    expect((await second.jobs.get(0))?.state).toBe('proved');
  });

  test('a good proof of a batch that counts as not provable is taken all the same', async () => {
    const { batcher, codes, lease, seal } = await start();
    await seal(1);
    for (const proverId of ['a', 'b']) await batcher.fail({ ...held(proverId, await lease(proverId)), ...failure });
    expect(codes()).toEqual(['BATCH_NOT_PROVABLE_0']);
    expect(await batcher.deliver(proofOf(0, { proverId: 'c' }))).toEqual({ type: 'taken' });
    expect(codes()).toEqual([]);
  });

  test('a batch whose job is gone is not leased, and is an alarm', async () => {
    const { batcher, codes, jobs, lease, seal } = await start();
    await seal(2);
    await jobs.dropJob(0);
    expect((await lease('a')).batchNumber).toBe(1);
    expect(codes()).toEqual(['BATCH_NOT_PROVABLE_0']);
    expect((await jobs.get(0))?.failure?.code).toBe('JOB_MISSING');
    expect(batcher.status().leases).toHaveLength(1);
  });
});

describe('proofs', () => {
  test('the first good proof of a batch counts, later ones are known', async () => {
    const { batcher, seal } = await start();
    await seal(2);
    const both = await Promise.all(['a', 'b'].map((proverId) => batcher.deliver(proofOf(1, { proverId }))));
    expect(both.map(({ type }) => type).sort()).toEqual(['known', 'taken']);
    expect(await batcher.deliver(proofOf(1))).toEqual({ type: 'known' });
    expect(await batcher.queue.proved(0)).toBeNull();
    expect(await batcher.queue.proved(1)).toMatchObject({ batchNumber: 1, dataCommit: 6n, logChainHash: 77n });
  });

  test('a good proof of a lost lease is taken while another prover works on the batch, who hears that its lease is lost', async () => {
    const { batcher, clock, jobs, lease, seal } = await start();
    await seal(1);
    const lost = await lease('a');
    clock.ms = 100;
    const current = await lease('b');
    expect(await batcher.deliver(proofOf(0, held('a', lost)))).toEqual({ type: 'taken' });
    expect(batcher.renew(held('b', current))).toBe('lost');
    expect(await batcher.fail({ ...held('b', current), ...failure })).toBe('lost');
    expect(await batcher.deliver(proofOf(0, held('b', current)))).toEqual({ type: 'known' });
    expect(await jobs.get(0)).toMatchObject({ state: 'proved', attempts: 0 });
    expect(batcher.status().leases).toEqual([]);
  });

  test('a proof that does not verify is refused, ends its lease, pauses its prover, and counts against nobody else', async () => {
    const { batcher, clock, codes, jobs, lease, seal } = await start();
    await seal(1);
    const bad = await lease('a');
    const refused = { type: 'refused', code: 'PROOF_DOES_NOT_VERIFY' };
    expect(await batcher.deliver(proofOf(0, { first: 2n, ...held('a', bad) }))).toMatchObject(refused);
    expect(codes()).toEqual(['PROOF_REFUSED_0']);
    expect(await batcher.queue.proved(0)).toBeNull();
    expect(await jobs.get(0)).toMatchObject({ state: 'sealed', attempts: 0, proof: null });
    expect(await batcher.lease('a')).toEqual({ type: 'paused', forMs: 100 });
    expect(await batcher.deliver(proofOf(0))).toMatchObject({ type: 'refused', code: 'PROVER_PAUSED' });
    const good = await lease('b');
    expect(good.batchNumber).toBe(0);
    clock.ms = 100;
    expect(await batcher.deliver(proofOf(0, { first: 2n }))).toMatchObject(refused);
    expect(await batcher.lease('a')).toEqual({ type: 'paused', forMs: 200 });
    expect(batcher.renew(held('b', good))).toBe('held');
    expect(batcher.status()).toMatchObject({ pausedProvers: 1, provers: [{ proverId: 'a', refused: 2 }] });
    expect(await batcher.deliver(proofOf(0, held('b', good)))).toEqual({ type: 'taken' });
    expect(codes()).toEqual([]);
  });

  test.each([0, 1, 2, 3, 5, 6])(
    'a proof that differs from its batch in public signal %i is refused unverified',
    async (at) => {
      const checkProof: ProofCheck = async () => {
        throw new Error('asked');
      };
      const { batcher, seal } = await start(countingLedger(), { checkProof });
      await seal(1);
      const { publicSignals, ...rest } = proofOf(0);
      const wrong = publicSignals.map((value, position) => (position === at ? value + 1n : value));
      const delivered = await batcher.deliver({ ...rest, publicSignals: wrong });
      expect(delivered).toMatchObject({ type: 'refused', code: 'PROOF_OF_ANOTHER_BATCH' });
    },
  );

  test('a proof of a batch that does not exist is refused', async () => {
    const { batcher } = await start();
    expect(await batcher.deliver(proofOf(3))).toMatchObject({ type: 'refused', code: 'BATCH_UNKNOWN' });
    expect((await batcher.lease('a')).type).toBe('none');
  });

  test('a proof that cannot be verified now is neither stored nor held against anybody', async () => {
    let isThere = false;
    const checkProof: ProofCheck = async () => {
      if (!isThere) throw new Error('L1 is away');
      return true;
    };
    const { batcher, codes, lease, seal } = await start(countingLedger(), { checkProof });
    await seal(1);
    const only = await lease('a');
    expect(await batcher.deliver(proofOf(0, held('a', only)))).toEqual({ type: 'unchecked', message: 'L1 is away' });
    expect(codes()).toEqual(['PROOF_UNCHECKED']);
    expect(batcher.renew(held('a', only))).toBe('held');
    isThere = true;
    expect(await batcher.deliver(proofOf(0, held('a', only)))).toEqual({ type: 'taken' });
    expect(codes()).toEqual([]);
  });

  test('no more than eight proofs are verified at a time', async () => {
    const verified = Promise.withResolvers<boolean>();
    const { batcher, codes, seal } = await start(countingLedger(), { checkProof: () => verified.promise });
    await seal(1);
    const deliveries = Array.from({ length: 9 }, (_, at) => batcher.deliver(proofOf(0, { proverId: `${at}` })));
    expect((await Promise.race(deliveries)).type).toBe('unchecked');
    verified.resolve(true);
    const types = (await Promise.all(deliveries)).map(({ type }) => type);
    const counted = (name: string) => types.filter((type) => type === name).length;
    expect([counted('taken'), counted('known'), counted('unchecked'), codes()]).toEqual([1, 7, 1, []]);
    batcher.enqueue(sealedBatch(1));
    await batcher.idle();
    expect((await batcher.deliver(proofOf(1))).type).toBe('taken');
  });

  test('a stored proof is verified again by another run; one that fails is dropped and proved again', async () => {
    const first = await start();
    await first.seal(2);
    for (const number of [0, 1]) await first.batcher.deliver(proofOf(number));
    const bad = await first.jobs.get(1);
    if (bad?.proof === null || bad === null) throw new Error('no proof');
    // As stored by a release that took every proof, or spoilt by the disk.
    await first.jobs.update({ ...bad, proof: { ...bad.proof, proof: { ...bad.proof.proof, a: [2n, 2n] } } });

    let checks = 0;
    const checkProof: ProofCheck = async ({ proof }) => {
      checks += 1;
      return proof.a[0] === 1n;
    };
    const second = await restart(countingLedger(), { checkProof });
    for (let time = 0; time < 2; time++) expect((await second.batcher.queue.proved(0))?.batchNumber).toBe(0);
    expect(checks).toBe(1);
    expect(await second.batcher.queue.proved(1)).toBeNull();
    expect(second.codes()).toEqual(['PROOF_REFUSED_1']);
    expect((await second.lease('a')).batchNumber).toBe(1);
    expect(await second.batcher.deliver(proofOf(1))).toEqual({ type: 'taken' });
    expect((await second.batcher.queue.proved(1))?.proof.a).toEqual([1n, 2n]);
    expect([second.codes(), checks]).toEqual([[], 3]);
  });

  test('a stored proof that cannot be verified now waits', async () => {
    const first = await start();
    await first.seal(1);
    await first.batcher.deliver(proofOf(0));
    const checkProof: ProofCheck = async () => {
      throw new Error('L1 is away');
    };
    const second = await restart(countingLedger(), { checkProof });
    expect(await second.batcher.queue.proved(0)).toBeNull();
    expect([second.codes(), (await second.jobs.get(0))?.state]).toEqual([['PROOF_UNCHECKED'], 'proved']);
  });
});

describe('records', () => {
  test('a replay finds its batches; one that comes out differently, or an account that differs, stops sealing', async () => {
    const first = await start();
    await first.seal(2);
    await first.batcher.deliver(proofOf(0));

    const same = await restart();
    await same.seal(3);
    expect([same.codes(), same.jobs.count(), (await same.jobs.get(0))?.state]).toEqual([[], 3, 'proved']);
    same.batcher.enqueue(sealedBatch(3, { ...ALICE, cash: 5n }));
    same.batcher.enqueue(sealedBatch(4));
    await same.batcher.idle();
    expect([same.codes(), same.jobs.count()]).toEqual([['LEDGER_DIVERGED'], 3]);

    const other = await restart(countingLedger(1n));
    await other.seal(1);
    expect(other.codes()).toEqual(['LEDGER_DIVERGED']);
  });

  test('acceptance, and its loss in a reorganisation, survive a restart', async () => {
    const first = await start();
    await first.seal(2);
    for (const number of [0, 1]) await first.batcher.deliver(proofOf(number));
    await first.batcher.queue.markSubmitted([0, 1], '0xab');
    for (const number of [0, 1]) await first.batcher.queue.markAccepted(number, null);
    expect(first.batcher.acceptedCount()).toBe(2);
    await first.batcher.queue.rollBackTo(1);
    expect(first.batcher.status().jobs).toEqual({ sealed: 0, proved: 1, submitted: 0, accepted: 1, failed: 0 });

    const second = await restart();
    expect(second.batcher.acceptedCount()).toBe(1);
    expect([(await second.jobs.get(0))?.state, (await second.jobs.get(1))?.state]).toEqual(['accepted', 'proved']);
    expect(await second.batcher.queue.submittedBy(1)).toEqual(['0xab']);
    expect(await second.batcher.queue.stateRootAt(0)).toBe(1000n);
    expect(await second.batcher.queue.stateRootAt(2)).toBe(1002n);
    expect(await second.batcher.queue.stateRootAt(3)).toBeNull();
  });

  test('a batch that L1 has is not proved any more; one that L1 gives back unproved is', async () => {
    const { batcher, lease, seal } = await start();
    await seal(1);
    const only = await lease('a');
    await batcher.queue.markAccepted(0, null);
    expect(batcher.renew(held('a', only))).toBe('lost');
    expect((await batcher.lease('a')).type).toBe('none');
    await batcher.queue.rollBackTo(0);
    expect((await lease('a')).batchNumber).toBe(0);
  });

  test('a proof, a failure and an acceptance that come together leave a record that has all of what counts', async () => {
    const { batcher, jobs, lease, seal } = await start();
    await seal(1);
    const only = await lease('a');
    await Promise.all([
      batcher.fail({ ...held('a', only), ...failure }),
      batcher.queue.markSubmitted([0], '0xab'),
      batcher.queue.markSubmitted([0], '0xcd'),
      batcher.deliver(proofOf(0)),
      batcher.queue.markAccepted(0, null),
    ]);
    expect(await jobs.get(0)).toMatchObject({ state: 'accepted', attempts: 1, txHashes: ['0xab', '0xcd'] });
  });

  test('a batch that the ledger refuses stops sealing', async () => {
    const { batcher, codes, jobs } = await start({
      ...countingLedger(),
      apply: () => {
        throw new Error('a rule is broken');
      },
    });
    batcher.enqueue(sealedBatch(0));
    batcher.enqueue(sealedBatch(1));
    await batcher.idle();
    expect([codes(), jobs.count(), batcher.pending()]).toEqual([['BATCH_INVALID'], 0, 0]);
  });
});
