/** Twenty worlds; `npm run simulate` lives more and longer ones. SEED=n takes others. */
import { describe, expect, it } from 'vitest';
import { Violation } from './check/Violation.ts';
import { shrink } from './shrink.ts';
import { type Outcome, simulate } from './simulate.ts';
import { FAULT_KINDS } from './world/faultKinds.ts';

const FIRST_SEED = Number(process.env.SEED ?? 1);
const WORLDS = 20;
/** Every second one lives long enough for somebody to be liquidated in some of them. */
const stepsOf = (seed: number): number => (seed % 2 === 1 ? 10_000 : 3_000);

const seeds = Array.from({ length: WORLDS }, (_, at) => FIRST_SEED + at);
const outcomes: Outcome[] = [];

describe(`worlds of seeds ${FIRST_SEED} to ${FIRST_SEED + WORLDS - 1}`, () => {
  it.each(seeds)('seed %i', async (seed) => {
    const steps = stepsOf(seed);
    const outcome = await simulate({ seed, steps });
    outcomes.push(outcome);
    expect(outcome.failure, `npm run simulate -- --seed ${seed} --steps ${steps}`).toBeNull();
    const { accepted, batches } = outcome.counts;
    expect(accepted).toBe(batches);
  });

  it('have had everything in them that they are to hold against', () => {
    const sum = (name: string): number => outcomes.reduce((total, { counts }) => total + (counts[name] ?? 0), 0);
    const least = {
      acknowledged: 500,
      fills: 100,
      liquidations: 1,
      settled: 20,
      withdrawals: 20,
      l1Ops: 50,
      keyChanges: 3,
      reports: 100,
      accepted: 100,
      crashes: 10,
      powerCuts: 5,
      restores: 1,
      tornWrites: 1,
      lostSyncs: 2,
      expiriesPriced: 3,
      changesInForce: 1,
      reorganisations: 10,
    };
    const missing = Object.entries(least).filter(([name, count]) => sum(name) < count);
    const idle = FAULT_KINDS.filter((kind) => kind !== 'keyChange' && sum(`fault ${kind}`) === 0);
    expect(idle).toEqual([]);
    expect(missing.map(([name, count]) => `${name}: ${sum(name)} of ${count}`)).toEqual([]);
  });
});

describe('a seed', () => {
  it('gives the same world again, to the last block', async () => {
    const plan = { seed: FIRST_SEED, steps: 1_500 };
    const [one, other] = [await simulate(plan), await simulate(plan)];
    expect(other.fingerprint).toBe(one.fingerprint);
    expect(other.counts).toEqual(one.counts);
  });

  it('gives another world than the next one', async () => {
    const [one, other] = [
      await simulate({ seed: FIRST_SEED, steps: 300 }),
      await simulate({ seed: FIRST_SEED + 1, steps: 300 }),
    ];
    expect(other.fingerprint).not.toBe(one.fingerprint);
  });
});

describe('shrink', () => {
  /** A world that fails as soon as it has lived so long with these kinds of faults. */
  const failing = (needs: readonly string[], fromStep: number) => async (plan: Outcome['plan']) => {
    const kinds = plan.kinds ?? [];
    const isFailing = plan.steps >= fromStep && needs.every((kind) => (kinds as readonly string[]).includes(kind));
    const failure = isFailing ? new Violation('FELL', 'over') : null;
    const steps = Math.min(plan.steps, fromStep);
    return { plan, kinds, failure, steps, livedSec: 1, fingerprint: '', counts: {} };
  };

  it('leaves out what a failure does not need', async () => {
    const live = failing(['crash', 'l1Lag'], 730);
    const plan = { seed: 1, steps: 10_000, kinds: ['crash', 'pause', 'network', 'l1Lag'] as const };
    const small = await shrink(await live(plan), live);
    expect(small.kinds).toEqual(['crash', 'l1Lag']);
    expect(small.plan.steps).toBeGreaterThanOrEqual(730);
    expect(small.plan.steps).toBeLessThan(760);
  });
});
