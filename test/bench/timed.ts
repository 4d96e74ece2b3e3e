import { median } from './figure.ts';

/** What work gives, and the wall-clock seconds that it took. */
export const timed = async <T>(work: () => T | Promise<T>): Promise<{ result: T; seconds: number }> => {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
};

/** Median seconds of `runs` runs. */
export const medianSeconds = async (runs: number, work: () => unknown): Promise<number> => {
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) seconds.push((await timed(work)).seconds);
  return median(seconds);
};

/** Median calls a second of `runs` rounds of at least `forSec` seconds, each call doing `each` units of work. */
export const ratePerSec = (work: () => void, each = 1, runs = 3, forSec = 0.5): number => {
  const rates: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    let calls = 0;
    let seconds = 0;
    do {
      work();
      calls += 1;
      seconds = (performance.now() - start) / 1000;
    } while (seconds < forSec);
    rates.push((calls * each) / seconds);
  }
  return median(rates);
};
