/** Wall clock and timers, so that a simulation can stand for both. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** Runs it once, so many milliseconds from now. @returns what cancels it; cancelling late does nothing */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** The machine's own. */
export const SYSTEM_CLOCK: Clock = {
  nowMs: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export const sleep = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });
