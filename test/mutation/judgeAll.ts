import { fork } from 'node:child_process';
import type { Mutant } from './Mutant.ts';

/** One mutant's outcome, as a worker reports it. */
export interface Report {
  readonly number: number;
  readonly outcome: { readonly kind: string; readonly by: string };
  readonly milliseconds: number;
}

/** Feeds the mutants to so many processes of the worker, one at a time each: see serveMutants. */
export const judgeAll = (
  worker: URL,
  mutants: readonly Mutant[],
  workers: number,
  onReport: (report: Report) => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    let next = 0;
    let running = workers;
    for (let i = 0; i < workers; i++) {
      const child = fork(worker, { execArgv: ['--no-warnings', '--max-old-space-size=4096'] });
      const feed = (): void => {
        const number = next++;
        const mutant = mutants[number];
        if (mutant === undefined) child.disconnect();
        else child.send({ number, mutant });
      };
      child.on('message', (message: Report | 'ready') => {
        if (message !== 'ready') onReport(message);
        feed();
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        if (code !== 0) reject(new Error(`a worker ended with ${code}`));
        running--;
        if (running === 0) resolve();
      });
    }
  });
