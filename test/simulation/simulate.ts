import type { Violation } from './check/Violation.ts';
import { World } from './World.ts';
import { FAULT_KINDS, type FaultKind } from './world/faultKinds.ts';
import { Streams } from './world/Streams.ts';
import { PRESETS } from './world/settings.ts';
import { simulatedCryptography } from './world/simulatedCryptography.ts';

export interface Plan {
  readonly seed: number;
  /** Events of the world while faults strike; what follows until all is settled is not counted. */
  readonly steps: number;
  /** Kinds of faults; left out: some that the seed chooses. */
  readonly kinds?: readonly FaultKind[];
}

export interface Outcome {
  readonly plan: Plan;
  readonly kinds: readonly FaultKind[];
  /** Null: all that must hold held. */
  readonly failure: Violation | null;
  /** Events run when it failed, or in all. */
  readonly steps: number;
  /** How long the world lived, its own seconds. */
  readonly livedSec: number;
  /** Fingerprint of the run: equal for equal plans. */
  readonly fingerprint: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** How long a world without faults may take to settle what was begun, its own milliseconds and events. */
const SETTLING_MS = 4 * 3_600_000;
const SETTLING_STEPS = 60_000;

/** More than half of all kinds, each seed others: what never strikes together hides nothing for long. */
const kindsOf = ({ kinds, seed }: Plan): readonly FaultKind[] => {
  if (kinds !== undefined) return kinds;
  const random = new Streams(seed).of('kinds');
  return FAULT_KINDS.filter(() => random.chance(60));
};

/** Lives one world: so many steps with faults, then without any until everything that was begun is settled. */
export async function simulate(plan: Plan): Promise<Outcome> {
  const kinds = kindsOf(plan);
  const choice = new Streams(plan.seed).of('settings');
  const world = new World({
    seed: plan.seed,
    kinds: new Set(kinds),
    cryptography: await simulatedCryptography(choice.chance(10)),
    deployment: choice.pick(PRESETS),
    traders: choice.between(4, 12),
    provers: choice.between(1, 3),
  });
  const { judge, scheduler } = world;
  const startMs = scheduler.nowMs;
  const onRejection = (error: unknown): void => judge.fail('UNHANDLED_REJECTION', stackOf(error));
  process.on('unhandledRejection', onRejection);
  try {
    world.start();
    while (judge.failure === null && scheduler.steps < plan.steps) await scheduler.step();
    await settle(world);
  } finally {
    process.off('unhandledRejection', onRejection);
  }
  const livedSec = Math.round((scheduler.nowMs - startMs) / 1000);
  const { failure } = judge;
  return {
    plan,
    kinds,
    failure,
    steps: scheduler.steps,
    livedSec,
    fingerprint: world.fingerprint(),
    counts: world.counts(),
  };
}

/** Liveness: with nothing going wrong any more, everything comes to its end. */
async function settle(world: World): Promise<void> {
  const { judge, scheduler } = world;
  world.calm();
  const [untilMs, untilStep] = [scheduler.nowMs + SETTLING_MS, scheduler.steps + SETTLING_STEPS];
  while (judge.failure === null && !world.isSettled()) {
    if (scheduler.nowMs > untilMs || scheduler.steps > untilStep) return judge.fail('NOT_SETTLED', world.standing());
    await scheduler.step();
  }
  if (world.node !== null) judge.compare(world.node);
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
