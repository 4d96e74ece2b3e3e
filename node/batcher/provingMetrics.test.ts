import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { addProvingMetrics } from './provingMetrics.ts';
import { proofOf, startBatcher } from './startBatcher.fixture.ts';

test('an operator sees jobs by state, leases and their age, and what each prover has done', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'straddle-metrics-'));
  const { batcher, clock, jobs, lease, seal } = await startBatcher(dir);
  const registry = new Registry();
  addProvingMetrics(registry, batcher.status);
  await seal(4);
  await batcher.deliver(proofOf(0, { proverId: 'good' }));
  await batcher.fail({ proverId: 'failing', ...(await lease('failing')), code: 'X', message: 'no' });
  await batcher.deliver(proofOf(1, { proverId: 'liar', first: 2n }));
  await lease('slow');
  clock.ms = 100;
  await lease('next');
  clock.ms = 3_000;

  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines).toEqual([
    'straddle_batches{state="sealed"} 3',
    'straddle_batches{state="proved"} 1',
    'straddle_batches{state="submitted"} 0',
    'straddle_batches{state="accepted"} 0',
    'straddle_batches{state="failed"} 0',
    'straddle_oldest_unproved_seconds 3',
    'straddle_leases 1',
    'straddle_lease_age_seconds 2.9',
    'straddle_provers_paused 0',
    'straddle_prover_proofs{prover="good"} 1',
    'straddle_prover_proofs{prover="failing"} 0',
    'straddle_prover_proofs{prover="liar"} 0',
    'straddle_prover_proofs{prover="slow"} 0',
    'straddle_prover_failures{prover="good"} 0',
    'straddle_prover_failures{prover="failing"} 1',
    'straddle_prover_failures{prover="liar"} 0',
    'straddle_prover_failures{prover="slow"} 0',
    'straddle_prover_refused{prover="good"} 0',
    'straddle_prover_refused{prover="failing"} 0',
    'straddle_prover_refused{prover="liar"} 1',
    'straddle_prover_refused{prover="slow"} 0',
    'straddle_prover_lapsed{prover="good"} 0',
    'straddle_prover_lapsed{prover="failing"} 0',
    'straddle_prover_lapsed{prover="liar"} 0',
    'straddle_prover_lapsed{prover="slow"} 1',
  ]);
  expect(batcher.status()).toMatchObject({
    oldestUnprovedSec: 3,
    leases: [{ batchNumber: 1, proverId: 'next', ageMs: 2_900, leftMs: -2_800 }],
  });
  await jobs.close();
  await rm(dir, { recursive: true, force: true });
});
