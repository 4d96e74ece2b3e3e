import { type Outcome, type Plan, simulate } from './simulate.ts';

/**
 * A failing plan made smaller as long as it fails in the same way: no steps behind the failure, fewer kinds of faults, fewer steps.
 * @param live what lives a plan; the simulation itself
 */
export async function shrink(failed: Outcome, live: (plan: Plan) => Promise<Outcome> = simulate): Promise<Outcome> {
  const code = failed.failure?.code;
  let best = failed;
  const attempt = async (plan: Plan): Promise<boolean> => {
    const outcome = await live(plan);
    if (outcome.failure?.code !== code) return false;
    best = outcome;
    return true;
  };
  await attempt({ ...failed.plan, kinds: failed.kinds, steps: Math.min(failed.steps, failed.plan.steps) });
  for (const kind of failed.kinds) {
    await attempt({ ...best.plan, kinds: best.kinds.filter((one) => one !== kind) });
  }
  for (let cut = best.plan.steps >> 1; cut >= 1; cut >>= 1) {
    while (best.plan.steps > cut && (await attempt({ ...best.plan, steps: best.plan.steps - cut })));
    // A hundred attempts more save a handful of steps.
    if (cut < best.plan.steps / 64) break;
  }
  return best;
}
