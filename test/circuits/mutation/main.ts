import { Command } from 'commander';
import { runMutants } from '../../mutation/runMutants.ts';
import { wholeNumber } from '../../wholeNumber.ts';
import { CIRCUITS } from '../lying/LyingCircuit.ts';
import { EQUIVALENT } from './equivalent.ts';
import { makeMutants } from './makeMutants.ts';
import { pickMutants } from './pickMutants.ts';

/**
 * `npm run mutate:circuits`: changes the circuits' sources one place at a time and asks the must-fail and accept cases to notice.
 * Options: --seed, --count (about how many), --workers, --operator and --file (only those that contain the text), --all.
 * Ends with 1 unless every mutant is caught or argued to be equivalent (equivalent.ts).
 */
const values = new Command('npm run mutate:circuits --')
  .description('Changes the circuits one place at a time and asks the must-fail and accept cases to notice.')
  .option('--seed <number>', 'which mutants are picked', process.env.SEED ?? '20261125')
  .option('--count <number>', 'about how many', '170')
  .option('--workers <number>', 'processes at a time', '2')
  .option('--operator <text>', 'only operators that contain this', '')
  .option('--file <text>', 'only files that contain this', '')
  .option('--all', 'every mutant there is', false)
  .parse()
  .opts<{ seed: string; count: string; workers: string; operator: string; file: string; all: boolean }>();

const run = async (): Promise<number> => {
  const seed = wholeNumber('seed', values.seed, 0);
  const count = wholeNumber('count', values.count, 1);
  const workers = wholeNumber('workers', values.workers, 1);
  const found = (await makeMutants(CIRCUITS)).filter(
    ({ operator, file }) => operator.includes(values.operator) && file.includes(values.file),
  );
  const mutants = values.all ? found : pickMutants(found, count, seed);
  console.log(`${mutants.length} of ${found.length} mutants, seed ${seed}`);
  const { survivors, counted } = await runMutants({
    worker: new URL('./worker.ts', import.meta.url),
    workers,
    mutants,
    folder: 'circuits',
    equivalent: EQUIVALENT,
    seed,
  });
  return survivors === 0 && counted > 0 ? 0 : 1;
};

process.exitCode = await run();
