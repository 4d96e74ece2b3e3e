import type { Clock } from './clock.ts';

/** Time that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves time on, runs what is due in its order, and lets what waited for it run. */
  readonly advance: (ms: number) => Promise<void>;
  /** How many calls are waiting for their time. */
  readonly waiting: () => number;
}

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

/** Lets everything run that waits for nothing but its turn. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createManualClock = (startMs = 0): ManualClock => {
  let now = startMs;
  const due = new Set<Due>();
  const next = (untilMs: number): Due | undefined =>
    [...due].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  return {
    nowMs: () => now,
    after: (ms, run) => {
      const one = { atMs: now + ms, run };
      due.add(one);
      return () => due.delete(one);
    },
    advance: async (ms) => {
      const untilMs = now + ms;
      for (let one = next(untilMs); one !== undefined; one = next(untilMs)) {
        due.delete(one);
        now = Math.max(now, one.atMs);
        one.run();
        await settle();
      }
      now = untilMs;
      await settle();
    },
    waiting: () => due.size,
  };
};
