import type { Mutant } from './Mutant.ts';
import { MutantJudge, type Outcome } from './MutantJudge.ts';

/** One mutant's outcome, as a worker reports it. */
export interface Report {
  readonly number: number;
  readonly outcome: Outcome;
  readonly milliseconds: number;
}

/** The process of a worker: mutants come as messages, one at a time, and reports go back. */
const judge = await MutantJudge.create();
process.on('message', async ({ number, mutant }: { number: number; mutant: Mutant }) => {
  const start = performance.now();
  const outcome = await judge.judge(mutant);
  const report: Report = { number, outcome, milliseconds: performance.now() - start };
  process.send?.(report);
});
process.send?.('ready');
