/**
 * Time as the node's parts are given it: the wall clock, and calls after a while. Nothing below `node/app` reads a clock or sets a
 * timer by itself, so that a simulation can run the same code in a time of its own.
 */
export interface Clock {
  /** Milliseconds since the epoch. May stand still or go back, as wall clocks do. */
  readonly nowMs: () => number;
  /** Runs it once, so many milliseconds from now and never within this call. @returns what cancels it; cancelling late does nothing */
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

/** Whole seconds since the epoch. */
export const nowSec = (clock: Clock): number => Math.floor(clock.nowMs() / 1000);

export const sleep = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });
