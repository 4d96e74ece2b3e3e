import type { Report } from './judgeAll.ts';
import type { Mutant } from './Mutant.ts';

/** The loop of a worker's process: mutants come as messages, one at a time, and reports go back. */
export const serveMutants = <Operator extends string>(
  judge: (mutant: Mutant<Operator>) => Promise<Report['outcome']>,
): void => {
  process.on('message', async ({ number, mutant }: { number: number; mutant: Mutant<Operator> }) => {
    const start = performance.now();
    const outcome = await judge(mutant);
    const report: Report = { number, outcome, milliseconds: performance.now() - start };
    process.send?.(report);
  });
  // Whoever asked is gone: what is being judged interests nobody.
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
};
