/**
 * Time as the node's parts are given it: the wall clock, and calls after a while. Nothing below `node/app` reads a clock or sets a
 * timer by itself, so that a simulation can run the same code in a time of its own.
 */
export interface Clock {
  /** Milliseconds since 1970. May stand still or go back, as wall clocks do. */
  readonly nowMs: () => number;
  /** Calls `run` once, `delayMs` from now or a little later; never within this very call, even for 0. */
  readonly after: (delayMs: number, run: () => void) => Timer;
}

export interface Timer {
  /** Does nothing once `run` was called. */
  readonly cancel: () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Whole seconds since 1970. */
export const nowSec = (clock: Clock): number => Math.floor(clock.nowMs() / 1000);

export const sleep = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });
